//! What applicants may change in an application they have back, and sending it again under the same number (CS-04,
//! FM-11, FM-12).
//!
//! What was sent last stands beside what is being changed; by it the changes are told from the rest. While a correction
//! is asked for, only what is remarked may differ, and what is asked only because of a mended answer.

use std::collections::BTreeMap;

use catalogue::answers::{Answers, Finding, answer_pointer, document_pointer};
use catalogue::definition::Service;
use catalogue::form;
use openapi::FieldError;
use openapi::applications::{Application, ResubmissionIn, State};
use openapi::documents::Document;
use openapi::events::Subject;
use serde_json::{Value, json};
use uuid::Uuid;

use super::graph::CaseEvent;
use super::store::{self, Read, Row};
use super::view::{self, service_of};
use super::{checks, clock, filing, overdue, related, remarks, reply, steps};
use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, Result, field_error};
use crate::history::{self, By};
use crate::notifications::News;
use crate::{changes, documents, notifications};

/// Pointer → what stands there: an answer, or the hashes of an item's files. Everything that is asked has a place,
/// answered or not.
type Places = BTreeMap<String, Value>;

fn places(app: &App, service: &Service, answers: &Answers, documents: &[Document]) -> Places {
    let mut places = answer_places(app, service, answers);
    let normal = form::normalise(service, answers, &app.catalogue.dictionaries);
    for item in form::documents(service, &normal) {
        let own = documents.iter().filter(|file| file.item == item.id);
        let mut files: Vec<&str> = own.map(|file| file.sha256.as_str()).collect();
        files.sort_unstable();
        places.insert(document_pointer(&item.id), json!(files));
    }
    places
}

fn answer_places(app: &App, service: &Service, answers: &Answers) -> Places {
    let normal = form::normalise(service, answers, &app.catalogue.dictionaries);
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    fields
        .filter(|field| form::is_field_asked(service, &field.id, &normal))
        .map(|field| (answer_pointer(&[&field.id]), normal.get(&field.id).cloned().unwrap_or_default()))
        .collect()
}

/// Pointers at which something else stands than before, or that are asked only now.
fn changed(before: &Places, after: &Places) -> Vec<String> {
    after
        .iter()
        .filter(|(pointer, now)| before.get(*pointer) != Some(now))
        .map(|(at, _)| at.clone())
        .collect()
}

/// Changes at places that were asked before and are not remarked.
fn not_remarked<'a>(before: &Places, after: &'a Places, open: &[String]) -> Vec<&'a str> {
    after
        .iter()
        .filter(|(pointer, now)| {
            before.get(*pointer).is_some_and(|was| was != *now) && !open.contains(pointer)
        })
        .map(|(pointer, _)| pointer.as_str())
        .collect()
}

/// What `answers` change although nobody asked for it; nothing where everything is open.
///
/// # Errors
/// The database's.
pub(super) async fn untouchable(
    conn: &mut Conn,
    app: &App,
    row: &Row,
    service: &Service,
    answers: &Answers,
) -> Result<Vec<FieldError>> {
    if row.state()? != State::ReturnedForFix {
        return Ok(Vec::new());
    }
    let open = remarks::list_open_pointers(conn, row.id).await?;
    let before = answer_places(app, service, &row.answers_sent(&app.keys)?);
    let after = answer_places(app, service, answers);
    let wrong = not_remarked(&before, &after, &open);
    Ok(wrong.into_iter().map(|pointer| field_error(pointer, "not_remarked")).collect())
}

/// Sends the application again: the clock runs on with what was left of it, the officer stays. Whoever took it back to
/// change it may send it as it was; whoever was asked to mend it says that they mean to.
///
/// # Errors
/// `wrong_state`, `stale_version`; `invalid` with what is still wrong, or `nothing_mended` at `/remarks`.
pub async fn resubmit(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    id: Uuid,
    version: i32,
    input: ResubmissionIn,
) -> Result<Application> {
    let read = store::lock_for(conn, account_id, id).await?;
    read.ensure(CaseEvent::Resubmitted, version)?;
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    let documents = documents::store::list(conn, app, id).await?;
    let sent = reply::documents_sent(conn, app, &read.row).await?;
    let before = places(app, service, &read.row.answers_sent(&app.keys)?, &sent);
    let answers = form::normalise(service, &read.row.answers(&app.keys)?, &app.catalogue.dictionaries);
    let changed = changed(&before, &places(app, service, &answers, &documents));
    let open = if read.row.state()? == State::ReturnedForFix {
        if changed.is_empty() && !input.unchanged {
            return Err(Error::field("/remarks", "nothing_mended"));
        }
        remarks::list_open_pointers(conn, id).await?
    } else {
        changed.clone()
    };
    filing::refuse(still_wrong(app, &read, service, &documents, &open, &before)?)?;

    let left = read.row.paused_left.unwrap_or_default();
    let due = clock::resumed(service, read.now, left, &app.catalogue.calendar);
    let identity = related::identity(&app.keys, service, &answers)?;
    steps::resubmit(conn, &read.row, &read.row.seal(&app.keys, &answers)?, identity, due).await?;
    remarks::resolve(conn, id).await?;
    overdue::watch(conn, id, due).await?;

    let again = history::count(conn, id, CaseEvent::Resubmitted.as_str()).await? + 1;
    let mut data = filing::evidence(&app.keys, &answers, &documents)?;
    data.insert("changed".to_owned(), json!(changed));
    data.insert("round".to_owned(), json!(again));
    let event = CaseEvent::Resubmitted.as_str();
    history::append(conn, id, event, By::Citizen(account_id), Value::Object(data)).await?;
    let news = News::Resubmitted { number: read.row.number(), service: &service.code, due: clock::day(due) };
    notifications::tell(conn, account_id, Some(id), &news).await?;
    checks::enqueue(conn, id).await?;
    changes::pulse(conn, None, Subject::Case, id).await?;
    view::application(conn, app, account_id, id).await
}

/// What the form lacks. What the applicant was not to change, or has not changed, is judged by the day of filing: a date
/// that was right then must not keep anybody from sending now.
fn still_wrong(
    app: &App,
    read: &Read,
    service: &Service,
    documents: &[Document],
    open: &[String],
    before: &Places,
) -> Result<Vec<Finding>> {
    let answers = read.row.answers(&app.keys)?;
    let filed = clock::day(read.row.submitted_at.unwrap_or(read.now));
    let at_filing = filing::judge_on(app, filed, service, &answers, documents);
    let mut findings = filing::judged(app, read, service, documents)?;
    findings
        .retain(|finding| is_the_applicants(&finding.pointer, open, before) || at_filing.contains(finding));
    Ok(findings)
}

/// Whether what stands at `pointer` or above it is the applicant's own change, or asked only now.
fn is_the_applicants(pointer: &str, open: &[String], before: &Places) -> bool {
    let is_at = |place: &str| {
        pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    open.iter().any(|place| is_at(place)) || !before.keys().any(|place| is_at(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(pairs: &[(&str, &str)]) -> Places {
        pairs.iter().map(|(at, answer)| ((*at).to_owned(), json!(answer))).collect()
    }

    #[test]
    fn only_what_is_remarked_or_asked_anew_may_change() {
        let before = places(&[("/answers/a", "1"), ("/answers/b", "2"), ("/answers/gone", "3")]);
        let after = places(&[("/answers/a", "9"), ("/answers/b", "9"), ("/answers/new", "4")]);
        let open = ["/answers/a".to_owned()];
        assert_eq!(not_remarked(&before, &after, &open), ["/answers/b"]);
        assert_eq!(changed(&before, &after), ["/answers/a", "/answers/b", "/answers/new"]);
        assert!(not_remarked(&before, &before, &[]).is_empty());
        assert!(changed(&before, &before).is_empty());
    }

    #[test]
    fn a_part_of_a_remarked_address_is_the_applicants() {
        let before = places(&[("/answers/address", "1"), ("/answers/address_note", "2")]);
        let open = ["/answers/address".to_owned()];
        assert!(is_the_applicants("/answers/address/house", &open, &before));
        assert!(!is_the_applicants("/answers/address_note", &open, &before));
        assert!(is_the_applicants("/answers/new", &open, &before));
    }
}
