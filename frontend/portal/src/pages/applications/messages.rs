//! What the applicant and the service write to each other about an application (SV4-14).

use kit::prelude::*;
use openapi::events::Subject;
use openapi::messages::Author;
use uuid::Uuid;

use super::case::Case;
use crate::tab;

/// The thread with the field for the next message, while somebody reads it.
pub fn messages(case: Signal<Case>) -> AnyView {
    let (i18n, id) = (use_i18n(), case.with_untracked(|case| case.application.id));
    let instead = move || {
        let (phone, email) = (i18n.t("support.phone"), i18n.t("support.email"));
        i18n.t_with("applications.messages_closed", &[("phone", &phone), ("email", &email)])
    };
    let side = Side {
        author: Author::Applicant,
        names: [t("components.message_you").into(), t("components.message_service").into()],
        subject: Subject::Application,
        instead: TextProp::from(instead),
        read: |client, id, page| Box::pin(async move { client.list_messages(id, &page).await }),
        write: |client, key, id, body| Box::pin(async move { client.send_message(key, id, &body).await }),
    };
    let closed = Memo::new(move |_| case.with(|case| case.application.state.is_closed()));
    view! {
        <section class="card" aria-labelledby="messages">
            <h2 id="messages">{t("components.messages")}</h2>
            <Thread id=id side=side text=unsent(id) closed=closed/>
        </section>
    }
    .into_any()
}

/// What is being typed: a reload loses nothing of it.
fn unsent(id: Uuid) -> RwSignal<String> {
    let key = format!("prichal.message.{id}");
    let text = RwSignal::new(tab::kept(&key).unwrap_or_default());
    Effect::new(move |_| {
        text.with(|text| if text.is_empty() { tab::forget(&key) } else { tab::keep(&key, text) });
    });
    text
}
