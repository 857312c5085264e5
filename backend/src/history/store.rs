//! The rows of the history. They are only ever added (the database refuses changes).

use catalogue::text::Text;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::applications::{Actor, ActorKind, Reason};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Event, Link, short_name};
use crate::app::App;
use crate::applications::graph::CaseEvent;
use crate::db::Conn;
use crate::db::schema::{applications, case_events as events, officers};
use crate::error::Result;

diesel::define_sql_function! {
    /// The time of the statement, not of the transaction.
    fn clock_timestamp() -> Timestamptz;
}

/// The end of a chain and the time of the database.
#[derive(Queryable)]
pub(super) struct Tail {
    pub at: DateTime<Utc>,
    pub n: Option<i32>,
    pub hash: Option<Vec<u8>>,
}

/// `clock_timestamp()` rather than `now()`: under the lock times grow with the numbers. The database counts in
/// microseconds, so what is hashed is what is stored.
pub(super) async fn tail(mut conn: &Conn, application_id: Uuid) -> Result<Tail> {
    let tail = applications::table
        .left_join(events::table)
        .filter(applications::id.eq(application_id))
        .order(events::n.desc())
        .select((clock_timestamp(), events::n.nullable(), events::hash.nullable()))
        .first(&mut conn)
        .await?;
    Ok(tail)
}

pub(super) async fn insert(mut conn: &Conn, row: &Link<'_>, previous: &[u8], hash: &[u8]) -> Result<()> {
    diesel::insert_into(events::table)
        .values((
            events::application_id.eq(row.application_id),
            events::n.eq(row.n),
            events::kind.eq(row.kind),
            events::actor_kind.eq(row.actor_kind),
            events::actor_id.eq(row.actor_id),
            events::data.eq(row.data),
            events::at.eq(row.at),
            events::previous_hash.eq(previous),
            events::hash.eq(hash),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// The timeline, the oldest first. Officers are named shortly, nobody else is.
///
/// # Errors
/// The database's.
pub async fn list(mut conn: &Conn, _: &App, application_id: Uuid) -> Result<Vec<Event>> {
    let rows: Vec<Line> = events::table
        .left_join(officers::table.on(officers::id.nullable().eq(events::actor_id)))
        .filter(events::application_id.eq(application_id))
        .order(events::n)
        .select((
            events::n,
            events::kind,
            events::actor_kind,
            officers::name.nullable(),
            events::at,
            events::data,
        ))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// A row of the timeline.
#[derive(Queryable)]
struct Line {
    n: i32,
    kind: String,
    actor_kind: String,
    officer: Option<String>,
    at: DateTime<Utc>,
    data: Value,
}

impl From<Line> for Event {
    fn from(line: Line) -> Self {
        let told = serde_json::from_value::<Told>(line.data).unwrap_or_default();
        Self {
            n: line.n,
            kind: line.kind,
            actor: Actor {
                kind: actor_kind(&line.actor_kind),
                name: line.officer.as_deref().map(short_name),
            },
            at: line.at,
            comment: told.comment,
            reasons: told.reasons.into_iter().map(Reason::from).collect(),
        }
    }
}

/// What of an event's data the timeline tells.
#[derive(Default, Deserialize)]
struct Told {
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    reasons: Vec<ToldReason>,
}

#[derive(Deserialize)]
struct ToldReason {
    code: String,
    title: Text,
    cure: Text,
    #[serde(default)]
    comment: Option<String>,
}

impl From<ToldReason> for Reason {
    fn from(told: ToldReason) -> Self {
        Self { code: told.code, title: told.title, cure: told.cure, comment: told.comment }
    }
}

fn actor_kind(word: &str) -> ActorKind {
    [ActorKind::Citizen, ActorKind::Officer, ActorKind::Bank]
        .into_iter()
        .find(|kind| super::actor_word(*kind) == word)
        .unwrap_or(ActorKind::System)
}

/// How many events of a kind a case has.
///
/// # Errors
/// The database's.
pub async fn count(conn: &mut Conn, application_id: Uuid, kind: &str) -> Result<i64> {
    let count = events::table
        .filter(events::application_id.eq(application_id))
        .filter(events::kind.eq(kind))
        .count()
        .get_result(conn)
        .await?;
    Ok(count)
}

/// The data of the newest of these events.
///
/// # Errors
/// The database's.
pub async fn last_data(mut conn: &Conn, application_id: Uuid, kinds: &[CaseEvent]) -> Result<Option<Value>> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let data = events::table
        .filter(events::application_id.eq(application_id))
        .filter(events::kind.eq_any(kinds))
        .order(events::n.desc())
        .select(events::data)
        .first(&mut conn)
        .await
        .optional()?;
    Ok(data)
}

/// A row as the auditor reads it.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Stored {
    pub application_id: Uuid,
    pub n: i32,
    pub kind: String,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub data: Value,
    pub at: DateTime<Utc>,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// All rows of these cases, by case and number.
pub(super) async fn rows_of(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Stored>> {
    let rows = events::table
        .filter(events::application_id.eq_any(ids))
        .order((events::application_id, events::n))
        .load(conn)
        .await?;
    Ok(rows)
}

/// The next cases after `after` by id, with the state each stands in.
pub(super) async fn cases_after(conn: &mut Conn, after: Uuid, most: i64) -> Result<Vec<(Uuid, String)>> {
    let cases = applications::table
        .filter(applications::id.gt(after))
        .order(applications::id)
        .select((applications::id, applications::state))
        .limit(most)
        .load(conn)
        .await?;
    Ok(cases)
}
