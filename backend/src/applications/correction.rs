//! Mending what an officer has named, and sending it again under the same number (CS-04, FM-12).
//!
//! When a correction is asked for, the history keeps a keyed print of everything that is asked at that moment. By
//! it the applicant's changes are told from the rest later: only what is remarked may differ, and what is asked
//! only because of a mended answer.

use std::collections::BTreeMap;

use catalogue::answers::{Answers, Finding, answer_pointer, document_pointer};
use catalogue::definition::Service;
use catalogue::form;
use openapi::FieldError;
use openapi::applications::Application;
use openapi::documents::Document;
use serde_json::{Value, json};
use uuid::Uuid;

use super::graph::CaseEvent;
use super::store::{self, Read};
use super::view::{self, service_of};
use super::{clock, filing, overdue, remarks, steps};
use crate::app::App;
use crate::crypto::{self, Keys};
use crate::db::Conn;
use crate::error::{Error, Result, field_error};
use crate::history::{self, By, canonical};
use crate::jobs::{self, Job};
use crate::notifications::News;
use crate::{changes, documents, notifications};

/// Pointer → print of what stands there. Everything that is asked has one, answered or not.
pub type Prints = BTreeMap<String, String>;

/// Prints of all answers and documents that are asked now.
///
/// # Errors
/// `internal` for a fraction among the answers (the form's shape has none).
pub fn prints(
    keys: &Keys,
    id: Uuid,
    service: &Service,
    answers: &Answers,
    documents: &[Document],
) -> Result<Prints> {
    let mut prints = answer_prints(keys, id, service, answers)?;
    let normal = form::normalise(service, answers);
    for item in form::documents(service, &normal) {
        let pointer = document_pointer(&item.id);
        let mut files: Vec<&str> =
            documents.iter().filter(|file| file.item == item.id).map(|file| file.sha256.as_str()).collect();
        files.sort_unstable();
        let print = print(keys, id, &pointer, &json!(files))?;
        prints.insert(pointer, print);
    }
    Ok(prints)
}

fn answer_prints(keys: &Keys, id: Uuid, service: &Service, answers: &Answers) -> Result<Prints> {
    let normal = form::normalise(service, answers);
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    fields
        .filter(|field| form::is_field_asked(service, &field.id, &normal))
        .map(|field| {
            let pointer = answer_pointer(&[&field.id]);
            let value = normal.get(&field.id).unwrap_or(&Value::Null);
            let print = print(keys, id, &pointer, value)?;
            Ok((pointer, print))
        })
        .collect()
}

/// Sixteen bytes under the pepper: passport numbers are too few to be hidden by a bare hash.
fn print(keys: &Keys, id: Uuid, pointer: &str, value: &Value) -> Result<String> {
    let content = canonical::bytes(&json!([id, pointer, value]))?;
    let mac = keys.mac("answer-print", &content);
    Ok(crypto::hex(mac.get(..16).unwrap_or(&mac)))
}

/// Pointers at which something else stands than before, or that are asked only now.
fn changed(before: &Prints, after: &Prints) -> Vec<String> {
    after
        .iter()
        .filter(|(pointer, print)| before.get(*pointer) != Some(print))
        .map(|(at, _)| at.clone())
        .collect()
}

/// Changes at places that were asked before and are not remarked.
fn not_remarked<'a>(before: &Prints, after: &'a Prints, open: &[String]) -> Vec<&'a str> {
    after
        .iter()
        .filter(|(pointer, print)| {
            before.get(*pointer).is_some_and(|was| was != *print) && !open.contains(pointer)
        })
        .map(|(pointer, _)| pointer.as_str())
        .collect()
}

/// What `answers` change although nobody asked for it.
///
/// # Errors
/// The database's.
pub(super) async fn untouchable(
    conn: &mut Conn,
    app: &App,
    read: &Read,
    service: &Service,
    answers: &Answers,
) -> Result<Vec<FieldError>> {
    let id = read.row.id;
    let open = remarks::list_open_pointers(conn, id).await?;
    let before = prints_of_request(conn, id).await?;
    let after = answer_prints(&app.keys, id, service, answers)?;
    let wrong = not_remarked(&before, &after, &open);
    Ok(wrong.into_iter().map(|pointer| field_error(pointer, "not_remarked")).collect())
}

/// The pointers that were asked when the newest correction was requested; none where none ever was.
///
/// # Errors
/// The database's.
pub async fn asked_before(conn: &Conn, id: Uuid) -> Result<Vec<String>> {
    let data = history::last_data(conn, id, CaseEvent::CorrectionRequested.as_str()).await?;
    let prints = data.as_ref().and_then(|data| data.get("prints")).and_then(Value::as_object);
    Ok(prints.map(|prints| prints.keys().cloned().collect()).unwrap_or_default())
}

/// The prints the newest request for correction kept.
async fn prints_of_request(conn: &mut Conn, id: Uuid) -> Result<Prints> {
    let data = history::last_data(conn, id, CaseEvent::CorrectionRequested.as_str()).await?;
    let prints = data.and_then(|mut data| data.get_mut("prints").map(Value::take));
    let prints = prints.ok_or_else(|| Error::internal(anyhow::anyhow!("a correction without prints")))?;
    Ok(serde_json::from_value(prints)?)
}

/// Sends the mended application again: the clock runs on with what was left of it, the officer stays.
///
/// # Errors
/// `wrong_state`, `stale_version`; `invalid` with what is still wrong.
pub async fn resubmit(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    id: Uuid,
    version: i32,
) -> Result<Application> {
    let read = store::lock_for(conn, account_id, id).await?;
    read.ensure(CaseEvent::Resubmitted, version)?;
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    let documents = documents::store::list(conn, app, id).await?;
    let open = remarks::list_open_pointers(conn, id).await?;
    let before = prints_of_request(conn, id).await?;
    filing::refuse(still_wrong(app, &read, service, &documents, &open, &before))?;

    let answers = form::normalise(service, &read.row.answers());
    let changed = changed(&before, &prints(&app.keys, id, service, &answers, &documents)?);
    let left = read.row.paused_left.unwrap_or_default();
    let due = clock::resumed(service, read.now, left, &app.catalogue.calendar);
    steps::resubmit(conn, &read.row, &Value::Object(answers.clone()), due).await?;
    remarks::resolve(conn, id).await?;
    overdue::watch(conn, id, due).await?;

    // The first check is that of the filing; every correction is followed by another.
    let sent = history::count(conn, id, CaseEvent::Resubmitted.as_str()).await? + 1;
    let round = i32::try_from(sent + 1).map_err(Error::internal)?;
    let mut data = filing::evidence(&answers, &documents)?;
    data.insert("changed".to_owned(), json!(changed));
    data.insert("round".to_owned(), json!(sent));
    let event = CaseEvent::Resubmitted.as_str();
    history::append(conn, id, event, By::Citizen(account_id), Value::Object(data)).await?;
    let news = News::Resubmitted { number: read.row.number(), service: &service.code, due: clock::day(due) };
    notifications::tell(conn, account_id, Some(id), &news).await?;
    jobs::enqueue(conn, &Job::CheckRegisters { application_id: id, round }).await?;
    changes::pulse(conn, None, openapi::events::Subject::Case, id).await?;
    view::application(conn, app, account_id, id).await
}

/// What the form lacks. What nobody asked to mend is judged by the day of filing: a date that was right then must
/// not keep the applicant from answering now.
fn still_wrong(
    app: &App,
    read: &Read,
    service: &Service,
    documents: &[Document],
    open: &[String],
    before: &Prints,
) -> Vec<Finding> {
    let answers = read.row.answers();
    let filed = clock::day(read.row.submitted_at.unwrap_or(read.now));
    let at_filing = filing::judge_on(app, filed, service, &answers, documents);
    let mut findings = filing::judged(app, read, service, documents);
    findings
        .retain(|finding| is_the_applicants(&finding.pointer, open, before) || at_filing.contains(finding));
    findings
}

/// Whether the applicant may change what stands at `pointer` or above it.
fn is_the_applicants(pointer: &str, open: &[String], before: &Prints) -> bool {
    let is_at = |place: &str| {
        pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    open.iter().any(|place| is_at(place)) || !before.keys().any(|place| is_at(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prints(pairs: &[(&str, &str)]) -> Prints {
        pairs.iter().map(|(at, print)| ((*at).to_owned(), (*print).to_owned())).collect()
    }

    #[test]
    fn only_what_is_remarked_or_asked_anew_may_change() {
        let before = prints(&[("/answers/a", "1"), ("/answers/b", "2"), ("/answers/gone", "3")]);
        let after = prints(&[("/answers/a", "9"), ("/answers/b", "9"), ("/answers/new", "4")]);
        let open = ["/answers/a".to_owned()];
        assert_eq!(not_remarked(&before, &after, &open), ["/answers/b"]);
        assert_eq!(changed(&before, &after), ["/answers/a", "/answers/b", "/answers/new"]);
        assert!(not_remarked(&before, &before, &[]).is_empty());
        assert!(changed(&before, &before).is_empty());
    }

    #[test]
    fn a_part_of_a_remarked_address_is_the_applicants() {
        let before = prints(&[("/answers/address", "1"), ("/answers/address_note", "2")]);
        let open = ["/answers/address".to_owned()];
        assert!(is_the_applicants("/answers/address/house", &open, &before));
        assert!(!is_the_applicants("/answers/address_note", &open, &before));
        assert!(is_the_applicants("/answers/new", &open, &before));
    }
}
