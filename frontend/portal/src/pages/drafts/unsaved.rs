//! Answers that have not reached the server yet, kept in this tab: a reload, a crash or an ended session loses
//! nothing. The tab's storage and not the device's, so that nothing personal stays on a shared computer; and only
//! until the server has the answers.

use catalogue::answers::Answers;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::tab;

/// Answers and the version they change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unsaved {
    pub version: i32,
    /// What the server had in that version.
    #[serde(default)]
    pub base: Answers,
    pub answers: Answers,
}

/// Keeps the answers.
pub fn keep(id: Uuid, unsaved: &Unsaved) {
    if let Ok(text) = serde_json::to_string(unsaved) {
        tab::keep(&key(id), &text);
    }
}

/// What has been kept for this draft.
pub fn kept(id: Uuid) -> Option<Unsaved> {
    serde_json::from_str(&tab::kept(&key(id))?).ok()
}

/// The server has the answers.
pub fn forget(id: Uuid) {
    tab::forget(&key(id));
}

fn key(id: Uuid) -> String {
    format!("prichal.unsaved.{id}")
}
