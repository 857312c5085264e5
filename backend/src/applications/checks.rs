//! The automatic check after filing (P-07, SB-05): a job that asks the registers and lays their answers beside the
//! form. A register that is down delays the check, never the case.

use catalogue::answers::Answers;
use catalogue::definition::{Register, Service};
use chrono::Utc;
use futures_util::FutureExt;
use futures_util::future::try_join_all;
use openapi::applications::State;
use openapi::desk::Outcome as Compared;
use openapi::events::Subject;
use serde_json::{Value, json};
use uuid::Uuid;

use super::comparison;
use super::graph::CaseEvent;
use super::store::{self, Read};
use super::view::service_of;
use super::{clock, steps};
use crate::app::App;
use crate::crash::crash_point;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::gateways::registries::RegisterError;
use crate::history::{self, By};
use crate::jobs::{self, Job, Outcome};
use crate::notifications::News;
use crate::{changes, notifications};

/// Asks the registers about an application and records what they say. `round` is 1 after filing and grows with
/// every sending: an older job never overwrites what a newer one has found.
///
/// # Errors
/// When a register does not answer: the case is then in review with its check pending, and the queue tries again.
pub async fn run(app: &App, application_id: Uuid, round: i32) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    let read = store::find_unscoped(&mut conn, application_id).await?;
    let waits = is_awaited(&mut conn, &read, round).await?;
    drop(conn);
    if !waits {
        return Ok(Outcome::Done);
    }
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    let answered = ask(app, service, &read.row.answers(&app.keys)?).await;
    match answered {
        Ok(checks) => {
            crash_point!("registers.after_answer");
            app.db
                .write(move |conn| async move { record(conn, application_id, round, &checks).await }.boxed())
                .await?;
            crash_point!("check.after_commit");
            Ok(Outcome::Done)
        }
        Err(error) => {
            app.db
                .write(move |conn| async move { postpone(conn, application_id, round).await }.boxed())
                .await?;
            Err(Error::internal(error))
        }
    }
}

/// Asks for the check of what has just been sent again.
///
/// # Errors
/// The database's.
pub(super) async fn enqueue(conn: &mut Conn, application_id: Uuid) -> Result<()> {
    let round = round(conn, application_id).await?;
    jobs::enqueue(conn, &Job::CheckRegisters { application_id, round }).await
}

/// The round of the check that belongs to what was sent last.
async fn round(conn: &mut Conn, id: Uuid) -> Result<i32> {
    let again = history::count(conn, id, CaseEvent::Resubmitted.as_str()).await?;
    i32::try_from(again + 1).map_err(Error::internal)
}

/// Whether this round's check is still wanted: not done, not overtaken by another sending, not closed, and not with its
/// applicant, who may send something else.
async fn is_awaited(conn: &mut Conn, read: &Read, asked: i32) -> Result<bool> {
    let open =
        matches!(read.row.state()?, State::AutoChecking | State::InReview) && read.row.checked != "done";
    Ok(open && asked == round(conn, read.row.id).await?)
}

/// Asks all registers at once. What a register does not take cannot be in it.
async fn ask(
    app: &App,
    service: &Service,
    answers: &Answers,
) -> std::result::Result<Vec<comparison::Compared>, RegisterError> {
    try_join_all(service.checks.iter().map(|check| {
        let question = comparison::question(check, answers, &app.catalogue.dictionaries);
        async move {
            let found = match (&question, check.register) {
                (None, _) => Ok((Compared::Skipped, Vec::new())),
                (Some(question), Register::Passports) => {
                    let answer = app.registries.passport(&question.document).await;
                    answer.map(|answer| comparison::passport(check, &answer))
                }
                (Some(question), Register::Migration) => {
                    let answer = app.registries.crossings(&question.document, question.entry_date).await;
                    answer.map(|answer| comparison::entry(check, question, &answer))
                }
            };
            let (outcome, differences) = match found {
                Err(RegisterError::NotAskable(_)) => (Compared::NotFound, Vec::new()),
                other => other?,
            };
            Ok(comparison::Compared { id: check.id.clone(), outcome, differences, at: Utc::now() })
        }
    }))
    .await
}

async fn record(conn: &mut Conn, id: Uuid, round: i32, checks: &[comparison::Compared]) -> Result<()> {
    let read = store::lock_unscoped(conn, id).await?;
    if !is_awaited(conn, &read, round).await? {
        return Ok(());
    }
    steps::check(conn, &read.row, "done", &serde_json::to_value(checks)?).await?;
    let passed = checks.iter().filter(|check| check.outcome == Compared::Passed).count();
    let data = json!({ "round": round, "passed": passed, "total": checks.len() });
    history::append(conn, id, CaseEvent::Checked.as_str(), By::System, data).await?;
    announce(conn, &read, true).await?;
    crash_point!("check.before_commit");
    Ok(())
}

/// A register is down: the case does not wait for it.
async fn postpone(conn: &mut Conn, id: Uuid, round: i32) -> Result<()> {
    let read = store::lock_unscoped(conn, id).await?;
    if read.row.state()? != State::AutoChecking || !is_awaited(conn, &read, round).await? {
        return Ok(());
    }
    steps::check(conn, &read.row, "pending", &Value::Array(Vec::new())).await?;
    let event = CaseEvent::CheckPending.as_str();
    history::append(conn, id, event, By::System, json!({ "round": round })).await?;
    announce(conn, &read, false).await
}

/// People hear that their case is in review when it gets there, and whether its check waits for a register; open
/// pages hear of every change.
async fn announce(conn: &mut Conn, before: &Read, is_checked: bool) -> Result<()> {
    let row = &before.row;
    if row.state()? == State::AutoChecking {
        let (number, service, due) = (row.number(), row.service.as_str(), row.due_at.map(clock::day));
        let news = if is_checked {
            News::InReview { number, service, due }
        } else {
            News::CheckPending { number, service, due }
        };
        notifications::tell(conn, row.account_id, Some(row.id), &news).await?;
    } else {
        changes::pulse(conn, Some(row.account_id), Subject::Application, row.id).await?;
    }
    changes::pulse(conn, None, Subject::Case, row.id).await
}
