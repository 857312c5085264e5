//! What the applicant and the service write to each other about the case (SV4-14).

use kit::prelude::*;
use openapi::events::Subject;
use openapi::messages::Author;

use super::screen::Screen;
use crate::drafts::use_draft;

#[component]
pub fn Messages(screen: Screen) -> impl IntoView {
    let open = screen.open;
    let applicant = open.part(|loaded| loaded.case.applicant.name.clone());
    let side = Side {
        author: Author::Officer,
        names: [t("components.message_service").into(), TextProp::from(move || applicant.get())],
        subject: Subject::Case,
        instead: t("desk.messages_closed").into(),
        read: |client, id, page| Box::pin(async move { client.list_case_messages(id, &page).await }),
        write: |client, key, id, body| {
            Box::pin(async move { client.send_case_message(key, id, &body).await })
        },
    };
    let text = use_draft::<String>(open.id, "message");
    let closed = open.part(|loaded| loaded.case.state.is_closed());
    view! {
        <section class="card" aria-labelledby="messages">
            <h2 id="messages">{t("components.messages")}</h2>
            <Thread id=open.id side=side text=text.value closed=closed/>
        </section>
    }
}
