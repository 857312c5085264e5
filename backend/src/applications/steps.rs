//! The statements that move a case along; each names the state and version it starts from.

use chrono::{DateTime, Utc};
use diesel::dsl::now as db_now;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use openapi::applications::State;
use serde_json::Value;

use super::sealed::SealedAnswers;
use super::store::Row;
use crate::db::schema::applications;
use crate::db::{Conn, prepared};
use crate::error::{Error, Result, violates};

/// What a draft becomes.
pub(super) struct Filing<'a> {
    pub state: &'a str,
    pub answers: &'a SealedAnswers,
    /// Candidates; the first one not in use is given.
    pub numbers: &'a [String],
    pub control_code: &'a str,
    pub due_at: Option<DateTime<Utc>>,
    pub identity: Option<&'a [u8]>,
}

/// Files a draft that is locked and has been found to be one. Returns its number.
///
/// # Errors
/// `busy` when all its numbers are in use, or another filing has drawn the same in the same moment (once in a thousand
/// million).
pub(super) async fn file(mut conn: &Conn, draft: &Row, filing: &Filing<'_>) -> Result<String> {
    #[derive(QueryableByName)]
    struct Filed {
        #[diesel(sql_type = Text)]
        number: String,
    }
    let busy = || Error::new(ErrorCode::Busy).after(1);
    let file = diesel::sql_query(
        "update applications set state = $3, answers = $4, number = free.number, control_code = $6, \
           submitted_at = now(), due_at = $7, identity = $8, version = version + 1, updated_at = now() \
         from (select d.number from unnest($5) d (number) \
           where not exists (select from applications a where a.number = d.number) limit 1) free \
         where id = $1 and version = $2 and state = 'draft' returning free.number",
    )
    .bind::<SqlUuid, _>(draft.id)
    .bind::<Integer, _>(draft.version)
    .bind::<Text, _>(filing.state)
    .bind::<Bytea, _>(filing.answers)
    .bind::<Array<Text>, _>(filing.numbers)
    .bind::<Text, _>(filing.control_code)
    .bind::<Nullable<Timestamptz>, _>(filing.due_at)
    .bind::<Nullable<Bytea>, _>(filing.identity);
    let filed: Option<Filed> =
        prepared(file).get_result(&mut conn).await.optional().map_err(|error| {
            if violates(&error, "applications_number_key") { busy() } else { error.into() }
        })?;
    filed.map(|filed| filed.number).ok_or_else(busy)
}

/// Paid: the check begins, and the clock where it waits for the money. `false` if the case does not wait for it.
///
/// # Errors
/// The database's.
pub(super) async fn pay(conn: &mut Conn, row: &Row, due_at: Option<DateTime<Utc>>) -> Result<bool> {
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(State::AwaitingPayment.as_str()))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(State::AutoChecking.as_str()),
            applications::due_at.eq(due_at),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    Ok(moved == 1)
}

/// With its applicant again until `reply_due_at`: the clock stands still with `paused_left` units left, and the answers
/// are kept as they were sent.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn hand_back(
    conn: &mut Conn,
    row: &Row,
    to: State,
    paused_left: i32,
    reply_due_at: DateTime<Utc>,
) -> Result<()> {
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(to.as_str()),
            applications::answers_before.eq(applications::answers.nullable()),
            applications::due_at.eq(None::<DateTime<Utc>>),
            applications::paused_left.eq(paused_left),
            applications::reply_due_at.eq(reply_due_at),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    ensure_moved(moved)
}

fn ensure_moved(rows: usize) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(ErrorCode::WrongState.into()) }
}

/// Taken back by the applicant for good, with the answers that count.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn withdraw(conn: &mut Conn, row: &Row) -> Result<()> {
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(State::Withdrawn.as_str()),
            applications::answers.eq(row.sealed_sent()?),
            applications::answers_before.eq(None::<SealedAnswers>),
            applications::reply_due_at.eq(None::<DateTime<Utc>>),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    ensure_moved(moved)
}

/// The result has been received.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn complete(conn: &mut Conn, row: &Row) -> Result<()> {
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(State::Approved.as_str()))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(State::Completed.as_str()),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    ensure_moved(moved)
}

/// Sent again; the clock runs on to `due_at`.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn resubmit(
    conn: &mut Conn,
    row: &Row,
    answers: &SealedAnswers,
    identity: Option<Vec<u8>>,
    due_at: DateTime<Utc>,
) -> Result<()> {
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(State::AutoChecking.as_str()),
            applications::answers.eq(answers),
            applications::identity.eq(identity),
            applications::checked.eq("none"),
            applications::due_at.eq(due_at),
            applications::paused_left.eq(None::<i32>),
            applications::reply_due_at.eq(None::<DateTime<Utc>>),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    ensure_moved(moved)
}

/// Not sent again in time: the answers are those that count, and the clock runs on to `due_at`.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn reply_expired(conn: &mut Conn, row: &Row, due_at: DateTime<Utc>) -> Result<()> {
    // The officer does not wait for a check that has not come yet.
    let checked = if row.checked == "none" { "pending" } else { &row.checked };
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(State::InReview.as_str()),
            applications::answers.eq(row.sealed_sent()?),
            applications::answers_before.eq(None::<SealedAnswers>),
            applications::checked.eq(checked),
            applications::due_at.eq(due_at),
            applications::paused_left.eq(None::<i32>),
            applications::reply_due_at.eq(None::<DateTime<Utc>>),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    ensure_moved(moved)
}

/// The outcome of a check, or that it is still to come; `auto_checking` becomes `in_review` either way.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn check(conn: &mut Conn, row: &Row, checked: &str, checks: &Value) -> Result<()> {
    let moved = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(State::InReview.as_str()),
            applications::checked.eq(checked),
            applications::checks.eq(checks),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    if moved == 1 { Ok(()) } else { Err(ErrorCode::WrongState.into()) }
}
