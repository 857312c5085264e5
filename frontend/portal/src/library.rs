//! Definitions of services and dictionaries: read once per visit and shared by all pages. A definition of a version
//! never changes; the newest one is asked for anew with each visit.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use catalogue::deadline::Calendar;
use catalogue::definition::Service;
use catalogue::dictionary::Dictionaries;
use kit::prelude::*;
use openapi::client::{Client, Result};

/// Code and version; no version: the newest.
type Key = (String, Option<u32>);

/// Something of the library. It never changes, so that two are equal only when they are the same one: comparing whole
/// definitions would cost the bundle more than it tells.
#[derive(Debug)]
pub struct Shared<T>(pub Arc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Dictionaries and the working calendar, cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct References {
    pub dictionaries: Shared<Dictionaries>,
    pub calendar: Shared<Calendar>,
}

/// The library context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    services: StoredValue<BTreeMap<Key, Shared<Service>>>,
    references: StoredValue<Option<References>>,
}

/// The library of this visit.
///
/// # Panics
/// Outside of [`crate::app::App`].
#[must_use]
pub fn use_library() -> Library {
    expect_context()
}

impl Library {
    #[must_use]
    pub fn new() -> Self {
        Self { services: StoredValue::new(BTreeMap::new()), references: StoredValue::new(None) }
    }

    /// The definition of a service, from memory or from the server.
    ///
    /// # Errors
    /// Those of `get_service`.
    pub async fn service(
        self,
        client: Arc<Client>,
        code: String,
        version: Option<u32>,
    ) -> Result<Shared<Service>> {
        let key = (code, version);
        let known = self.services.with_value(|services| services.get(&key).cloned());
        if let Some(service) = known {
            return Ok(service);
        }
        let service = Shared(Arc::new(client.get_service(&key.0, version).await?));
        self.services.update_value(|services| {
            services.insert((key.0.clone(), Some(service.version)), service.clone());
            services.insert(key, service.clone());
        });
        Ok(service)
    }

    /// Dictionaries and the working calendar, from memory or from the server.
    ///
    /// # Errors
    /// Those of `get_references`.
    pub async fn references(self, client: Arc<Client>) -> Result<References> {
        if let Some(references) = self.references.get_value() {
            return Ok(references);
        }
        let read = client.get_references().await?;
        let references = References {
            dictionaries: Shared(Arc::new(read.dictionaries)),
            calendar: Shared(Arc::new(read.calendar)),
        };
        self.references.set_value(Some(references.clone()));
        Ok(references)
    }
}
