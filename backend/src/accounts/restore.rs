//! What whoever runs the system can do for somebody who cannot sign in any more. It never takes a factor away, sets no
//! password, and its owner hears of it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use openapi::Secret;

use super::employ::new_totp_secret;
use super::officers::seal_place;
use super::sessions;
use super::sign_in::normal_login;
use super::store;
use crate::app::App;
use crate::db::schema::{accounts, officers};
use crate::error::{Error, Result};
use crate::notifications::{self, News};

/// Switches the codes of an account on again after too many wrong ones (`factor_off`), and tells its owner. False
/// when they are on. A block that is running goes on.
///
/// # Errors
/// `not_found` when nobody signs in with this address or phone.
pub async fn switch_codes_on(app: &App, login: &str) -> Result<bool> {
    let login = normal_login(login).ok_or_else(Error::not_found)?;
    let cap = app.config.auth.factor_cap;
    app.db
        .write(move |conn| {
            async move {
                let found = store::find_credentials(conn, &login).await?;
                let id = found.ok_or_else(Error::not_found)?.id;
                let off = accounts::table.find(id).filter(accounts::code_failures.ge(cap));
                let switched =
                    diesel::update(off).set(accounts::code_failures.eq(0)).execute(conn).await? == 1;
                if switched {
                    let news = News::CodesOn { at: chrono::Utc::now() };
                    notifications::tell(conn, id, None, &news).await?;
                }
                Ok(switched)
            }
            .boxed()
        })
        .await
}

/// Gives an officer another authenticator secret in place of one that is lost or guessed at (`factor_off`), and ends the
/// officer's sessions. What was guessed of the old one says nothing about it, so the count begins anew.
///
/// # Errors
/// `not_found` when no officer has this login.
pub async fn renew_authenticator(app: &App, login: &str) -> Result<Secret> {
    let secret = new_totp_secret()?;
    let (app_, login, fresh) = (app.clone(), login.trim().to_lowercase(), secret.clone());
    app.db
        .write(move |conn| {
            async move {
                let own = officers::table.filter(officers::login.eq(login));
                let id = own.select(officers::id).for_no_key_update().first(conn).await?;
                let sealed = app_.keys.seal_text(&seal_place(id), fresh.expose())?.into_bytes();
                diesel::update(officers::table.find(id))
                    .set((officers::totp_secret.eq(sealed), officers::code_failures.eq(0)))
                    .execute(conn)
                    .await?;
                sessions::end_all_of_officer(conn, id).await
            }
            .boxed()
        })
        .await?;
    Ok(secret)
}
