//! Cases about the same person and event: the host and the foreigner have both filed, or somebody has filed twice (C25,
//! CS-12). Shown to the officer, never to applicants: they may be different people.

use catalogue::answers::Answers;
use catalogue::definition::Service;
use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::applications::State;
use openapi::desk::Related;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::parse_state;
use super::view::{label, service_of};
use crate::app::App;
use crate::crypto::Keys;
use crate::db::Conn;
use crate::db::schema::applications;
use crate::error::Result;
use crate::history::canonical;

/// Related cases shown at most.
const MOST: i64 = 20;

/// The print of the answers that tell person and event, under the pepper: passport numbers are too few to be hidden by
/// a bare hash. None where one of them is missing, or the service names none.
///
/// # Errors
/// `internal` for a fraction among the answers (the form's shape has none).
pub(super) fn identity(keys: &Keys, service: &Service, answers: &Answers) -> Result<Option<Vec<u8>>> {
    let told: Option<Vec<&Value>> = service.identity.iter().map(|field| answers.get(field)).collect();
    let Some(told) = told.filter(|told| !told.is_empty()) else { return Ok(None) };
    let content = canonical::bytes(&json!([service.code, told]))?;
    Ok(Some(keys.mac("identity", &content).to_vec()))
}

/// Other cases of the same service about the same person and event that are open or approved, the first filed first.
///
/// # Errors
/// The database's.
pub async fn list(mut conn: &Conn, app: &App, id: Uuid) -> Result<Vec<Related>> {
    type Other = (Uuid, String, Option<String>, i32, String, Option<DateTime<Utc>>);
    let this = alias!(applications as this);
    let same = this.field(applications::service).eq(applications::service);
    let same = same.and(this.field(applications::identity).eq(applications::identity));
    let closed = [State::Draft, State::Refused, State::Withdrawn].map(State::as_str);
    let others: Vec<Other> = applications::table
        .inner_join(this.on(same))
        .filter(this.field(applications::id).eq(id))
        .filter(applications::id.ne(id).and(applications::state.ne_all(closed)))
        .order((applications::submitted_at, applications::id))
        .select((
            applications::id,
            applications::service,
            applications::number,
            applications::service_version,
            applications::state,
            applications::submitted_at,
        ))
        .limit(MOST)
        .load(&mut conn)
        .await?;
    others
        .into_iter()
        .map(|(id, code, number, version, state, submitted_at)| {
            let (service, state) = (service_of(app, &code, version)?, parse_state(&state)?);
            let number = number.unwrap_or_default();
            Ok(Related { id, number, state, label: label(app, service, state), submitted_at })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use catalogue::load::Catalogue;

    use super::*;

    #[test]
    fn the_same_person_and_event_have_the_same_print() {
        let dir = std::env::temp_dir().join(format!("prichal-keys-{}", Uuid::new_v4()));
        Keys::init(&dir).unwrap();
        let keys = Keys::load(&dir).unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        let catalogue = Catalogue::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue")).unwrap();
        let notice = catalogue.latest("arrival-notice").unwrap();
        let answers = json!({ "citizenship": "UZ", "passport_number": "FA1", "entry_date": "2026-11-20" });
        let answers = answers.as_object().unwrap();
        let print = |answers: &Answers| identity(&keys, notice, answers).unwrap();
        let mut other = answers.clone();
        other.insert("filer".to_owned(), json!("foreigner"));
        assert!(print(answers).is_some());
        assert_eq!(print(answers), print(&other), "whoever files");
        other.insert("entry_date".to_owned(), json!("2026-11-21"));
        assert_ne!(print(answers), print(&other), "another entry");
        other.remove("entry_date");
        assert_eq!(print(&other), None);
    }
}
