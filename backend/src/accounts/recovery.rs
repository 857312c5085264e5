//! A forgotten password (AC-14): the link of a mail, a new password, the code of an SMS to the account's own phone. That is
//! two factors, as signing in has, and codes that are switched off stay off (abuse 29). Whether an address has an account
//! is told to its owner by mail, and to nobody else: the answers and the work are the same.

use chrono::Utc;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use openapi::accounts::{Challenge, LinkIn};
use uuid::Uuid;

use super::codes::{self, Purpose};
use super::limits::{HOUR, Limit};
use super::store::{self, PersonName};
use super::{browser, passwords, sessions};
use crate::app::App;
use crate::crypto::{random_token, sha256};
use crate::db::Conn;
use crate::db::schema::{accounts, challenges, recoveries};
use crate::error::Result;
use crate::http::ClientInfo;
use crate::jobs::{self, Job};
use crate::notifications::{self, News};

/// A recovery that can still be used: of an account, and in time. An older one too, so that nobody takes a link away by
/// asking for another.
const LIVE: &str = "recoveries.account_id is not null and recoveries.expires_at > now()";

/// The associated data of a sealed link token.
pub(super) fn seal_place(recovery_id: Uuid) -> String {
    format!("recovery:{recovery_id}")
}

/// Keeps a recovery and sends its link; those that were asked for before work on. For an address without an account
/// there is a row and a job as well, and the job finds nobody to write to. A mailbox that has got its letters of this hour
/// gets no more: whoever used them up has sent the owner links that work. Sign-ups have a count of their own, because
/// their letters have no such link.
pub(super) async fn ask(conn: &mut Conn, app: &App, email: &str) -> Result<()> {
    let letters = Limit::new(app, "recovery_mail", email, app.config.auth.letters_per_mailbox, HOUR);
    if !letters.allows(conn).await? {
        return Ok(());
    }
    let account_id = store::find_id_by_email(conn, email).await?;
    let recovery_id = Uuid::now_v7();
    let token = random_token()?;
    let minutes = app.config.auth.recovery_minutes;
    diesel::insert_into(recoveries::table)
        .values((
            recoveries::id.eq(recovery_id),
            recoveries::account_id.eq(account_id),
            recoveries::token_hash.eq(sha256(token.as_bytes()).to_vec()),
            recoveries::expires_at.eq(sql(&format!("now() + interval '{minutes} minutes'"))),
        ))
        .execute(conn)
        .await?;
    let sealed_token = app.keys.seal_text(&seal_place(recovery_id), &token)?;
    jobs::enqueue(conn, &Job::RecoveryMail { recovery_id, sealed_token }).await
}

/// Whom the link of a recovery is sent to, while it can still be used.
pub(super) async fn find_recipient(conn: &mut Conn, recovery_id: Uuid) -> Result<Option<PersonName>> {
    let live = recoveries::table.inner_join(accounts::table).filter(sql::<Bool>(LIVE));
    let found = live.filter(recoveries::id.eq(recovery_id)).select(PersonName::as_select());
    Ok(found.first(conn).await.optional()?)
}

/// Whose link this is, while it can still be used.
pub(super) async fn find_live_link(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<PersonName>> {
    let live = recoveries::table.inner_join(accounts::table).filter(sql::<Bool>(LIVE));
    let found = live.filter(recoveries::token_hash.eq(token_hash)).select(PersonName::as_select());
    Ok(found.first(conn).await.optional()?)
}

/// What is wrong with the new password; the person's own data is known by the link.
///
/// # Errors
/// `link_invalid` for a link that is unknown, used or too old; the field errors of the password.
pub(super) async fn check_password(app: &App, input: &LinkIn) -> Result<()> {
    let mut conn = app.db.read().await?;
    let found = find_live_link(&mut conn, &hash(input)).await?;
    drop(conn);
    let of = found.ok_or(ErrorCode::LinkInvalid)?;
    passwords::check(&input.password, &[&of.email, &of.phone, &of.family_name, &of.given_name])
}

/// Keeps the new password beside the link and sends the code that sets it. Until that has come back the old password
/// holds, and the link works again.
///
/// # Errors
/// `link_invalid` when the link is over; those of [`codes::issue`], `factor_off` among them.
pub(super) async fn choose(
    conn: &mut Conn,
    app: &App,
    input: &LinkIn,
    password_hash: &str,
) -> Result<Challenge> {
    let kept: Option<(Uuid, Option<Uuid>)> = diesel::update(recoveries::table)
        .filter(recoveries::token_hash.eq(hash(input)))
        .filter(sql::<Bool>(LIVE))
        .set(recoveries::password_hash.eq(password_hash))
        .returning((recoveries::id, recoveries::account_id))
        .get_result(conn)
        .await
        .optional()?;
    let Some((recovery_id, Some(account_id))) = kept else { return Err(ErrorCode::LinkInvalid.into()) };
    codes::issue(conn, app, Purpose::Recovery { account_id, recovery_id }).await
}

/// The code has come back: the new password is the account's. Every session ends, codes on their way are worth nothing,
/// devices are strangers again (their names hang on the password), and the owner hears of it.
///
/// # Errors
/// `link_invalid` when this link or another of the account has been used meanwhile, or it is too old.
pub(super) async fn finish(
    conn: &mut Conn,
    account_id: Uuid,
    recovery_id: Uuid,
    client: &ClientInfo,
) -> Result<()> {
    let own = recoveries::table.filter(recoveries::account_id.eq(account_id));
    let used: Option<Option<String>> =
        diesel::delete(own.filter(recoveries::id.eq(recovery_id)).filter(sql::<Bool>(LIVE)))
            .returning(recoveries::password_hash)
            .get_result(conn)
            .await
            .optional()?;
    let password_hash = used.flatten().ok_or(ErrorCode::LinkInvalid)?;
    // One password is chosen once: whoever has another link has nothing left.
    diesel::delete(own).execute(conn).await?;
    diesel::update(accounts::table.find(account_id))
        .set(accounts::password_hash.eq(password_hash))
        .execute(conn)
        .await?;
    let sent =
        challenges::table.filter(challenges::account_id.eq(account_id)).filter(challenges::used_at.is_null());
    // Before the sessions: who signs in with the old password at this moment either waits here and is refused, or has
    // begun a session that ends below.
    diesel::update(sent).set(challenges::used_at.eq(diesel::dsl::now)).execute(conn).await?;
    sessions::end_all_of_account(conn, account_id).await?;
    let device = browser(&client.user_agent);
    let news = News::PasswordChanged { at: Utc::now(), device: &device, ip: &client.ip };
    notifications::tell(conn, account_id, None, &news).await
}

fn hash(input: &LinkIn) -> Vec<u8> {
    sha256(input.token.expose().as_bytes()).to_vec()
}
