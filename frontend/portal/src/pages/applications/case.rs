//! An application with the definition it was made with.

use catalogue::definition::Service;
use catalogue::text::Text;
use kit::prelude::*;
use openapi::applications::{Application, Paper, PaperKind, Remark};
use openapi::events::Subject;
use uuid::Uuid;

use crate::library::{References, Shared, use_library};

/// What the pages of a filed application are drawn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub application: Application,
    pub service: Shared<Service>,
    pub references: References,
}

impl Case {
    /// The paper of a kind, once it has been made.
    #[must_use]
    pub fn paper(&self, kind: PaperKind) -> Option<&Paper> {
        self.application.papers.iter().find(|paper| paper.kind == kind)
    }

    /// The dictionary's words for what is remarked, where the officer has chosen some.
    #[must_use]
    pub fn reason(&self, remark: &Remark) -> Option<&Text> {
        let code = remark.reason.as_deref()?;
        self.references.dictionaries.refusal_reason(code).map(|reason| &reason.title)
    }

    /// The name of what a remark's pointer speaks of.
    #[must_use]
    pub fn label(&self, i18n: &I18n, pointer: &str) -> String {
        let mut parts = pointer.split('/').skip(1);
        let found = match (parts.next(), parts.next()) {
            (Some("answers"), Some(field)) => self.service.field(field).map(|field| &field.label),
            (Some("documents"), Some(item)) => self.service.document(item).map(|item| &item.title),
            _ => None,
        };
        found.map_or_else(|| pointer.to_owned(), |label| i18n.text(label))
    }
}

/// Reads the application and follows its changes.
pub fn use_case(id: Uuid) -> Resource<Case> {
    let library = use_library();
    let case = use_resource(
        move || id,
        move |client, id| async move {
            let application = client.get_application(id).await?;
            let (code, version) = (application.service.clone(), application.service_version);
            let service = library.service(client.clone(), code, Some(version)).await?;
            let references = library.references(client).await?;
            Ok(Case { application, service, references })
        },
    );
    case.follow(move |change| match change.subject {
        Subject::Application => change.id == id,
        // The charge of the application carries its payments.
        Subject::Payment => true,
        Subject::Notification | Subject::Case => false,
    })
}
