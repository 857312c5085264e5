//! Codes by SMS (AC-08): bound to a purpose, used once, and tried one at a time.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use openapi::accounts::Challenge;
use openapi::{ErrorCode, Secret};
use uuid::Uuid;

use super::limits::{HOUR, Limit};
use super::phones;
use crate::app::App;
use crate::crash::crash_point;
use crate::crypto::random;
use crate::db::Conn;
use crate::db::schema::{accounts, challenges, code_guards};
use crate::error::{Error, Result};
use crate::jobs::{self, Job};

/// How long after the first code another may be asked for.
const RENEWABLE: &str = "challenges.created_at > now() - interval '1 hour'";

/// What a code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Confirms the phone and signs in for the first time (AC-05).
    Phone,
    SignIn,
    /// Confirms that an application is sent; the subject is the application.
    Submission,
}

impl Purpose {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::SignIn => "sign_in",
            Self::Submission => "submission",
        }
    }
}

/// Where the associated data of a sealed code comes from: another challenge or send cannot use it.
pub(super) fn seal_place(challenge_id: Uuid, send: i32) -> String {
    format!("code:{challenge_id}:{send}")
}

/// Makes a code for a purpose and sends it to the account's phone.
///
/// # Errors
/// `factor_off` after too many wrong codes, `too_many_requests` when too many have been sent.
pub async fn issue(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    purpose: Purpose,
    subject_id: Option<Uuid>,
) -> Result<Challenge> {
    let phone = sendable(conn, app, account_id).await?;
    let id = Uuid::now_v7();
    let code = new_code()?;
    let (sent_at, expires_at) = diesel::insert_into(challenges::table)
        .values((
            challenges::id.eq(id),
            challenges::account_id.eq(account_id),
            challenges::purpose.eq(purpose.as_str()),
            challenges::subject_id.eq(subject_id),
            challenges::code_mac.eq(mac(app, id, &code).to_vec()),
            challenges::expires_at.eq(in_minutes(app.config.auth.code_minutes)),
        ))
        .returning((challenges::sent_at, challenges::expires_at))
        .get_result(conn)
        .await?;
    send(conn, app, id, 1, &code).await?;
    let blocked_for = blocked_for(conn, account_id, purpose.as_str()).await?;
    Ok(Challenge { id, sent_to: phones::masked(&phone), sent_at, expires_at, blocked_for })
}

/// A challenge that has got another code.
#[derive(Queryable)]
struct Renewed {
    account_id: Uuid,
    purpose: String,
    sends: i32,
    sent_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

/// Another code for the same challenge; the old one is worth nothing, a block stays.
///
/// # Errors
/// `code_expired` for a challenge that is used or too old, and those of [`issue`].
pub async fn reissue(conn: &mut Conn, app: &App, id: Uuid) -> Result<Challenge> {
    let code = new_code()?;
    let renewed: Option<Renewed> = diesel::update(challenges::table)
        .filter(challenges::id.eq(id))
        .filter(challenges::used_at.is_null())
        .filter(sql::<Bool>(RENEWABLE))
        .set((
            challenges::code_mac.eq(mac(app, id, &code).to_vec()),
            challenges::sends.eq(challenges::sends + 1),
            challenges::sent_at.eq(diesel::dsl::now),
            challenges::expires_at.eq(in_minutes(app.config.auth.code_minutes)),
        ))
        .returning((
            challenges::account_id,
            challenges::purpose,
            challenges::sends,
            challenges::sent_at,
            challenges::expires_at,
        ))
        .get_result(conn)
        .await
        .optional()?;
    let Renewed { account_id, purpose, sends, sent_at, expires_at } =
        renewed.ok_or(ErrorCode::CodeExpired)?;
    let phone = sendable(conn, app, account_id).await?;
    send(conn, app, id, sends, &code).await?;
    let blocked_for = blocked_for(conn, account_id, &purpose).await?;
    Ok(Challenge { id, sent_to: phones::masked(&phone), sent_at, expires_at, blocked_for })
}

/// Uses a code up. The attempt is counted first, in one statement whose condition is the block; only who gets
/// through is compared, and everybody else waits at the row. So of many simultaneous guesses exactly
/// `attempts_before_block` are compared (security facts 1, rule 9). A wrong code stays counted although the
/// request is refused.
///
/// # Errors
/// `code_blocked` while blocked, whatever the code; `code_expired` for an old, used or foreign challenge;
/// `code_wrong` with the seconds of the block; `factor_off` after too many wrong codes in a row.
pub async fn spend(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    purpose: Purpose,
    subject_id: Option<Uuid>,
    challenge_id: Uuid,
    code: &Secret,
) -> Result<()> {
    let blocked = count(conn, app, account_id, purpose).await?;
    crash_point!("code.after_count");
    let live: Option<(Vec<u8>, i32)> = challenges::table
        .inner_join(accounts::table)
        .filter(challenges::id.eq(challenge_id))
        .filter(challenges::account_id.eq(account_id))
        .filter(challenges::purpose.eq(purpose.as_str()))
        .filter(challenges::subject_id.is_not_distinct_from(subject_id))
        .filter(challenges::used_at.is_null())
        .filter(challenges::expires_at.gt(diesel::dsl::now))
        .select((challenges::code_mac, accounts::code_failures))
        .first(conn)
        .await
        .optional()?;
    // Nothing has been compared, so the roll-back of the count gives nothing away.
    let (kept, failures) = live.ok_or(ErrorCode::CodeExpired)?;
    if failures >= app.config.auth.factor_cap {
        return Err(ErrorCode::FactorOff.into());
    }
    let given = mac(app, challenge_id, code.expose().trim());
    if aws_lc_rs::constant_time::verify_slices_are_equal(&given, &kept).is_ok() {
        return consume(conn, account_id, purpose, challenge_id).await;
    }
    diesel::update(accounts::table.find(account_id))
        .set(accounts::code_failures.eq(accounts::code_failures + 1))
        .execute(conn)
        .await?;
    let refusal = Error::new(ErrorCode::CodeWrong).keeping();
    Err(match blocked {
        Some(seconds) => refusal.after(seconds),
        None => refusal,
    })
}

/// Counts an attempt as if it were wrong; the seconds of the block it leads to in that case.
async fn count(conn: &mut Conn, app: &App, account_id: Uuid, purpose: Purpose) -> Result<Option<u32>> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = Nullable<Integer>)]
        seconds: Option<i32>,
    }
    // A block that has ended starts the count anew.
    let counted: Option<Counted> = diesel::sql_query(
        "insert into code_guards as g (account_id, purpose, attempts, blocked_until) \
         values ($1, $2, 1, case when $3 <= 1 then now() + make_interval(mins => $4) end) \
         on conflict (account_id, purpose) do update set \
           attempts = case when g.blocked_until is null then g.attempts + 1 else 1 end, \
           blocked_until = case when $3 <= (case when g.blocked_until is null then g.attempts + 1 else 1 end) \
             then now() + make_interval(mins => $4) end \
         where g.blocked_until is null or g.blocked_until <= now() \
         returning ceil(extract(epoch from blocked_until - now()))::int as seconds",
    )
    .bind::<SqlUuid, _>(account_id)
    .bind::<Text, _>(purpose.as_str())
    .bind::<Integer, _>(app.config.auth.attempts_before_block)
    .bind::<Integer, _>(app.config.auth.block_minutes)
    .get_result(conn)
    .await
    .optional()?;
    match counted {
        Some(counted) => Ok(counted.seconds.and_then(|seconds| u32::try_from(seconds).ok())),
        None => {
            let left = blocked_for(conn, account_id, purpose.as_str()).await?;
            Err(Error::new(ErrorCode::CodeBlocked).after(left.unwrap_or(1)))
        }
    }
}

async fn consume(conn: &mut Conn, account_id: Uuid, purpose: Purpose, challenge_id: Uuid) -> Result<()> {
    let used = diesel::update(challenges::table.find(challenge_id).filter(challenges::used_at.is_null()))
        .set(challenges::used_at.eq(diesel::dsl::now))
        .execute(conn)
        .await?;
    if used == 0 {
        return Err(ErrorCode::CodeExpired.into());
    }
    diesel::delete(code_guards::table.find((account_id, purpose.as_str()))).execute(conn).await?;
    diesel::update(accounts::table.find(account_id).filter(accounts::code_failures.gt(0)))
        .set(accounts::code_failures.eq(0))
        .execute(conn)
        .await?;
    Ok(())
}

/// The phone, if a code may still be sent to it.
async fn sendable(conn: &mut Conn, app: &App, account_id: Uuid) -> Result<String> {
    let (phone, failures): (String, i32) = accounts::table
        .find(account_id)
        .select((accounts::phone, accounts::code_failures))
        .first(conn)
        .await?;
    let config = &app.config.auth;
    if failures >= config.factor_cap {
        return Err(ErrorCode::FactorOff.into());
    }
    Limit::new(app, "sms", &phone, config.sms_per_phone, HOUR).spend(conn).await?;
    Limit::new(app, "sms", "all", config.sms_per_hour, HOUR).spend(conn).await?;
    Ok(phone)
}

async fn send(conn: &mut Conn, app: &App, challenge_id: Uuid, send: i32, code: &str) -> Result<()> {
    let sealed_code = app.keys.seal_text(&seal_place(challenge_id, send), code)?;
    jobs::enqueue(conn, &Job::CodeSms { challenge_id, send, sealed_code }).await
}

async fn blocked_for(conn: &mut Conn, account_id: Uuid, purpose: &str) -> Result<Option<u32>> {
    let seconds: Option<i32> = code_guards::table
        .find((account_id, purpose))
        .filter(code_guards::blocked_until.gt(diesel::dsl::now))
        .select(sql::<Integer>("ceil(extract(epoch from blocked_until - now()))::int"))
        .first(conn)
        .await
        .optional()?;
    Ok(seconds.and_then(|seconds| u32::try_from(seconds).ok()))
}

fn in_minutes(minutes: i32) -> diesel::expression::SqlLiteral<Timestamptz> {
    sql(&format!("now() + interval '{minutes} minutes'"))
}

/// The code is kept only as a MAC that belongs to its challenge.
fn mac(app: &App, challenge_id: Uuid, code: &str) -> [u8; 32] {
    let mut data = challenge_id.as_bytes().to_vec();
    data.extend_from_slice(code.as_bytes());
    app.keys.mac("code", &data)
}

/// Six digits, all equally likely.
fn new_code() -> Result<String> {
    const CODES: u32 = 1_000_000;
    // The numbers above the last whole million would make some codes likelier than others.
    const FAIR: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let number = u32::from_be_bytes(random::<4>()?);
        if number < FAIR {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_six_digits_and_differ() {
        let codes: std::collections::HashSet<String> = (0..200).map(|_| new_code().unwrap()).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())));
        assert!(codes.len() > 190);
    }
}
