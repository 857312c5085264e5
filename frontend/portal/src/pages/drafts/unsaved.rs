//! Answers that have not reached the server yet, kept in this tab: a reload, a crash or an ended session loses
//! nothing. The tab's storage and not the device's, so that nothing personal stays on a shared computer; and only
//! until the server has the answers.

use catalogue::answers::Answers;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web_sys::Storage;

/// Answers and the version they change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unsaved {
    pub version: i32,
    pub answers: Answers,
}

/// Keeps the answers; a browser that refuses costs the safety net, nothing else.
pub fn keep(id: Uuid, unsaved: &Unsaved) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(unsaved)) {
        let _ = storage.set_item(&key(id), &text);
    }
}

/// What has been kept for this draft.
pub fn kept(id: Uuid) -> Option<Unsaved> {
    serde_json::from_str(&storage()?.get_item(&key(id)).ok()??).ok()
}

/// The server has the answers.
pub fn forget(id: Uuid) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(id));
    }
}

fn key(id: Uuid) -> String {
    format!("prichal.unsaved.{id}")
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
