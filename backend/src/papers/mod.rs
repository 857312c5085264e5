//! Papers the service issues (SB-01, PY-04, CS-11): made by jobs, signed, kept sealed, checked by anybody through the
//! token in their QR code.

pub mod api;
mod payment;
mod print;
mod receipt;
mod result;
mod signing;
pub mod store;
mod token;
mod verify;

use catalogue::answers::Answers;
use catalogue::text::Text;
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use futures_util::FutureExt;
use openapi::applications::{Paper, PaperKind, State};
use openapi::events::Subject;
use uuid::Uuid;

use crate::app::App;
use crate::applications::graph::CaseEvent;
use crate::applications::view::service_of;
use crate::applications::{clock, reply};
use crate::crash::crash_point;
use crate::crypto::hex;
use crate::db::Conn;
use crate::documents::{self, vault};
use crate::error::{Error, Result};
use crate::jobs::Outcome;
use crate::notifications::News;
use crate::{accounts, changes, notifications, payments};
use print::Sheet;
use signing::Payload;
use store::{Case, IssuedRow};

/// Makes the receipt of a filed application. Runs twice without a second paper.
///
/// # Errors
/// The database's, the disk's, or a paper that cannot be printed.
pub async fn make_receipt(app: &App, application_id: Uuid) -> Result<Outcome> {
    make(app, application_id, PaperKind::Receipt).await
}

/// Makes the receipt of the payment of an application and tells its owner that the money has come: one letter, with the
/// receipt there (PY-04). Runs twice without a second paper or a second letter.
///
/// # Errors
/// As [`make_receipt`].
pub async fn make_payment_receipt(app: &App, application_id: Uuid) -> Result<Outcome> {
    make(app, application_id, PaperKind::Payment).await
}

/// Makes the result of an approved application and tells its owner. Runs twice without a second paper.
///
/// # Errors
/// As [`make_receipt`].
pub async fn make_result(app: &App, application_id: Uuid) -> Result<Outcome> {
    make(app, application_id, PaperKind::Result).await
}

/// The papers of an application, the oldest first.
///
/// # Errors
/// The database's.
pub async fn list(conn: &Conn, app: &App, application_id: Uuid) -> Result<Vec<Paper>> {
    store::list(conn, application_id).await?.into_iter().map(|row| view(app, row)).collect()
}

/// Whether a paper of this kind will be there once its job has run.
fn is_due(kind: PaperKind, state: &str, charge: Option<&str>) -> bool {
    match kind {
        PaperKind::Receipt => state != State::Draft.as_str(),
        PaperKind::Payment => charge == Some("paid"),
        PaperKind::Result => [State::Approved, State::Completed].iter().any(|due| due.as_str() == state),
    }
}

async fn make(app: &App, application_id: Uuid, kind: PaperKind) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    let Some(case) = store::find_case(&mut conn, application_id).await? else { return Ok(Outcome::Done) };
    if !is_due(kind, &case.state, case.charge.as_deref())
        || store::has(&mut conn, application_id, kind).await?
    {
        return Ok(Outcome::Done);
    }
    let person = accounts::store::names(&mut conn, case.account_id).await?;
    // A receipt is about what was filed, whatever has been changed since.
    let filed = reply::ids_sent(&conn, application_id, &[CaseEvent::Submitted]).await?;
    let files = documents::store::list_of(&conn, app, application_id, &filed).await?;
    let paid = payments::find_settled(&conn, application_id).await?;
    drop(conn);

    let service = service_of(app, &case.service, case.service_version)?;
    let token = token::new()?;
    let answers = if kind == PaperKind::Payment { Answers::default() } else { case.answers(&app.keys)? };
    let sheet = Sheet {
        app,
        service,
        case: &case,
        answers: &answers,
        person: &person,
        files: &files,
        // The signature covers the moment as text: whole seconds have one spelling.
        issued_at: case.now.trunc_subsecs(0),
        id: Uuid::now_v7(),
        address: address(app, &token),
    };
    let (paper, title, valid_until) = match kind {
        PaperKind::Receipt => (receipt::write(&sheet), sheet.every("receipt_title"), None),
        PaperKind::Payment => {
            let missing = || Error::internal(anyhow::anyhow!("a charge is paid, but by no payment"));
            let (charge, payment) = paid.as_ref().ok_or_else(missing)?;
            (payment::write(&sheet, charge, payment)?, sheet.every("payment_title"), None)
        }
        PaperKind::Result => {
            let valid_until = result::valid_until(&sheet);
            (result::write(&sheet, valid_until), service.result.title.clone(), valid_until)
        }
    };
    let printing = tokio::task::spawn_blocking(move || paper::render(&paper));
    let pdf = printing.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let issue = Issue { id: sheet.id, kind, token, title, issued_at: sheet.issued_at, valid_until };
    keep(app, &case, issue, pdf).await
}

/// A paper that has been printed, before it is signed and kept.
struct Issue {
    id: Uuid,
    kind: PaperKind,
    token: String,
    title: Text,
    issued_at: DateTime<Utc>,
    valid_until: Option<NaiveDate>,
}

/// Signs, seals, writes the file, then the row with what follows from it.
async fn keep(app: &App, case: &Case, issue: Issue, pdf: Vec<u8>) -> Result<Outcome> {
    let kind = issue.kind;
    let kept = vault::keep(app, IssuedRow::place(issue.id, case.account_id), &pdf).await?;
    crash_point!("paper.after_file");
    let payload = Payload {
        kind,
        number: case.number(),
        title: &issue.title,
        sha256: &hex(&kept.sha256),
        issued_at: issue.issued_at,
        valid_until: issue.valid_until,
        token: &issue.token,
    };
    let signed = app.keys.sign_paper(&payload.bytes()?);
    let signed = signed.ok_or_else(|| Error::internal(anyhow::anyhow!("no key to sign papers with")))?;
    let file = kept.storage_key.clone();
    let row = IssuedRow {
        id: issue.id,
        application_id: case.id,
        account_id: case.account_id,
        kind: kind.as_str().to_owned(),
        token: issue.token,
        title: serde_json::to_string(&issue.title)?,
        sha256: kept.sha256,
        size: kept.size,
        storage_key: kept.storage_key,
        wrapped_key: kept.wrapped_key,
        kek_id: kept.kek_id,
        signature: signed.signature,
        key_id: signed.key_id,
        issued_at: issue.issued_at,
        valid_until: issue.valid_until,
        revoked_at: None,
        replaced_by: None,
    };
    let in_time = TimeDelta::minutes(app.config.applications.result_within_minutes.into());
    let is_late = case.decided_at.is_some_and(|decided| case.now > decided + in_time);
    let case = case.clone();
    let issued =
        app.db.write(move |conn| async move { enter(conn, row, kind, &case, is_late).await }.boxed()).await?;
    crash_point!("paper.after_commit");
    if !issued {
        vault::discard(app, &file).await;
    }
    Ok(Outcome::Done)
}

/// The row, and word of it. False when another run was faster.
async fn enter(conn: &mut Conn, row: IssuedRow, kind: PaperKind, case: &Case, is_late: bool) -> Result<bool> {
    let (account_id, application_id) = (row.account_id, row.application_id);
    if !store::insert(conn, row).await? {
        return Ok(false);
    }
    let (number, service) = (case.number(), case.service.as_str());
    let news = match kind {
        PaperKind::Receipt => None,
        PaperKind::Payment => {
            let decides = case.state != State::Withdrawn.as_str();
            let due = case.due_at.filter(|_| decides).map(clock::day);
            case.amount.map(|amount| News::Paid { number, service, amount, due })
        }
        PaperKind::Result => Some(News::ResultReady { number, service, is_late }),
    };
    if let Some(news) = news {
        notifications::tell(conn, account_id, Some(application_id), &news).await?;
    }
    let told =
        [(Some(account_id), Subject::Application, application_id), (None, Subject::Case, application_id)];
    changes::pulse_all(conn, &told).await?;
    crash_point!("paper.before_commit");
    Ok(true)
}

/// The public page of a paper.
fn address(app: &App, token: &str) -> String {
    format!("{}/verify/{token}", app.config.portal_origin())
}

fn view(app: &App, row: IssuedRow) -> Result<Paper> {
    Ok(Paper {
        kind: row.kind()?,
        title: row.title()?,
        issued_at: row.issued_at,
        valid_until: row.valid_until,
        revoked_at: row.revoked_at,
        replaced_by: row.replaced_by,
        verify_url: address(app, &row.token),
        sha256: hex(&row.sha256),
    })
}
