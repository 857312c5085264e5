//! How pages speak to the server: through the typed client only. Reading is [`use_resource`] and [`use_pages`],
//! changing is [`use_action`]; refusals become field errors and a summary.

mod action;
mod errors;
mod pages;
mod patience;
mod resource;

use std::sync::Arc;

use leptos::prelude::*;
use openapi::client::{Client, Realm};

pub use action::{Action, use_action};
pub use errors::{Errors, SUMMARY_ID, failure_text, failure_title, field_id};
pub use openapi::client::Error;
pub use pages::{Pages, use_pages};
pub use patience::pause;
pub use resource::{Load, Resource, use_resource};

/// The typed client of this page, in a context.
#[derive(Debug, Clone, Copy)]
pub struct Api {
    client: StoredValue<Arc<Client>>,
    realm: Realm,
}

/// The typed client of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_api() -> Api {
    expect_context()
}

impl Api {
    pub(crate) fn new(realm: Realm, language: &str) -> Self {
        Self { client: StoredValue::new(Arc::new(Client::new("", realm, language))), realm }
    }

    /// The client, to take into a future.
    #[must_use]
    pub fn client(&self) -> Arc<Client> {
        self.client.get_value()
    }

    /// Whose house this is: the portal or the desk.
    #[must_use]
    pub fn realm(&self) -> Realm {
        self.realm
    }
}
