//! The history of a case: what the timeline shows and what the auditor verifies are the same rows (CS-01).
//!
//! Every row carries the hash of the row before it; the exact form is in this folder's README, so that any
//! program can verify it.

pub mod canonical;
pub mod late;
pub mod reads;
pub mod seal;
mod store;
mod verify;

use chrono::{DateTime, Utc};
use openapi::applications::{ActorKind, Event};
use serde_json::{Value, json};
use uuid::Uuid;

pub use store::{count, last_data, list};
pub use verify::{Broken, Fault, Report, verify};

use crate::applications::graph::CaseEvent;
use crate::crash::crash_point;
use crate::crypto;
use crate::db::Conn;
use crate::error::{Error, Result};

/// The hash "before" the first row of a case.
pub const ORIGIN: [u8; 32] = [0; 32];

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Citizen(Uuid),
    Officer(Uuid),
    System,
    Bank,
}

impl By {
    const fn kind(self) -> ActorKind {
        match self {
            Self::Citizen(_) => ActorKind::Citizen,
            Self::Officer(_) => ActorKind::Officer,
            Self::System => ActorKind::System,
            Self::Bank => ActorKind::Bank,
        }
    }

    const fn id(self) -> Option<Uuid> {
        match self {
            Self::Citizen(id) | Self::Officer(id) => Some(id),
            Self::System | Self::Bank => None,
        }
    }
}

/// As it stands in the column `actor_kind`.
const fn actor_word(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Citizen => "citizen",
        ActorKind::Officer => "officer",
        ActorKind::System => "system",
        ActorKind::Bank => "bank",
    }
}

/// Adds an event to the history of a case. The caller holds the lock of the application's row, so numbers have no
/// gaps and the chain no forks. `data` holds strings, whole numbers, booleans, lists and objects.
///
/// # Errors
/// `internal` for a kind that [`CaseEvent`] does not know and for fractions in `data`; the database's.
pub async fn append(conn: &Conn, application_id: Uuid, kind: &str, by: By, data: Value) -> Result<()> {
    if CaseEvent::parse(kind).is_none() {
        return Err(Error::internal(anyhow::anyhow!("unknown event {kind}")));
    }
    let tail = store::tail(conn, application_id).await?;
    let row = Link {
        application_id,
        n: tail.n.unwrap_or_default() + 1,
        kind,
        actor_kind: actor_word(by.kind()),
        actor_id: by.id(),
        at: tail.at,
        data: &data,
    };
    let previous = tail.hash.unwrap_or_else(|| ORIGIN.to_vec());
    let hash = row.hash(&previous)?;
    store::insert(conn, &row, &previous, &hash).await?;
    crash_point!("history.after_append");
    Ok(())
}

/// What of a row is hashed.
struct Link<'a> {
    application_id: Uuid,
    n: i32,
    kind: &'a str,
    actor_kind: &'a str,
    actor_id: Option<Uuid>,
    at: DateTime<Utc>,
    data: &'a Value,
}

impl Link<'_> {
    /// SHA-256(0x00 ‖ hash of the row before ‖ canonical form of this row).
    fn hash(&self, previous: &[u8]) -> Result<[u8; 32]> {
        let row = json!({
            "actor_id": self.actor_id,
            "actor_kind": self.actor_kind,
            "application_id": self.application_id,
            "at": self.at.timestamp_micros(),
            "data": self.data,
            "kind": self.kind,
            "n": self.n,
        });
        let mut bytes = vec![0];
        bytes.extend_from_slice(previous);
        bytes.extend_from_slice(&canonical::bytes(&row)?);
        Ok(crypto::sha256(&bytes))
    }
}

/// The name by which an officer is shown to applicants: the surname, which stands first, and the initials.
fn short_name(name: &str) -> String {
    let mut words = name.split(|character: char| character.is_whitespace() || character == '.');
    let surname = words.by_ref().find(|word| !word.is_empty()).unwrap_or_default();
    let initials = words.filter_map(|word| word.chars().next());
    initials.fold(surname.to_owned(), |name, initial| format!("{name} {initial}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_row_is_in_its_hash() {
        let id = Uuid::from_u128(7);
        let at = DateTime::from_timestamp_micros(1_795_341_600_000_001).unwrap();
        let data = json!({ "b": 1, "a": "я" });
        let (same, empty) = (json!({ "a": "я", "b": 1 }), json!({}));
        let row = |n, kind, actor_id, data| Link {
            application_id: id,
            n,
            kind,
            actor_kind: "citizen",
            actor_id,
            at,
            data,
        };
        let hash = row(1, "submitted", Some(id), &data).hash(&ORIGIN).unwrap();
        assert_eq!(hash, row(1, "submitted", Some(id), &same).hash(&ORIGIN).unwrap());
        assert_ne!(hash, row(2, "submitted", Some(id), &data).hash(&ORIGIN).unwrap());
        assert_ne!(hash, row(1, "withdrawn", Some(id), &data).hash(&ORIGIN).unwrap());
        assert_ne!(hash, row(1, "submitted", None, &data).hash(&ORIGIN).unwrap());
        assert_ne!(hash, row(1, "submitted", Some(id), &empty).hash(&ORIGIN).unwrap());
        assert_ne!(hash, row(1, "submitted", Some(id), &data).hash(&[1; 32]).unwrap());
    }

    #[test]
    fn a_known_row_has_the_hash_the_readme_shows() {
        let row = Link {
            application_id: Uuid::from_u128(1),
            n: 1,
            kind: "withdrawn",
            actor_kind: "citizen",
            actor_id: Some(Uuid::from_u128(2)),
            at: DateTime::from_timestamp_micros(1_795_341_600_000_001).unwrap(),
            data: &json!({}),
        };
        let shown = include_str!("README.md");
        assert!(shown.contains(&crypto::hex(&row.hash(&ORIGIN).unwrap())));
    }

    #[test]
    fn officers_are_shown_by_surname_and_initials() {
        assert_eq!(short_name("Примерова Вера Образцовна"), "Примерова В. О.");
        assert_eq!(short_name("Образцов И. П."), "Образцов И. П.");
        assert_eq!(short_name("Образцов И.П."), "Образцов И. П.");
        assert_eq!(short_name(" Примерова "), "Примерова");
        assert_eq!(short_name(""), "");
    }
}
