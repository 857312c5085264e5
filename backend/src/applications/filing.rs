//! Filing: the form is judged, the code spent, the number given, and everything that follows put on its way, in one
//! transaction (FM-06, SB-01 to SB-08).

use catalogue::answers::{Answers, Finding};
use catalogue::definition::{Fee, PaymentPoint, Service, Signature};
use catalogue::form;
use catalogue::identifiers::number;
use chrono::{DateTime, Datelike, Utc};
use futures_util::FutureExt;
use futures_util::future::{OptionFuture, try_join, try_join4};
use openapi::accounts::Challenge;
use openapi::applications::{Application, State, SubmissionIn};
use openapi::documents::Document;
use openapi::{ErrorCode, FieldError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::graph::CaseEvent;
use super::steps::{self, Filing};
use super::store::{self, Read};
use super::view::{self, service_of};
use super::{clock, overdue, related};
use crate::accounts::codes::{self, Purpose};
use crate::app::App;
use crate::crypto::{self, Keys};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::history::{self, By, canonical};
use crate::jobs::{self, Job};
use crate::notifications::News;
use crate::{changes, documents, notifications, payments};

/// The version of the statement a person agrees to when filing: "the data are right" (C20).
pub const DECLARATION_VERSION: &str = "2026-11";
/// Numbers drawn at once; the first free one is taken.
const DRAWN_NUMBERS: usize = 3;
/// Crockford's alphabet: no look-alikes.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Everything wrong with an application on the day of `read`, as field errors.
///
/// # Errors
/// `internal` when the answers do not open.
pub(super) fn judged(
    app: &App,
    read: &Read,
    service: &Service,
    documents: &[Document],
) -> Result<Vec<Finding>> {
    let answers = read.row.answers(&app.keys)?;
    Ok(judge_on(app, clock::day(read.now), service, &answers, documents))
}

pub(super) fn judge_on(
    app: &App,
    today: chrono::NaiveDate,
    service: &Service,
    answers: &Answers,
    documents: &[Document],
) -> Vec<Finding> {
    let context = form::Context { today, dictionaries: &app.catalogue.dictionaries };
    let attached: Vec<&str> = documents.iter().map(|document| document.item.as_str()).collect();
    form::judge(service, answers, &attached, &context)
}

pub(super) fn refuse(findings: Vec<Finding>) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    Err(Error::invalid(findings.into_iter().map(FieldError::from).collect()))
}

/// Sends the code that confirms the filing, once the form is right: nobody gets a code for nothing.
///
/// # Errors
/// `wrong_state` after filing, `invalid` with everything that is wrong, what [`codes::issue`] refuses.
pub async fn request_code(conn: &mut Conn, app: &App, account_id: Uuid, id: Uuid) -> Result<Challenge> {
    let read = store::find_for(conn, account_id, id).await?;
    if read.row.state()? != State::Draft {
        return Err(ErrorCode::WrongState.into());
    }
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    let documents = documents::store::list(conn, app, id).await?;
    refuse(judged(app, &read, service, &documents)?)?;
    codes::issue(conn, app, Purpose::Submission { account_id, application_id: id }).await
}

/// Files an application. Of two filings of the same draft the second waits for the row and finds it filed.
///
/// # Errors
/// `wrong_state`, `stale_version`, `invalid` (no consent, or what the form lacks), what [`codes::spend`] refuses.
pub async fn submit(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    id: Uuid,
    version: i32,
    input: &SubmissionIn,
    language: &str,
) -> Result<Application> {
    let (read, documents) =
        try_join(store::lock_for(conn, account_id, id), documents::store::list(conn, app, id)).await?;
    read.ensure(CaseEvent::Submitted, version)?;
    if !input.consent {
        return Err(Error::field("/consent", "must_accept"));
    }
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    if service.signature == Signature::Code {
        let purpose = Purpose::Submission { account_id, application_id: id };
        codes::spend(conn, app, purpose, input.challenge_id, &input.code).await?;
    }
    refuse(judged(app, &read, service, &documents)?)?;

    let answers = form::normalise(service, &read.row.answers(&app.keys)?, &app.catalogue.dictionaries);
    let mut data = evidence(&app.keys, &answers, &documents)?;
    data.insert("consent".to_owned(), json!(DECLARATION_VERSION));
    data.insert("service_version".to_owned(), json!(service.version));
    let (event, by) = (CaseEvent::Submitted.as_str(), By::Citizen(account_id));
    let event = history::append(conn, id, event, by, Value::Object(data));
    let calendar = &app.catalogue.calendar;
    let due = clock::starts_with_filing(service).then(|| clock::review_end(service, read.now, calendar));
    let filed = async {
        let number = file(conn, app, &read, service, &answers, due).await?;
        let watched = OptionFuture::from(due.map(|due| overdue::watch(conn, id, due)));
        let follow_up = follow_up(conn, account_id, id, &number, service);
        try_join(follow_up, watched.map(Option::transpose)).await?;
        Ok(number)
    };
    let (number, ()) = try_join(filed, event).await?;
    if fee_after_filing(service).is_some() {
        payments::form_charge(conn, app, id, account_id, &number, service, language).await?;
    }
    view::application(conn, app, account_id, id).await
}

/// What filing sets in motion, besides a charge.
async fn follow_up(conn: &Conn, account_id: Uuid, id: Uuid, number: &str, service: &Service) -> Result<()> {
    let (receipt, check) =
        (Job::MakeReceipt { application_id: id }, Job::CheckRegisters { application_id: id, round: 1 });
    let receipt = jobs::enqueue(conn, &receipt);
    if fee_after_filing(service).is_some() {
        // The charge, when it is formed, is told together with the filing.
        return receipt.await;
    }
    let news = News::Submitted { number, service: &service.code };
    let told = notifications::tell(conn, account_id, Some(id), &news);
    let check = jobs::enqueue(conn, &check);
    let pulse = changes::pulse(conn, None, openapi::events::Subject::Case, id);
    try_join4(told, receipt, check, pulse).await.map(drop)
}

fn fee_after_filing(service: &Service) -> Option<&Fee> {
    service.fee.as_ref().filter(|fee| fee.point == PaymentPoint::AfterSubmit)
}

/// Moves the draft on and gives it its number.
async fn file(
    conn: &Conn,
    app: &App,
    read: &Read,
    service: &Service,
    answers: &Answers,
    due_at: Option<DateTime<Utc>>,
) -> Result<String> {
    let state =
        if fee_after_filing(service).is_some() { State::AwaitingPayment } else { State::AutoChecking };
    let year = clock::day(read.now).year();
    let prefix = &app.catalogue.dictionaries.number_prefix;
    let numbers = (0..DRAWN_NUMBERS)
        .map(|_| Ok(number::make(prefix, year, u32::from_be_bytes(crypto::random()?))))
        .collect::<Result<Vec<_>>>()?;
    let identity = related::identity(&app.keys, service, answers)?;
    let filing = Filing {
        state: state.as_str(),
        answers: &read.row.seal(&app.keys, answers)?,
        numbers: &numbers,
        control_code: &control_code()?,
        due_at,
        identity: identity.as_deref(),
    };
    steps::file(conn, &read.row, &filing).await
}

/// Forty random bits as `4K7M-9Q2X`.
fn control_code() -> Result<String> {
    let mut code = String::with_capacity(9);
    for (i, byte) in crypto::random::<8>()?.into_iter().enumerate() {
        if i == 4 {
            code.push('-');
        }
        let symbol = ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0');
        code.push(char::from(symbol));
    }
    Ok(code)
}

/// What the history keeps of a filing instead of the filing itself: the answers' print under the pepper, since whoever
/// knows the rest of a form could try all numbers of a passport against a bare hash; and the hash of every file.
pub(super) fn evidence(
    keys: &Keys,
    answers: &Answers,
    documents: &[Document],
) -> Result<serde_json::Map<String, Value>> {
    let answers = canonical::bytes(&Value::Object(answers.clone()))?;
    let files: Vec<Value> = documents
        .iter()
        .map(|file| json!({ "id": file.id, "item": file.item, "sha256": file.sha256 }))
        .collect();
    Ok([
        ("answers".to_owned(), Value::String(crypto::hex(&keys.mac("evidence", &answers)))),
        ("documents".to_owned(), Value::Array(files)),
    ]
    .into_iter()
    .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_codes_are_two_groups_of_four() {
        for _ in 0..100 {
            let code = control_code().unwrap();
            assert_eq!(code.len(), 9);
            assert_eq!(code.as_bytes()[4], b'-');
            assert!(code.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)), "{code}");
        }
    }
}
