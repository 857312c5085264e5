//! The rows of accounts and sign-ups.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use openapi::accounts::Account;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::{accounts, consents, sign_ups};
use crate::error::Result;

/// Who somebody is and where they are reached, for the other nouns.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub struct PersonName {
    pub family_name: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    /// Language of letters.
    pub language: String,
    pub email: String,
    /// E.164.
    pub phone: String,
}

/// Who an account belongs to.
///
/// # Errors
/// `not_found` when there is no such account.
pub async fn names(conn: &mut Conn, account_id: Uuid) -> Result<PersonName> {
    Ok(accounts::table.find(account_id).select(PersonName::as_select()).first(conn).await?)
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub(super) struct AccountRow {
    id: Uuid,
    family_name: String,
    given_name: String,
    patronymic: Option<String>,
    email: String,
    phone: String,
    language: String,
    version: i32,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            family_name: row.family_name,
            given_name: row.given_name,
            patronymic: row.patronymic,
            email: row.email,
            phone: row.phone,
            language: row.language,
            version: row.version,
        }
    }
}

pub(super) async fn find_account(mut conn: &Conn, id: Uuid) -> Result<Account> {
    Ok(accounts::table.find(id).select(AccountRow::as_select()).first(&mut conn).await?.into())
}

/// `None` when the account has another version by now.
pub(super) async fn save_language(
    conn: &mut Conn,
    id: Uuid,
    version: i32,
    language: &str,
) -> Result<Option<Account>> {
    let row = diesel::update(accounts::table.find(id).filter(accounts::version.eq(version)))
        .set((accounts::language.eq(language), accounts::version.eq(accounts::version + 1)))
        .returning(AccountRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(Account::from))
}

/// What signing in needs to know of an account.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub(super) struct Credentials {
    pub id: Uuid,
    pub password_hash: String,
}

/// What somebody signs in with (AC-11), in normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Login {
    Email(String),
    Phone(String),
}

pub(super) async fn find_credentials(conn: &mut Conn, login: &Login) -> Result<Option<Credentials>> {
    let accounts = accounts::table.into_boxed();
    let found = match login {
        Login::Email(email) => accounts.filter(accounts::email.eq(email)),
        Login::Phone(phone) => accounts.filter(accounts::phone.eq(phone)),
    };
    Ok(found.select(Credentials::as_select()).first(conn).await.optional()?)
}

/// The hash of an account's password.
pub(super) async fn find_password_hash(conn: &mut Conn, id: Uuid) -> Result<String> {
    Ok(accounts::table.find(id).select(accounts::password_hash).first(conn).await?)
}

/// Puts one hash of a password in the place of another; not if somebody has chosen a new password meanwhile.
pub(super) async fn replace_hash(conn: &mut Conn, id: Uuid, kept: &str, fresh: &str) -> Result<()> {
    diesel::update(accounts::table.find(id).filter(accounts::password_hash.eq(kept)))
        .set(accounts::password_hash.eq(fresh))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn find_id_by_email(conn: &mut Conn, email: &str) -> Result<Option<Uuid>> {
    Ok(accounts::table.filter(accounts::email.eq(email)).select(accounts::id).first(conn).await.optional()?)
}

/// A sign-up as it is asked for, checked and in normal form.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = sign_ups, check_for_backend(diesel::pg::Pg))]
pub(super) struct Applicant {
    pub email: String,
    pub phone: String,
    pub family_name: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    pub language: String,
    pub consent_version: String,
}

/// Keeps a sign-up. One for an address that has an account is kept `dead`: it can never be used, but costs the
/// same.
pub(super) async fn insert_sign_up(
    conn: &mut Conn,
    id: Uuid,
    token_hash: &[u8],
    applicant: &Applicant,
    hours: i32,
    dead: bool,
) -> Result<()> {
    diesel::insert_into(sign_ups::table)
        .values((
            sign_ups::id.eq(id),
            sign_ups::token_hash.eq(token_hash),
            applicant,
            sign_ups::expires_at.eq(sql(&format!("now() + interval '{hours} hours'"))),
            sign_ups::used_at.eq(dead.then(Utc::now)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The newest sign-up of an address that has not been used, however old.
pub(super) async fn find_sign_up_by_email(conn: &mut Conn, email: &str) -> Result<Option<Applicant>> {
    Ok(sign_ups::table
        .filter(sign_ups::email.eq(email))
        .filter(sign_ups::used_at.is_null())
        .order(sign_ups::created_at.desc())
        .select(Applicant::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The sign-up a link belongs to, while it can still be used.
pub(super) async fn find_live_link(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Applicant>> {
    Ok(sign_ups::table
        .filter(sign_ups::token_hash.eq(token_hash))
        .filter(sign_ups::used_at.is_null())
        .filter(sign_ups::expires_at.gt(diesel::dsl::now))
        .select(Applicant::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Where a link is to be sent, while it can still be used: address, language, given name.
pub(super) async fn find_live_sign_up(conn: &mut Conn, id: Uuid) -> Result<Option<Applicant>> {
    Ok(sign_ups::table
        .find(id)
        .filter(sign_ups::used_at.is_null())
        .filter(sign_ups::expires_at.gt(diesel::dsl::now))
        .select(Applicant::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Keeps the password chosen behind a link, the newest one if several are; `None` when the link is unknown, used or too
/// old.
pub(super) async fn set_password(
    conn: &mut Conn,
    token_hash: &[u8],
    password_hash: &str,
) -> Result<Option<Uuid>> {
    Ok(diesel::update(sign_ups::table)
        .filter(sign_ups::token_hash.eq(token_hash))
        .filter(sign_ups::used_at.is_null())
        .filter(sign_ups::expires_at.gt(diesel::dsl::now))
        .set(sign_ups::password_hash.eq(password_hash))
        .returning(sign_ups::id)
        .get_result(conn)
        .await
        .optional()?)
}

/// A sign-up that is to become an account.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sign_ups, check_for_backend(diesel::pg::Pg))]
pub(super) struct Finished {
    #[diesel(embed)]
    pub applicant: Applicant,
    pub password_hash: Option<String>,
    /// When the person agreed to the processing of the data.
    pub created_at: DateTime<Utc>,
}

/// Uses a sign-up up, and with it all others of its address; `None` when one of them has been used before.
pub(super) async fn finish_sign_up(conn: &mut Conn, id: Uuid) -> Result<Option<Finished>> {
    let open = sign_ups::table.find(id).filter(sign_ups::used_at.is_null());
    let found: Option<Finished> = open.select(Finished::as_select()).first(conn).await.optional()?;
    let Some(found) = found else { return Ok(None) };
    let closed: Vec<Uuid> = diesel::update(sign_ups::table)
        .filter(sign_ups::email.eq(&found.applicant.email))
        .filter(sign_ups::used_at.is_null())
        .set((sign_ups::used_at.eq(diesel::dsl::now), sign_ups::password_hash.eq(None::<String>)))
        .returning(sign_ups::id)
        .get_results(conn)
        .await?;
    Ok(closed.contains(&id).then_some(found))
}

/// Opens an account and keeps the consent it rests on (AC-33).
///
/// # Errors
/// A violation of `accounts_phone_key` or `accounts_email_key` when another account has the number or the address.
pub(super) async fn insert_account(
    conn: &mut Conn,
    applicant: &Applicant,
    password_hash: &str,
    agreed_at: DateTime<Utc>,
) -> std::result::Result<Uuid, diesel::result::Error> {
    let id = Uuid::now_v7();
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::email.eq(&applicant.email),
            accounts::phone.eq(&applicant.phone),
            accounts::family_name.eq(&applicant.family_name),
            accounts::given_name.eq(&applicant.given_name),
            accounts::patronymic.eq(&applicant.patronymic),
            accounts::language.eq(&applicant.language),
            accounts::password_hash.eq(password_hash),
        ))
        .execute(conn)
        .await?;
    diesel::insert_into(consents::table)
        .values((
            consents::id.eq(Uuid::now_v7()),
            consents::account_id.eq(id),
            consents::document.eq("personal_data"),
            consents::version.eq(&applicant.consent_version),
            consents::method.eq("sign_up"),
            consents::given_at.eq(agreed_at),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Where a code goes, and what for.
#[derive(Debug, QueryableByName)]
pub(super) struct CodeRecipient {
    #[diesel(sql_type = Text)]
    pub purpose: String,
    #[diesel(sql_type = Text)]
    pub phone: String,
    #[diesel(sql_type = Text)]
    pub language: String,
    /// Of the application that is to be sent.
    #[diesel(sql_type = Nullable<Text>)]
    pub service: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub service_version: Option<i32>,
}

/// `None` when the code is no longer the newest of a living challenge.
pub(super) async fn find_code_recipient(
    conn: &mut Conn,
    challenge_id: Uuid,
    send: i32,
) -> Result<Option<CodeRecipient>> {
    Ok(diesel::sql_query(
        "select c.purpose, coalesce(a.phone, s.phone) as phone, coalesce(a.language, s.language) as language, \
           d.service, d.service_version \
         from challenges c left join accounts a on a.id = c.account_id \
           left join sign_ups s on s.id = c.sign_up_id left join applications d on d.id = c.subject_id \
         where c.id = $1 and c.sends = $2 and c.used_at is null and c.expires_at > now()",
    )
    .bind::<SqlUuid, _>(challenge_id)
    .bind::<Integer, _>(send)
    .get_result(conn)
    .await
    .optional()?)
}
