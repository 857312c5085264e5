//! The rows of pulses.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double};
use diesel_async::RunQueryDsl;
use openapi::events::{Change, Subject};
use uuid::Uuid;

use super::{LATE, Numbered};
use crate::db::schema::{pulses, sessions};
use crate::db::{Conn, prepared};
use crate::error::Result;

/// The most changes told at once; who was away longer reads everything anew anyway.
const MOST: i64 = 1_000;

/// A pulse and whom it is for: an account, or the desk.
#[derive(Debug, Clone, QueryableByName, Queryable)]
#[diesel(table_name = pulses)]
pub(super) struct Row {
    pub id: i64,
    pub account_id: Option<Uuid>,
    kind: String,
    subject_id: Uuid,
}

impl Row {
    /// What is told of it; `settled` is the number nothing will turn up behind any more. `None` for a kind this version
    /// does not know.
    pub fn change(&self, settled: i64) -> Option<Numbered> {
        let subjects = [Subject::Application, Subject::Notification, Subject::Payment, Subject::Case];
        let subject = subjects.into_iter().find(|subject| subject.as_str() == self.kind)?;
        Some((self.id, Change { seq: self.id.min(settled), subject, id: self.subject_id }))
    }
}

/// Tells the open pages of an account (`None`: every officer's desk) that something has changed, when the
/// caller's transaction commits.
///
/// # Errors
/// The database's.
pub async fn pulse(conn: &Conn, account_id: Option<Uuid>, subject: Subject, id: Uuid) -> Result<()> {
    pulse_all(conn, &[(account_id, subject, id)]).await
}

/// The same for several things at once, in one statement.
///
/// # Errors
/// The database's.
pub async fn pulse_all(mut conn: &Conn, all: &[(Option<Uuid>, Subject, Uuid)]) -> Result<()> {
    let rows: Vec<_> = all
        .iter()
        .map(|(account_id, subject, id)| {
            (
                pulses::account_id.eq(*account_id),
                pulses::kind.eq(subject.as_str()),
                pulses::subject_id.eq(*id),
            )
        })
        .collect();
    prepared(diesel::insert_into(pulses::table).values(rows)).execute(&mut conn).await?;
    Ok(())
}

/// Pulses after `last`, and those of `missing` that have come to light meanwhile, oldest first.
pub(super) async fn list_new(conn: &mut Conn, last: i64, missing: &[i64]) -> Result<Vec<Row>> {
    let new = diesel::sql_query(
        "select id, account_id, kind, subject_id from pulses where id > $1 or id = any($2) order by id limit $3",
    )
    .bind::<BigInt, _>(last)
    .bind::<Array<BigInt>, _>(missing)
    .bind::<BigInt, _>(MOST);
    Ok(prepared(new).load(conn).await?)
}

/// The pulses of one audience. Not `is not distinct from`: that would not use the index.
fn of(account_id: Option<Uuid>) -> pulses::BoxedQuery<'static, Pg> {
    let all = pulses::table.into_boxed();
    match account_id {
        Some(id) => all.filter(pulses::account_id.eq(id)),
        None => all.filter(pulses::account_id.is_null()),
    }
}

/// Changes of one audience after a number, oldest first.
pub(super) async fn list_after(
    mut conn: &Conn,
    account_id: Option<Uuid>,
    after: i64,
    settled: i64,
) -> Result<Vec<Numbered>> {
    let rows: Vec<Row> = of(account_id)
        .filter(pulses::id.gt(after))
        .order(pulses::id)
        .limit(MOST)
        .select((pulses::id, pulses::account_id, pulses::kind, pulses::subject_id))
        .load(&mut conn)
        .await?;
    Ok(rows.iter().filter_map(|row| row.change(settled)).collect())
}

/// Where a relay begins: the newest pulse that is too old for a smaller number to turn up behind it.
pub(super) async fn settled(conn: &mut Conn) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Settled {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let settled: Settled = diesel::sql_query(
        "select coalesce(\
           (select id from pulses where at < clock_timestamp() - make_interval(secs => $1) order by id desc limit 1), \
           (select min(id) - 1 from pulses), 0) as id",
    )
    .bind::<Double, _>(LATE.as_secs_f64())
    .get_result(conn)
    .await?;
    Ok(settled.id)
}

/// Which of these sessions still stand.
pub(super) async fn live(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sessions::table
        .filter(sessions::id.eq_any(ids))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(diesel::dsl::now))
        .select(sessions::id)
        .load(conn)
        .await?)
}
