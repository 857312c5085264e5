//! Officers sign in with password and authenticator code at once, never by SMS. Whatever is wrong, the answer is
//! the same, but that codes are off: only who has the password comes that far.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use openapi::desk::{Officer, OfficerSignInIn};
use openapi::{ErrorCode, Secret};
use serde_json::json;
use totp_rs::{Builder, Secret as TotpSecret, Totp};
use uuid::Uuid;

use super::device::Device;
use super::limits;
use super::sessions::{self, Begun};
use crate::alarms;
use crate::app::App;
use crate::auth::tokens::Audience;
use crate::db::Conn;
use crate::db::schema::officers;
use crate::error::{Error, Result};
use crate::http::ClientInfo;

#[derive(Queryable, Selectable)]
#[diesel(table_name = officers, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    name: String,
    language: String,
}

impl From<Row> for Officer {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, language: row.language }
    }
}

#[derive(Queryable)]
struct Credentials {
    id: Uuid,
    password_hash: String,
    totp_secret: Vec<u8>,
}

/// The associated data of an officer's sealed authenticator secret.
#[must_use]
pub fn seal_place(officer_id: Uuid) -> String {
    format!("officer-totp:{officer_id}")
}

/// The authenticator of a secret in base 32: SHA-1, six digits, thirty seconds, as all apps know.
///
/// # Errors
/// When the secret is not base 32 or too short.
pub fn authenticator(secret: &str) -> anyhow::Result<Totp> {
    let secret = TotpSecret::try_from_base32(secret).map_err(|error| anyhow::anyhow!("secret: {error}"))?;
    Builder::new().with_secret(secret).build().map_err(|error| anyhow::anyhow!("authenticator: {error}"))
}

/// An officer who works here.
///
/// # Errors
/// `unauthenticated` when there is none (any more).
pub async fn find(mut conn: &Conn, id: Uuid) -> Result<Officer> {
    let row = officers::table
        .find(id)
        .filter(officers::active)
        .select(Row::as_select())
        .first(&mut conn)
        .await
        .optional()?;
    row.map(Officer::from).ok_or_else(|| ErrorCode::Unauthenticated.into())
}

/// Checks password and code and begins a session; with the name by which the device is known again.
///
/// # Errors
/// `credentials_wrong` for everything that does not fit, `factor_off` after too many wrong codes in a row,
/// `too_many_requests`, `busy`.
pub(crate) async fn sign_in(
    app: &App,
    client: ClientInfo,
    device: Option<&Device>,
    input: &OfficerSignInIn,
) -> Result<(Begun, Device)> {
    let found = find_credentials(app, &input.login).await?;
    let own = found
        .as_ref()
        .zip(device)
        .and_then(|(found, device)| device.name(app, Audience::Officer, found.id, &found.password_hash));
    let hash = found.as_ref().map(|found| found.password_hash.as_str());
    let counted = limits::attempt(app, "desk_sign_in", &client, input.login.trim(), hash, own).await?;
    let fits = app.passwords.verify(&input.password, hash).await?;
    let found = found.filter(|_| fits).ok_or(ErrorCode::CredentialsWrong)?;
    let fresh = app.passwords.renew(&input.password, &found.password_hash).await?;
    let hash = fresh.as_deref().unwrap_or(&found.password_hash);
    let known = Device::of(app, Audience::Officer, found.id, hash)?;
    let (app_, code) = (app.clone(), input.totp.clone());
    let begun = app
        .db
        .write(move |conn| {
            async move {
                use_code(conn, &app_, &found, &code).await?;
                if let Some(fresh) = fresh {
                    replace_hash(conn, &found, &fresh).await?;
                }
                counted.refund(conn).await?;
                sessions::begin(conn, &app_, Audience::Officer, found.id, &client).await
            }
            .boxed()
        })
        .await?;
    Ok((begun, known))
}

async fn find_credentials(app: &App, login: &str) -> Result<Option<Credentials>> {
    let mut conn = app.db.read().await?;
    Ok(officers::table
        .filter(officers::login.eq(login.trim().to_lowercase()))
        .filter(officers::active)
        .select((officers::id, officers::password_hash, officers::totp_secret))
        .first(&mut conn)
        .await
        .optional()?)
}

/// The time step a code belongs to, if it is one of the three around now.
fn step(app: &App, found: &Credentials, code: &str) -> Result<Option<i64>> {
    let sealed = std::str::from_utf8(&found.totp_secret).map_err(Error::internal)?;
    let secret = app.keys.open_text(&seal_place(found.id), sealed)?;
    let step = authenticator(&secret)?.check(code.trim(), jsonwebtoken::get_current_timestamp());
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Uses a code up. It is counted as wrong before it is compared, in one statement whose condition is the cap, and a
/// right one takes the count back: however many networks guess at once, no more than the cap are compared (security
/// rule 9). A wrong code stays counted although the request is refused.
///
/// A code works once: of two requests with the same, one finds the step already used.
async fn use_code(conn: &mut Conn, app: &App, found: &Credentials, code: &Secret) -> Result<()> {
    let cap = app.config.auth.factor_cap;
    let counted: Option<i32> = diesel::update(officers::table.find(found.id))
        .filter(officers::code_failures.lt(cap))
        .set(officers::code_failures.eq(officers::code_failures + 1))
        .returning(officers::code_failures)
        .get_result(conn)
        .await
        .optional()?;
    let failures = counted.ok_or(ErrorCode::FactorOff)?;
    if let Some(step) = step(app, found, code.expose())? {
        let used = diesel::update(officers::table.find(found.id))
            .filter(officers::active)
            .filter(officers::totp_step.lt(step))
            // The authenticator may have been replaced since it was read.
            .filter(officers::totp_secret.eq(&found.totp_secret))
            .set((officers::totp_step.eq(step), officers::code_failures.eq(0)))
            .execute(conn)
            .await?;
        if used == 1 {
            return Ok(());
        }
    }
    if failures >= cap {
        // Whoever guessed had the right password.
        alarms::raise(conn, "officer_factor_off", found.id, &json!({ "failures": failures })).await?;
    }
    Err(Error::new(ErrorCode::CredentialsWrong).keeping())
}

/// The same password with the work that is asked for now; not if it has been changed meanwhile.
async fn replace_hash(conn: &mut Conn, found: &Credentials, fresh: &str) -> Result<()> {
    diesel::update(officers::table.find(found.id).filter(officers::password_hash.eq(&found.password_hash)))
        .set(officers::password_hash.eq(fresh))
        .execute(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::authenticator;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of the eight digits.
        let totp = authenticator("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(totp.check("287082", 59), Some(1));
        assert_eq!(totp.check("081804", 1_111_111_109), Some(37_037_036));
        assert_eq!(totp.check("287083", 59), None);
        assert_eq!(totp.check("", 59), None);
        assert!(authenticator("not base 32!").is_err());
    }
}
