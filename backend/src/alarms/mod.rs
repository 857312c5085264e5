//! What a person must look at: a payment that does not fit, a file that is gone, a job that gave up. Whoever is on duty
//! reads and closes them from the command line (`backend alarms`).

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::db::Conn;
use crate::db::schema::alarms;
use crate::error::{Error, Result};
use crate::{jobs, payments};

/// An alarm nobody has closed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = alarms, check_for_backend(diesel::pg::Pg))]
pub struct Alarm {
    pub id: Uuid,
    pub kind: String,
    pub subject_id: Uuid,
    pub data: Value,
    pub raised_at: DateTime<Utc>,
}

/// Raises an alarm once per kind and subject. `data` has no personal data: it is read by whoever is on duty.
///
/// # Errors
/// The database's.
pub async fn raise(conn: &mut Conn, kind: &str, subject_id: Uuid, data: &Value) -> Result<()> {
    let raised = diesel::insert_into(alarms::table)
        .values((
            alarms::id.eq(Uuid::now_v7()),
            alarms::kind.eq(kind),
            alarms::subject_id.eq(subject_id),
            alarms::data.eq(data),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if raised == 1 {
        tracing::error!(alarm.kind = kind, alarm.subject = %subject_id, "alarm raised");
    }
    Ok(())
}

/// The open alarms, the oldest first.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn) -> Result<Vec<Alarm>> {
    let open = alarms::table.filter(alarms::closed_at.is_null()).order(alarms::raised_at);
    Ok(open.select(Alarm::as_select()).load(conn).await?)
}

/// Closes an alarm that has been dealt with.
///
/// # Errors
/// `not_found` when it is not open.
pub async fn close(conn: &mut Conn, id: Uuid) -> Result<()> {
    let open = alarms::table.find(id).filter(alarms::closed_at.is_null());
    let closed = diesel::update(open).set(alarms::closed_at.eq(diesel::dsl::now)).execute(conn).await?;
    if closed == 1 { Ok(()) } else { Err(Error::not_found()) }
}

/// Lets what an alarm is about be tried again, and closes it: a parked job runs, a parked payment is read from the bank
/// anew. What goes wrong again raises the alarm again.
///
/// # Errors
/// `not_found` when it is not open, or its subject is not parked (any more).
pub async fn retry(app: &App, id: Uuid) -> Result<()> {
    app.db
        .write(move |conn| {
            async move {
                let open = alarms::table.find(id).filter(alarms::closed_at.is_null());
                let alarm: Alarm = open.select(Alarm::as_select()).for_update().first(conn).await?;
                let freed = match alarm.kind.as_str() {
                    "job_parked" => jobs::retry(conn, alarm.subject_id).await?,
                    "payment_mismatch" => payments::settle::reopen(conn, alarm.subject_id).await?,
                    _ => false,
                };
                if freed { close(conn, id).await } else { Err(Error::not_found()) }
            }
            .boxed()
        })
        .await
}
