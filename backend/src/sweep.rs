//! What is done once a period: forget what is old.

use diesel::sql_query;
use diesel_async::RunQueryDsl;

use crate::app::App;
use crate::error::Result;
use crate::idempotency;
use crate::jobs::Outcome;

/// Rows that have served, with how long they are kept. The pulses only wake open pages.
const OLD: [&str; 12] = [
    "delete from pulses where at < now() - interval '1 hour'",
    "delete from rate_windows where window_start < now() - interval '2 days'",
    "delete from sign_ups where created_at < now() - interval '30 days'",
    "update sign_ups set password_hash = null where password_hash is not null and expires_at < now() - interval '1 day'",
    "delete from recoveries where expires_at < now() - interval '1 day'",
    "delete from reconciliations where at < now() - interval '90 days'",
    "delete from code_guards g where not exists (select from accounts a where a.id = g.owner_id) \
       and not exists (select from sign_ups s where s.id = g.owner_id)",
    "delete from challenges where expires_at < now() - interval '7 days'",
    "delete from sessions where coalesce(revoked_at, expires_at) < now() - interval '30 days'",
    "delete from refresh_tokens where issued_at < now() - interval '90 days'",
    "delete from webhook_inbox where received_at < now() - interval '30 days'",
    "delete from jobs where state = 'done' and finished_at < now() - interval '7 days'",
];

/// One round of sweeping.
///
/// # Errors
/// The database's.
pub async fn run(app: &App) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    for statement in OLD {
        sql_query(statement).execute(&mut conn).await?;
    }
    idempotency::sweep(&mut conn).await?;
    Ok(Outcome::Done)
}
