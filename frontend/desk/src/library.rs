//! Definitions of services and dictionaries, read once: a version of a service never changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::definition::Service;
use kit::prelude::*;
use openapi::client::{Client, Result};
use openapi::services::References;

type Services = BTreeMap<(String, u32), Arc<Service>>;

/// What has been read so far, in a context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    services: StoredValue<Services>,
    references: StoredValue<Option<Arc<References>>>,
}

impl Library {
    /// Nothing has been read yet.
    pub fn new() -> Self {
        Self { services: StoredValue::new(BTreeMap::new()), references: StoredValue::new(None) }
    }

    /// A version of a service.
    pub async fn service(self, client: &Client, code: &str, version: u32) -> Result<Arc<Service>> {
        let key = (code.to_owned(), version);
        if let Some(known) = self.services.with_value(|services| services.get(&key).cloned()) {
            return Ok(known);
        }
        let service = Arc::new(client.get_service(code, Some(version)).await?);
        self.services.update_value(|services| {
            services.insert(key, Arc::clone(&service));
        });
        Ok(service)
    }

    /// Dictionaries and calendar; they change with a release, and then the page is loaded anew.
    pub async fn references(self, client: &Client) -> Result<Arc<References>> {
        if let Some(known) = self.references.get_value() {
            return Ok(known);
        }
        let references = Arc::new(client.get_references().await?);
        self.references.set_value(Some(Arc::clone(&references)));
        Ok(references)
    }
}
