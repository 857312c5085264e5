//! Signing in: password first, then a code (AC-08, AC-11).

use futures_util::FutureExt;
use openapi::accounts::{Challenge, CodeIn, SignInIn};
use openapi::{ErrorCode, Secret};
use uuid::Uuid;

use super::codes::{self, Purpose};
use super::device::Device;
use super::limits::{self, DAY, Limit};
use super::sessions::{self, Begun};
use super::store::{self, Credentials, Login};
use super::{browser, normal_email, phones, recovery, sign_up};
use crate::app::App;
use crate::auth::tokens::Audience;
use crate::db::Conn;
use crate::error::Result;
use crate::http::ClientInfo;
use crate::jobs::{self, Job, Outcome};
use crate::notifications::{self, News};

/// Checks login and password; whose they are. Unknown logins are answered the same way after the same work.
///
/// # Errors
/// `credentials_wrong`, `too_many_requests`, `busy`.
pub(super) async fn prove(
    app: &App,
    client: &ClientInfo,
    device: Option<&Device>,
    input: &SignInIn,
) -> Result<Uuid> {
    let login = normal_login(&input.login);
    // Read before it is counted: whose device this is decides where.
    let found = match &login {
        Some(login) => {
            let mut conn = app.db.read().await?;
            store::find_credentials(&mut conn, login).await?
        }
        None => None,
    };
    let key = match &login {
        Some(Login::Email(text) | Login::Phone(text)) => text,
        None => &input.login,
    };
    let own = found
        .as_ref()
        .zip(device)
        .and_then(|(found, device)| device.name(app, Audience::Citizen, found.id, &found.password_hash));
    let hash = found.as_ref().map(|found| found.password_hash.as_str());
    let counted = limits::attempt(app, "sign_in", client, key, hash, own).await?;
    let fits = app.passwords.verify(&input.password, hash).await?;
    if !fits && counted.is_last {
        let guessed = Job::PasswordGuessed { account_id: found.as_ref().map(|found| found.id) };
        jobs::enqueue(&*app.db.read().await?, &guessed).await?;
    }
    let found = found.filter(|_| fits).ok_or(ErrorCode::CredentialsWrong)?;
    if let Err(error) = renew_hash(app, &found, &input.password).await {
        tracing::warn!(account.id = %found.id, error.cause = %error, "the password keeps its old hash for now");
    }
    // At once, for a repeat of the request gets the first answer and no further.
    counted.refund(&*app.db.read().await?).await?;
    Ok(found.id)
}

/// Tells the owner that strangers may try no more passwords today: once a day, whichever login they tried. There is a job
/// for logins nobody has, too, so that trying tells nothing about them; it finds nobody.
///
/// # Errors
/// The database's; the job comes back.
pub(crate) async fn tell_guessed(app: &App, account_id: Option<Uuid>) -> Result<Outcome> {
    let Some(account_id) = account_id else { return Ok(Outcome::Done) };
    let once = Limit::new(app, "password_guessed", &account_id.to_string(), 1, DAY);
    app.db
        .write(move |conn| {
            async move {
                if once.allows(conn).await? {
                    let news = News::PasswordGuessed { at: chrono::Utc::now() };
                    notifications::tell(conn, account_id, None, &news).await?;
                }
                Ok(Outcome::Done)
            }
            .boxed()
        })
        .await
}

/// A password that fits is kept with the work that is asked for now, whenever it was chosen.
async fn renew_hash(app: &App, found: &Credentials, password: &Secret) -> Result<()> {
    if let Some(fresh) = app.passwords.renew(password, &found.password_hash).await? {
        let mut conn = app.db.read().await?;
        store::replace_hash(&mut conn, found.id, &found.password_hash, &fresh).await?;
    }
    Ok(())
}

/// Sends the code of the second step.
pub(super) async fn challenge(conn: &mut Conn, app: &App, account_id: Uuid) -> Result<Challenge> {
    codes::issue(conn, app, Purpose::SignIn(account_id)).await
}

/// The second step: the code begins the session. The code of a sign-up opens the account first, that of a recovery sets
/// the new password; later sign-ins are told to the owner.
///
/// # Errors
/// Those of [`codes::spend`], [`sign_up::finish`] and [`recovery::finish`].
pub(super) async fn begin_session(
    conn: &mut Conn,
    app: &App,
    client: &ClientInfo,
    input: &CodeIn,
) -> Result<Begun> {
    let purpose = codes::find(conn, input.challenge_id).await?.ok_or(ErrorCode::CodeExpired)?;
    if matches!(purpose, Purpose::Submission { .. }) {
        return Err(ErrorCode::CodeExpired.into());
    }
    codes::spend(conn, app, purpose, input.challenge_id, &input.code).await?;
    let account_id = match purpose {
        Purpose::SignUp(id) => sign_up::finish(conn, id).await?,
        Purpose::Recovery { account_id, recovery_id } => {
            recovery::finish(conn, account_id, recovery_id, client).await?;
            account_id
        }
        Purpose::SignIn(account_id) | Purpose::Submission { account_id, .. } => account_id,
    };
    let begun = sessions::begin(conn, app, Audience::Citizen, account_id, client).await?;
    if matches!(purpose, Purpose::SignIn(_)) {
        let device = browser(&client.user_agent);
        let news = News::NewSignIn { at: chrono::Utc::now(), device: &device, ip: &client.ip };
        notifications::tell(conn, account_id, None, &news).await?;
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
