//! Messages on one case, from both sides.

use uuid::Uuid;

use super::{Client, Result, page};
use crate::Page;
use crate::messages::{Message, MessageIn};
use crate::page::PageQuery;

impl Client {
    /// The thread of one's own application, the newest first.
    pub async fn list_messages(&self, id: Uuid, query: &PageQuery) -> Result<Page<Message>> {
        self.read_thread(&format!("/applications/{id}/messages"), query).await
    }

    /// Writes to the service about one's own application.
    pub async fn send_message(&self, key: Uuid, id: Uuid, body: &MessageIn) -> Result<Message> {
        self.write_to_thread(&format!("/applications/{id}/messages"), key, body).await
    }

    /// The thread of a case the officer has taken, the newest first.
    pub async fn list_case_messages(&self, id: Uuid, query: &PageQuery) -> Result<Page<Message>> {
        self.read_thread(&format!("/desk/cases/{id}/messages"), query).await
    }

    /// Writes to the applicant of a case the officer has taken.
    pub async fn send_case_message(&self, key: Uuid, id: Uuid, body: &MessageIn) -> Result<Message> {
        self.write_to_thread(&format!("/desk/cases/{id}/messages"), key, body).await
    }

    async fn read_thread(&self, path: &str, query: &PageQuery) -> Result<Page<Message>> {
        let params = page(query.cursor.as_deref(), query.limit);
        self.send(self.request("GET", path, &params)).await?.read()
    }

    async fn write_to_thread(&self, path: &str, key: Uuid, body: &MessageIn) -> Result<Message> {
        self.send(self.request("POST", path, &[]).key(key).json(body)?).await?.read()
    }
}
