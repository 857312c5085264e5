//! Payments and the feed.

use uuid::Uuid;

use super::{Client, Result, page};
use crate::Page;
use crate::notifications::{Feed, ReadIn};
use crate::page::PageQuery;
use crate::payments::{Charge, Payment, PaymentIn, PaymentsQuery};

impl Client {
    pub async fn get_charge(&self, id: Uuid) -> Result<Charge> {
        self.send(self.request("GET", &format!("/charges/{id}"), &[])).await?.read()
    }

    /// Begins a payment; the bank's page is in `confirmation_url` a moment later (`get_payment`).
    pub async fn start_payment(&self, key: Uuid, charge_id: Uuid, body: &PaymentIn) -> Result<Payment> {
        let request = self.request("POST", &format!("/charges/{charge_id}/payments"), &[]);
        self.send(request.key(key).json(body)?).await?.read()
    }

    pub async fn get_payment(&self, id: Uuid) -> Result<Payment> {
        self.send(self.request("GET", &format!("/payments/{id}"), &[])).await?.read()
    }

    pub async fn list_payments(&self, query: &PaymentsQuery) -> Result<Page<Payment>> {
        let mut params = page(query.cursor.as_deref(), query.limit);
        params.extend(query.from.map(|day| ("from", day.to_string())));
        params.extend(query.to.map(|day| ("to", day.to_string())));
        params.extend(query.service.clone().map(|code| ("service", code)));
        self.send(self.request("GET", "/payments", &params)).await?.read()
    }

    /// The bank's webhook: a hint that something changed. Only the bank calls it.
    pub async fn receive_bank_webhook(&self, body: &serde_json::Value) -> Result<()> {
        self.send(self.request("POST", "/webhooks/yookassa", &[]).json(body)?).await.map(drop)
    }

    pub async fn list_notifications(&self, query: &PageQuery) -> Result<Feed> {
        let params = page(query.cursor.as_deref(), query.limit);
        self.send(self.request("GET", "/notifications", &params)).await?.read()
    }

    pub async fn mark_notifications_read(&self, body: &ReadIn) -> Result<()> {
        self.send(self.request("PUT", "/notifications/read", &[]).json(body)?).await.map(drop)
    }

    /// Marks as read what there is about one application.
    pub async fn mark_application_read(&self, id: Uuid) -> Result<()> {
        let path = format!("/applications/{id}/notifications/read");
        self.send(self.request("PUT", &path, &[])).await.map(drop)
    }
}
