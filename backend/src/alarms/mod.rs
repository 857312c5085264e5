//! What a person must look at: a payment that does not fit, a file that is gone, a job that gave up.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::alarms;
use crate::error::Result;

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
