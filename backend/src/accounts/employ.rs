//! Officers are added by whoever runs the system (`backend officers add`), never through the API.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use openapi::Secret;
use serde::Deserialize;
use totp_rs::Secret as TotpSecret;
use uuid::Uuid;

use super::officers::{authenticator, seal_place};
use super::sessions;
use crate::app::App;
use crate::crypto;
use crate::db::schema::officers;

/// An officer to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOfficer {
    pub login: String,
    /// Surname first: applicants see it with initials.
    pub name: String,
    pub language: String,
    pub password: Secret,
    /// Base 32, 160 bits.
    pub totp_secret: Secret,
}

/// A fresh authenticator secret: 160 random bits in base 32.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_totp_secret() -> anyhow::Result<Secret> {
    Ok(Secret(TotpSecret::from(crypto::random::<20>()?.to_vec()).to_base32()))
}

/// Adds an officer, or gives one who is there this password and secret, if the password does not fit any more or the
/// officer was dismissed: that one works here again. Sessions that began with the old ones end. False when nothing had
/// to change.
///
/// # Errors
/// When the secret is not base 32; the database's.
pub async fn employ(app: &App, officer: &NewOfficer) -> anyhow::Result<bool> {
    authenticator(officer.totp_secret.expose())?;
    // Signing in does not mind capital letters, so neither does this.
    let login = officer.login.trim().to_lowercase();
    let kept: Option<(Uuid, String, bool)> = officers::table
        .filter(officers::login.eq(&login))
        .select((officers::id, officers::password_hash, officers::active))
        .first(&mut *app.db.read().await?)
        .await
        .optional()?;
    let id = match kept {
        Some((_, kept, true)) if app.passwords.verify(&officer.password, Some(&kept)).await? => {
            return Ok(false);
        }
        Some((id, _, _)) => id,
        None => Uuid::now_v7(),
    };
    let hash = app.passwords.hash(&officer.password).await?;
    let secret = app.keys.seal_text(&seal_place(id), officer.totp_secret.expose())?.into_bytes();
    let (name, language) = (officer.name.clone(), officer.language.clone());
    app.db
        .write(move |conn| {
            async move {
                diesel::insert_into(officers::table)
                    .values((
                        officers::id.eq(id),
                        officers::login.eq(login),
                        officers::name.eq(name),
                        officers::language.eq(language),
                        officers::password_hash.eq(&hash),
                        officers::totp_secret.eq(&secret),
                    ))
                    .on_conflict(officers::id)
                    .do_update()
                    .set((
                        officers::password_hash.eq(&hash),
                        officers::totp_secret.eq(&secret),
                        officers::code_failures.eq(0),
                        officers::active.eq(true),
                    ))
                    .execute(conn)
                    .await?;
                sessions::end_all_of_officer(conn, id).await
            }
            .boxed()
        })
        .await?;
    Ok(true)
}
