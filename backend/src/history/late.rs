//! No seal for hours: what is decided then could be rewritten unseen, so nothing is decided (security rule 19).

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer};
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use serde_json::json;
use uuid::Uuid;

use crate::alarms;
use crate::db::{Conn, prepared};
use crate::error::{Error, Result};

/// Seconds until it is worth trying again: a seal is made every minute, once they are made again.
const PAUSE: u32 = 300;

/// An event that has waited for its seal for too long. Where nothing has moved there is nothing to seal, however old the
/// last seal is; where seals are made, the first comparison is all there is to do. As far back is looked as the seals do.
const LATE: &str = "select exists ( \
    select from (select coalesce((select complete_to from history_seals order by n desc limit 1), '-infinity') as till) last \
    where last.till < now() - $1 * interval '1 hour' and exists ( \
      select from case_events e where e.at > last.till - interval '5 minutes' and e.at < now() - $1 * interval '1 hour' \
      and not exists (select from sealed_heads s where s.application_id = e.application_id and s.n >= e.n))) as late";

#[derive(QueryableByName)]
struct Late {
    #[diesel(sql_type = Bool)]
    late: bool,
}

/// Whether an event of more than `hours` ago is in no seal yet, by the database's clock.
///
/// # Errors
/// The database's.
pub async fn is_late(mut conn: &Conn, hours: i32) -> Result<bool> {
    let late = prepared(diesel::sql_query(LATE).bind::<Integer, _>(hours));
    let Late { late } = late.get_result(&mut conn).await?;
    Ok(late)
}

/// Refuses to go on while seals are late; the alarm stands although the request is refused. Called before anything is
/// changed.
///
/// # Errors
/// `decisions_stopped`.
pub async fn ensure_sealed(conn: &mut Conn, hours: i32) -> Result<()> {
    if !is_late(conn, hours).await? {
        return Ok(());
    }
    alarms::raise(conn, "seals_late", Uuid::nil(), &json!({ "hours": hours })).await?;
    Err(Error::new(ErrorCode::DecisionsStopped).after(PAUSE).keeping())
}
