//! Filling in: the task list, the steps, the documents, the check and the filing of a draft, and the mending of a
//! returned application. All pages of one draft share the [`Desk`]: what is typed, and how it is kept.

mod area;
mod check;
mod conflict;
mod correction;
mod documents;
mod findings;
mod keeper;
mod step;
mod task_list;
mod unsaved;

pub use area::area;

use std::sync::Arc;

use catalogue::definition::Service;
use kit::form::Form;
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

/// One draft while it is being filled in. Copy.
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

    /// Item of each accepted file, for the rules; tracks.
    fn attached(&self) -> Vec<String> {
        self.documents.with(|documents| documents.iter().map(|document| document.item.clone()).collect())
    }

    /// Everything that is wrong with the answers and files now; tracks.
    fn findings(&self) -> Vec<catalogue::answers::Finding> {
        self.form.answers.track();
        let attached = self.attached();
        let attached: Vec<&str> = attached.iter().map(String::as_str).collect();
        self.form.judge_all(&attached)
    }
}
