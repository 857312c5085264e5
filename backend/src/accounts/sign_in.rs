//! Signing in: password first, then a code (AC-08, AC-11).

use openapi::accounts::{Challenge, CodeIn, SignInIn};
use openapi::{ErrorCode, Secret};
use serde_json::json;
use uuid::Uuid;

use super::codes::{self, Purpose};
use super::limits::{self, Limit};
use super::sessions::{self, Begun};
use super::store::{self, Login};
use super::{device, normal_email, phones};
use crate::app::App;
use crate::auth::tokens::Audience;
use crate::db::Conn;
use crate::error::{Error, Result, violates};
use crate::http::ClientInfo;
use crate::notifications;

/// A password that fitted; what was counted against the login is given back with the answer.
#[derive(Debug, Clone)]
pub(super) struct Proven {
    account_id: Uuid,
    purpose: Purpose,
    counted: Limit,
}

/// The limits of a password attempt: by place, and by login whether it exists or not.
pub(crate) fn attempt_limits(app: &App, house: &str, client: &ClientInfo, login: &str) -> (Limit, Limit) {
    let config = &app.config.auth;
    let window = config.window_minutes.saturating_mul(60);
    (
        Limit::of_address(app, house, &client.ip, config.address_attempts, window),
        Limit::new(app, house, &login.to_lowercase(), config.password_attempts, window),
    )
}

/// Checks login and password. Unknown logins are answered the same way after the same work.
///
/// # Errors
/// `credentials_wrong`, `too_many_requests`, `busy`.
pub(super) async fn prove(app: &App, client: &ClientInfo, input: &SignInIn) -> Result<Proven> {
    let login = normal_login(&input.login);
    let key = match &login {
        Some(Login::Email(text) | Login::Phone(text)) => text,
        None => &input.login,
    };
    let (by_place, counted) = attempt_limits(app, "sign_in", client, key);
    limits::spend_all(app, vec![by_place, counted.clone()]).await?;
    let found = match &login {
        Some(login) => {
            let mut conn = app.db.read().await?;
            store::find_credentials(&mut conn, login).await?
        }
        None => None,
    };
    let hash = found.as_ref().map(|found| found.password_hash.as_str());
    let fits = app.passwords.verify(&input.password, hash).await?;
    match found.filter(|_| fits) {
        None => Err(ErrorCode::CredentialsWrong.into()),
        Some(found) => Ok(Proven {
            account_id: found.id,
            purpose: if found.phone_confirmed_at.is_some() { Purpose::SignIn } else { Purpose::Phone },
            counted,
        }),
    }
}

/// Sends the code of the second step.
pub(super) async fn challenge(conn: &mut Conn, app: &App, proven: &Proven) -> Result<Challenge> {
    proven.counted.refund(conn).await?;
    codes::issue(conn, app, proven.account_id, proven.purpose, None).await
}

/// The second step: the code begins the session. The first code also confirms the phone; later sign-ins are told
/// to the owner.
///
/// # Errors
/// Those of [`codes::spend`]; `phone_taken` when another account has confirmed the number.
pub(super) async fn begin_session(
    conn: &mut Conn,
    app: &App,
    client: &ClientInfo,
    input: &CodeIn,
) -> Result<Begun> {
    let (account_id, purpose) =
        store::find_challenge(conn, input.challenge_id).await?.ok_or(ErrorCode::CodeExpired)?;
    let purposes = [Purpose::Phone, Purpose::SignIn];
    let purpose =
        purposes.into_iter().find(|known| known.as_str() == purpose).ok_or(ErrorCode::CodeExpired)?;
    codes::spend(conn, app, account_id, purpose, None, input.challenge_id, &input.code).await?;
    if purpose == Purpose::Phone {
        store::confirm_phone(conn, account_id).await.map_err(|error| {
            if violates(&error, "accounts_phone_key") {
                ErrorCode::PhoneTaken.into()
            } else {
                Error::from(error)
            }
        })?;
    }
    let begun = sessions::begin(conn, app, Audience::Citizen, account_id, client).await?;
    if purpose == Purpose::SignIn {
        let data = json!({
            "at": chrono::Utc::now().to_rfc3339(),
            "device": device(&client.user_agent),
            "ip": client.ip,
        });
        notifications::tell(conn, account_id, None, "new_sign_in", data).await?;
    }
    Ok(begun)
}

/// What is hashed for the idempotency key of a request with a password: nothing from which it could be guessed.
#[must_use]
pub(super) fn blind(app: &App, canonical: &[u8]) -> Secret {
    Secret(crate::crypto::hex(&app.keys.mac("idempotency", canonical)))
}

pub(super) fn normal_login(text: &str) -> Option<Login> {
    if text.contains('@') {
        return normal_email(text).map(Login::Email);
    }
    phones::normal_phone(text).ok().map(Login::Phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_an_address_or_a_phone() {
        assert_eq!(normal_login(" A@Example.org"), Some(Login::Email("a@example.org".to_owned())));
        assert_eq!(normal_login("8 912 345 67 89"), Some(Login::Phone("+79123456789".to_owned())));
        assert_eq!(normal_login("somebody"), None);
        assert_eq!(normal_login("a@b@c"), None);
    }
}
