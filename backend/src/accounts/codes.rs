//! Codes by SMS (AC-08): bound to a purpose, used once, and tried one at a time.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use futures_util::future::{try_join, try_join3};
use openapi::accounts::Challenge;
use openapi::{ErrorCode, Secret};
use uuid::Uuid;

use super::purpose::Kept;
pub use super::purpose::Purpose;
use super::{budget, phones};
use crate::app::App;
use crate::crash::crash_point;
use crate::crypto::random;
use crate::db::schema::{accounts, challenges, code_guards};
use crate::db::{Conn, prepared};
use crate::error::{Error, Result};
use crate::jobs::{self, Job};

/// How long after the first code another may be asked for.
const RENEWABLE: &str = "challenges.created_at > now() - interval '1 hour'";

/// Living challenges a code is compared with: the one it is given for, and the newest others, so that whoever has two
/// pages open need not know which message belongs to which. Each one makes a lucky guess likelier by its share.
const COMPARED: i64 = 3;

/// Where the associated data of a sealed code comes from: another challenge or send cannot use it.
pub(super) fn seal_place(challenge_id: Uuid, send: i32) -> String {
    format!("code:{challenge_id}:{send}")
}

/// Makes a code for a purpose and sends it to its phone.
///
/// # Errors
/// `factor_off` after too many wrong codes, `too_many_requests` when too many have been sent.
pub async fn issue(conn: &mut Conn, app: &App, purpose: Purpose) -> Result<Challenge> {
    let phone = budget::spend(conn, app, purpose).await?;
    let id = Uuid::now_v7();
    let code = new_code()?;
    let mut shared: &Conn = conn;
    let challenge = async {
        let row = diesel::insert_into(challenges::table)
            .values((
                challenges::id.eq(id),
                challenges::account_id.eq(purpose.account()),
                challenges::sign_up_id.eq(purpose.sign_up()),
                challenges::purpose.eq(purpose.as_str()),
                challenges::subject_id.eq(purpose.subject()),
                challenges::code_mac.eq(mac(app, id, &code).to_vec()),
                challenges::expires_at.eq(in_minutes(app.config.auth.code_minutes)),
            ))
            .returning((challenges::sent_at, challenges::expires_at));
        Ok(prepared(row).get_result(&mut shared).await?)
    };
    let left = blocked_for(conn, purpose);
    let ((sent_at, expires_at), (), blocked_for) =
        try_join3(challenge, send(conn, app, id, 1, &code), left).await?;
    Ok(Challenge { id, sent_to: phones::masked(&phone), sent_at, expires_at, blocked_for })
}

/// A challenge that has got another code.
#[derive(Queryable)]
struct Renewed {
    purpose: Kept,
    sends: i32,
    sent_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

const PURPOSE: (challenges::account_id, challenges::sign_up_id, challenges::purpose, challenges::subject_id) =
    (challenges::account_id, challenges::sign_up_id, challenges::purpose, challenges::subject_id);

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
        .returning((PURPOSE, challenges::sends, challenges::sent_at, challenges::expires_at))
        .get_result(conn)
        .await
        .optional()?;
    let Renewed { purpose, sends, sent_at, expires_at } = renewed.ok_or(ErrorCode::CodeExpired)?;
    let purpose = Purpose::read(&purpose)?;
    let phone = budget::spend(conn, app, purpose).await?;
    send(conn, app, id, sends, &code).await?;
    let blocked_for = blocked_for(conn, purpose).await?;
    Ok(Challenge { id, sent_to: phones::masked(&phone), sent_at, expires_at, blocked_for })
}

/// What a challenge is for; `None` when there is none.
pub(super) async fn find(conn: &mut Conn, id: Uuid) -> Result<Option<Purpose>> {
    let kept: Option<Kept> = challenges::table.find(id).select(PURPOSE).first(conn).await.optional()?;
    kept.as_ref().map(Purpose::read).transpose()
}

/// Uses a code up. The attempt is counted first, in one statement whose condition is the block; only who gets
/// through is compared, and everybody else waits at the row. So of many simultaneous guesses exactly
/// `attempts_before_block` are compared (security facts 1, rule 9). A wrong code stays counted although the
/// request is refused.
///
/// A code of another living challenge for the same purpose is right: it is used up there.
///
/// # Errors
/// `code_blocked` while blocked, whatever the code; `code_expired` for an old, used or foreign challenge;
/// `code_wrong` with the seconds of the block; `code_elsewhere`, uncounted, for the right code of another
/// application; `factor_off` after too many wrong codes in a row.
pub async fn spend(
    conn: &mut Conn,
    app: &App,
    purpose: Purpose,
    challenge_id: Uuid,
    code: &Secret,
) -> Result<()> {
    // The server counts, and waits at the row if it must, before it looks for the code.
    let (blocked, live) = try_join(count(conn, app, purpose), find_live(conn, purpose, challenge_id)).await?;
    crash_point!("code.after_count");
    // Nothing has been compared, so the roll-back of the count gives nothing away.
    let asked = live.iter().find(|challenge| challenge.id == challenge_id).ok_or(ErrorCode::CodeExpired)?;
    // A sign-up ends long before the cap: its link and its messages are few.
    if asked.failures.is_some_and(|failures| failures >= app.config.auth.factor_cap) {
        return Err(ErrorCode::FactorOff.into());
    }
    let code = code.expose().trim();
    match live.iter().find(|challenge| challenge.is_answered(app, code)) {
        Some(own) if own.subject_id == purpose.subject() => {
            return consume(conn, purpose, own.id).await;
        }
        Some(_) => return Err(ErrorCode::CodeElsewhere.into()),
        None => {}
    }
    if let Some(account_id) = purpose.account() {
        let failed = accounts::code_failures.eq(accounts::code_failures + 1);
        diesel::update(accounts::table.find(account_id)).set(failed).execute(conn).await?;
    }
    let refusal = Error::new(ErrorCode::CodeWrong).keeping();
    Err(match blocked {
        Some(seconds) => refusal.after(seconds),
        None => refusal,
    })
}

/// A challenge that waits for its code.
#[derive(Queryable)]
struct Live {
    id: Uuid,
    subject_id: Option<Uuid>,
    code_mac: Vec<u8>,
    failures: Option<i32>,
}

impl Live {
    fn is_answered(&self, app: &App, code: &str) -> bool {
        let given = mac(app, self.id, code);
        aws_lc_rs::constant_time::verify_slices_are_equal(&given, &self.code_mac).is_ok()
    }
}

/// The challenge that is asked for, then the newest others of the same owner and kind.
async fn find_live(mut conn: &Conn, purpose: Purpose, challenge_id: Uuid) -> Result<Vec<Live>> {
    let live = challenges::table
        .left_join(accounts::table)
        .filter(challenges::purpose.eq(purpose.as_str()))
        .filter(challenges::used_at.is_null())
        .filter(challenges::expires_at.gt(diesel::dsl::now))
        .order((challenges::id.eq(challenge_id).desc(), challenges::created_at.desc()))
        .limit(COMPARED)
        .select((
            challenges::id,
            challenges::subject_id,
            challenges::code_mac,
            accounts::code_failures.nullable(),
        ))
        .into_boxed();
    let own = match purpose {
        Purpose::SignUp(id) => live.filter(challenges::sign_up_id.eq(id)),
        Purpose::SignIn(id)
        | Purpose::Submission { account_id: id, .. }
        | Purpose::Recovery { account_id: id, .. } => live.filter(challenges::account_id.eq(id)),
    };
    Ok(prepared(own).load(&mut conn).await?)
}

/// Counts an attempt as if it were wrong; the seconds of the block it leads to in that case.
async fn count(mut conn: &Conn, app: &App, purpose: Purpose) -> Result<Option<u32>> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = Nullable<Integer>)]
        seconds: Option<i32>,
    }
    // A block that has ended starts the count anew.
    let attempt = diesel::sql_query(
        "insert into code_guards as g (owner_id, purpose, attempts, blocked_until) \
         values ($1, $2, 1, case when $3 <= 1 then now() + make_interval(mins => $4) end) \
         on conflict (owner_id, purpose) do update set \
           attempts = case when g.blocked_until is null then g.attempts + 1 else 1 end, \
           blocked_until = case when $3 <= (case when g.blocked_until is null then g.attempts + 1 else 1 end) \
             then now() + make_interval(mins => $4) end \
         where g.blocked_until is null or g.blocked_until <= now() \
         returning ceil(extract(epoch from blocked_until - now()))::int as seconds",
    )
    .bind::<SqlUuid, _>(purpose.owner())
    .bind::<Text, _>(purpose.as_str())
    .bind::<Integer, _>(app.config.auth.attempts_before_block)
    .bind::<Integer, _>(app.config.auth.block_minutes);
    let counted: Option<Counted> = prepared(attempt).get_result(&mut conn).await.optional()?;
    match counted {
        Some(counted) => Ok(counted.seconds.and_then(|seconds| u32::try_from(seconds).ok())),
        None => {
            let left = blocked_for(conn, purpose).await?;
            Err(Error::new(ErrorCode::CodeBlocked).after(left.unwrap_or(1)))
        }
    }
}

async fn consume(conn: &Conn, purpose: Purpose, challenge_id: Uuid) -> Result<()> {
    let [mut first, mut second, mut third]: [&Conn; 3] = [conn; 3];
    let unused = challenges::table.find(challenge_id).filter(challenges::used_at.is_null());
    let used = prepared(diesel::update(unused).set(challenges::used_at.eq(diesel::dsl::now)));
    let guard = diesel::delete(code_guards::table.find((purpose.owner(), purpose.as_str())));
    let failed = accounts::table.find(purpose.owner()).filter(accounts::code_failures.gt(0));
    let forgiven = prepared(diesel::update(failed).set(accounts::code_failures.eq(0)));
    let (used, _, _) =
        try_join3(used.execute(&mut first), guard.execute(&mut second), forgiven.execute(&mut third)).await?;
    // A refusal takes the rest back.
    if used == 0 { Err(ErrorCode::CodeExpired.into()) } else { Ok(()) }
}

async fn send(conn: &Conn, app: &App, challenge_id: Uuid, send: i32, code: &str) -> Result<()> {
    let sealed_code = app.keys.seal_text(&seal_place(challenge_id, send), code)?;
    jobs::enqueue(conn, &Job::CodeSms { challenge_id, send, sealed_code }).await
}

async fn blocked_for(mut conn: &Conn, purpose: Purpose) -> Result<Option<u32>> {
    let left = code_guards::table
        .find((purpose.owner(), purpose.as_str()))
        .filter(code_guards::blocked_until.gt(diesel::dsl::now))
        .select(sql::<Integer>("ceil(extract(epoch from blocked_until - now()))::int"));
    let seconds: Option<i32> = prepared(left).get_result(&mut conn).await.optional()?;
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
