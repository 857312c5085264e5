//! The rows of the queue.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use futures_util::future::try_join_all;
use serde_json::Value;
use uuid::Uuid;

use super::Job;
use super::lane::Lane;
use crate::alarms;
use crate::crash::crash_point;
use crate::db::schema::jobs;
use crate::db::{Conn, prepared};
use crate::error::Result;

diesel::define_sql_function! {
    /// The time that is given, else that of the transaction: one statement for both.
    fn coalesce(given: Nullable<Timestamptz>, otherwise: Timestamptz) -> Timestamptz;
}

/// A claimed job; `fence` tells this claim from later ones.
#[derive(Debug, Clone, QueryableByName)]
#[diesel(table_name = jobs)]
pub struct Claimed {
    pub id: Uuid,
    pub kind: String,
    pub payload: Value,
    pub attempts: i32,
    pub fence: i64,
}

/// Puts a job into the caller's transaction.
///
/// # Errors
/// The database's.
pub async fn enqueue(conn: &Conn, job: &Job) -> Result<()> {
    insert(conn, job, None, None).await
}

/// The same for a job whose time comes later.
///
/// # Errors
/// The database's.
pub async fn enqueue_at(conn: &Conn, job: &Job, at: DateTime<Utc>) -> Result<()> {
    insert(conn, job, None, Some(at)).await
}

/// The same, at most once per key for all time: (job, object, period).
///
/// # Errors
/// The database's.
pub async fn enqueue_once(conn: &mut Conn, job: &Job, key: &str) -> Result<()> {
    insert(conn, job, Some(key), None).await
}

async fn insert(mut conn: &Conn, job: &Job, dedupe: Option<&str>, at: Option<DateTime<Utc>>) -> Result<()> {
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(Uuid::now_v7()),
            jobs::kind.eq(job.kind()),
            jobs::lane.eq(job.lane().as_str()),
            jobs::payload.eq(serde_json::to_value(job)?),
            jobs::dedupe.eq(dedupe),
            jobs::run_at.eq(coalesce(at, diesel::dsl::now)),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Brings the waiting job of this key forward; false when there is none, or it is running right now. A job that is
/// due already is not touched: workers skip locked rows.
///
/// # Errors
/// The database's.
pub async fn hasten(conn: &mut Conn, key: &str) -> Result<bool> {
    let waiting = jobs::table
        .filter(jobs::dedupe.eq(key).and(jobs::state.eq("ready")).and(jobs::lease_until.is_null()));
    let later = diesel::dsl::sql::<diesel::sql_types::Bool>("run_at > clock_timestamp()");
    let hastened =
        diesel::update(waiting.filter(later)).set(jobs::run_at.eq(diesel::dsl::now)).execute(conn).await?;
    Ok(hastened == 1 || diesel::select(diesel::dsl::exists(waiting)).get_result(conn).await?)
}

/// Takes jobs whose time has come, or whose worker has died: of each lane up to so many. One round trip.
pub(super) async fn claim(
    conn: &Conn,
    free: &[(Lane, usize)],
    lease_seconds: i32,
) -> Result<Vec<(Lane, Claimed)>> {
    let lanes = free.iter().map(|(lane, most)| claim_of(conn, *lane, *most, lease_seconds));
    let claimed = try_join_all(lanes).await?;
    crash_point!("job.after_claim");
    Ok(claimed.into_iter().flatten().collect())
}

async fn claim_of(
    mut conn: &Conn,
    lane: Lane,
    most: usize,
    lease_seconds: i32,
) -> Result<Vec<(Lane, Claimed)>> {
    let claim = diesel::sql_query(
        "update jobs set lease_until = now() + make_interval(secs => $3), fence = fence + 1, attempts = attempts + 1 \
         where id in (select id from jobs where lane = $1 and state = 'ready' and run_at <= now() \
           and (lease_until is null or lease_until < now()) \
           order by run_at limit $2 for update skip locked) \
         returning id, kind, payload, attempts, fence",
    )
    .bind::<Text, _>(lane.as_str())
    .bind::<BigInt, _>(i64::try_from(most).unwrap_or(1))
    .bind::<diesel::sql_types::Double, _>(f64::from(lease_seconds));
    let claimed: Vec<Claimed> = prepared(claim).load(&mut conn).await?;
    Ok(claimed.into_iter().map(|job| (lane, job)).collect())
}

/// Ends a job, if the claim is still the newest.
pub(super) async fn finish(conn: &mut Conn, job: &Claimed) -> Result<()> {
    diesel::update(jobs::table.find(job.id).filter(jobs::fence.eq(job.fence)))
        .set((
            jobs::state.eq("done"),
            jobs::finished_at.eq(diesel::dsl::now),
            jobs::lease_until.eq(None::<DateTime<Utc>>),
            jobs::last_error.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Puts a job back for later. `failed` keeps the count of tries; otherwise the try does not count.
pub(super) async fn postpone(
    conn: &mut Conn,
    job: &Claimed,
    seconds: i32,
    failed: Option<&str>,
) -> Result<()> {
    diesel::sql_query(
        "update jobs set run_at = now() + make_interval(secs => $3), lease_until = null, last_error = $4, \
         attempts = attempts - $5 where id = $1 and fence = $2",
    )
    .bind::<diesel::sql_types::Uuid, _>(job.id)
    .bind::<BigInt, _>(job.fence)
    .bind::<diesel::sql_types::Double, _>(f64::from(seconds))
    .bind::<Nullable<Text>, _>(failed)
    .bind::<Integer, _>(i32::from(failed.is_none()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Parks a job that gave up and raises an alarm, both or neither.
pub(super) async fn park(conn: &mut Conn, job: &Claimed, reason: &str) -> Result<()> {
    let parked = diesel::update(jobs::table.find(job.id).filter(jobs::fence.eq(job.fence)))
        .set((
            jobs::state.eq("parked"),
            jobs::last_error.eq(reason),
            jobs::lease_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(conn)
        .await?;
    if parked == 1 {
        let data = serde_json::json!({ "job": job.kind, "attempts": job.attempts });
        alarms::raise(conn, "job_parked", job.id, &data).await?;
    }
    Ok(())
}

/// Puts a parked job back as if it had never been tried; false when it is not parked.
///
/// # Errors
/// The database's.
pub async fn retry(conn: &mut Conn, id: Uuid) -> Result<bool> {
    let parked = jobs::table.find(id).filter(jobs::state.eq("parked"));
    let freed = diesel::update(parked)
        .set((jobs::state.eq("ready"), jobs::run_at.eq(diesel::dsl::now), jobs::attempts.eq(0)))
        .execute(conn)
        .await?;
    Ok(freed == 1)
}
