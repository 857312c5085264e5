//! What the applicant and the service write to each other about an application (SV4-14).

use kit::prelude::*;
use openapi::events::Subject;
use openapi::messages::Author;
use uuid::Uuid;

/// The thread with the field for the next message.
pub fn messages(id: Uuid) -> AnyView {
    let side = Side {
        author: Author::Applicant,
        names: [t("components.message_you").into(), t("components.message_service").into()],
        subject: Subject::Application,
        read: |client, id, page| Box::pin(async move { client.list_messages(id, &page).await }),
        write: |client, key, id, body| Box::pin(async move { client.send_message(key, id, &body).await }),
    };
    view! {
        <section class="card" aria-labelledby="messages">
            <h2 id="messages">{t("components.messages")}</h2>
            <Thread id=id side=side text=RwSignal::new(String::new())/>
        </section>
    }
    .into_any()
}
