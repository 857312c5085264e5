//! The catalogue and the public check of papers.

use catalogue::definition::Service;

use super::{Client, Result};
use crate::services::{References, ServiceSummary};
use crate::verification::{SigningKey, Verification};

impl Client {
    pub async fn list_services(&self) -> Result<Vec<ServiceSummary>> {
        self.send(self.request("GET", "/services", &[])).await?.read()
    }

    /// A service's definition, the newest or a given version.
    pub async fn get_service(&self, code: &str, version: Option<u32>) -> Result<Service> {
        let query: Vec<_> = version.map(|version| ("version", version.to_string())).into_iter().collect();
        self.send(self.request("GET", &format!("/services/{code}"), &query)).await?.read()
    }

    /// Dictionaries and the working calendar.
    pub async fn get_references(&self) -> Result<References> {
        self.send(self.request("GET", "/references", &[])).await?.read()
    }

    /// What the paper with this token is worth.
    pub async fn verify_paper(&self, token: &str) -> Result<Verification> {
        self.send(self.request("GET", &format!("/verifications/{}", super::encode(token)), &[])).await?.read()
    }

    /// The public keys papers are signed with.
    pub async fn list_signing_keys(&self) -> Result<Vec<SigningKey>> {
        self.send(self.request("GET", "/signing-keys", &[])).await?.read()
    }
}
