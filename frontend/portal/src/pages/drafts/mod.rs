//! Filling in: the task list, the steps, the documents, the check and the filing of a draft or of an application that is
//! being changed, and the mending of a returned application. All pages of one draft share the [`Desk`]: what is typed,
//! and how it is kept.

mod area;
mod check;
mod conflict;
mod correction;
mod documents;
mod findings;
mod keeper;
mod resend;
mod step;
mod task_list;
mod unsaved;

pub use area::area;

use std::sync::Arc;

use catalogue::answers::document_pointer;
use catalogue::definition::{DocumentItem, Service};
use kit::form::{Form, remark_view};
use kit::prelude::*;
use openapi::applications::Application;
use openapi::documents::Document;
use uuid::Uuid;

use crate::library::{References, Shared};
use keeper::Keeper;

/// What the pages of a draft are drawn from.
#[derive(Debug, Clone, PartialEq)]
struct Loaded {
    application: Application,
    service: Shared<Service>,
    references: References,
}

/// One draft, or one application its applicant has back, while it is being filled in. Copy.
#[derive(Debug, Clone, Copy)]
struct Desk {
    id: Uuid,
    form: Form,
    keeper: Keeper,
    /// The accepted files.
    documents: RwSignal<Vec<Document>>,
    loaded: StoredValue<Loaded>,
}

impl Desk {
    fn service(&self) -> Arc<Service> {
        self.loaded.with_value(|loaded| Arc::clone(&loaded.service.0))
    }

    /// The service's name, as the small line above the heading.
    fn caption(&self, i18n: &I18n) -> TextProp {
        i18n.prop(&self.service().title)
    }

    /// Whether it has been filed, and is being changed or mended.
    fn is_filed(&self) -> bool {
        self.loaded.with_value(|loaded| loaded.application.sent.is_some())
    }

    /// The files of one item, with what an officer has remarked about them.
    fn upload(&self, item: DocumentItem) -> AnyView {
        let desk = *self;
        let pointer = document_pointer(&item.id);
        let remarks = desk.loaded.with_value(|loaded| {
            let own = loaded.application.remarks.iter().filter(|remark| remark.pointer == pointer);
            own.map(|remark| remark_view(desk.form, remark)).collect::<Vec<_>>()
        });
        let on_version = Callback::new(move |version| desk.keeper.learn(version));
        view! {
            <Upload
                application=desk.id
                item=item
                documents=desk.documents
                errors=desk.form.errors
                on_version=on_version
            >
                {remarks}
            </Upload>
        }
        .into_any()
    }

    /// Item of each accepted file, for the rules; tracks.
    fn attached(&self) -> Vec<String> {
        self.documents.with(|documents| documents.iter().map(|document| document.item.clone()).collect())
    }

    /// Everything that is wrong with the answers and files now; tracks.
    fn findings(&self) -> Vec<catalogue::answers::Finding> {
        self.form.answers.track();
        let attached = self.attached();
        let attached: Vec<&str> = attached.iter().map(String::as_str).collect();
        let mut findings = self.form.judge_all(&attached);
        // An answer that was right when it was sent, and is the same, is not judged by a later day.
        self.loaded.with_value(|loaded| {
            let Some(sent) = &loaded.application.sent else { return };
            let is_as_sent = |pointer: &str| {
                let field = pointer.strip_prefix("/answers/").and_then(|rest| rest.split('/').next());
                field.is_some_and(|field| {
                    sent.contains_key(field) && sent.get(field) == self.form.answer(field).as_ref()
                })
            };
            findings.retain(|finding| !is_as_sent(&finding.pointer));
        });
        findings
    }
}
