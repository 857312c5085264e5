//! The signed-in citizen or officer, as a handler's argument, and the two ways they write.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join};
use openapi::ErrorCode;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::tokens::Audience;
use crate::app::App;
use crate::crash::crash_point;
use crate::crypto::Keys;
use crate::db::Conn;
use crate::db::schema::sessions;
use crate::error::{Error, Result};
use crate::http::respond;
use crate::idempotency::{self, Claim};

/// A signed-in person, by a token of at most five minutes. It opens nothing alone: what is read or written is so together
/// with the session's row ([`ensure_live`]), so signing out takes effect at once.
#[derive(Debug, Clone, Copy)]
pub struct Citizen {
    pub account_id: Uuid,
    pub session_id: Uuid,
}

/// A signed-in officer.
#[derive(Debug, Clone, Copy)]
pub struct Officer {
    pub officer_id: Uuid,
    pub session_id: Uuid,
}

fn claims(request: &HttpRequest, audience: Audience) -> Result<super::tokens::Claims> {
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Error::new(ErrorCode::Internal))?;
    let header = request.headers().get("Authorization").and_then(|value| value.to_str().ok());
    // The scheme's name is the same in any case (RFC 9110, 11.1).
    let (scheme, token) = header.and_then(|value| value.split_once(' ')).unzip();
    let token = token.filter(|_| scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer")));
    app.tokens.verify(token.ok_or(ErrorCode::Unauthenticated)?.trim(), audience)
}

impl FromRequest for Citizen {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let claims = claims(request, Audience::Citizen);
        ready(claims.map(|claims| Self { account_id: claims.sub, session_id: claims.sid }))
    }
}

impl FromRequest for Officer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let claims = claims(request, Audience::Officer);
        ready(claims.map(|claims| Self { officer_id: claims.sub, session_id: claims.sid }))
    }
}

impl Citizen {
    /// Who claims an idempotency key.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("citizen:{}", self.account_id)
    }

    /// For reads that must not go on after signing out; awaited together with what is read, it costs no round trip.
    ///
    /// # Errors
    /// As [`ensure_live`].
    pub async fn ensure_live(&self, conn: &Conn) -> Result<()> {
        ensure_live(conn, self.session_id).await
    }

    /// A use case in one transaction, refused when the session has ended.
    ///
    /// # Errors
    /// `unauthenticated` when the session has ended; what `work` gives.
    pub async fn write<R, F>(&self, app: &App, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        write(app, self.session_id, work).await
    }

    /// The same, once per idempotency key: whoever repeats the request hears the first answer.
    ///
    /// # Errors
    /// As [`Citizen::write`], and the refusals of [`idempotency::begin`].
    pub async fn create<T, F>(
        &self,
        app: &App,
        claim: Claim,
        status: StatusCode,
        work: F,
    ) -> Result<HttpResponse>
    where
        T: Serialize + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        create(app, Some(self.session_id), claim, status, work).await
    }
}

impl Officer {
    /// Who claims an idempotency key.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("officer:{}", self.officer_id)
    }

    /// As [`Citizen::ensure_live`].
    ///
    /// # Errors
    /// As [`ensure_live`].
    pub async fn ensure_live(&self, conn: &Conn) -> Result<()> {
        ensure_live(conn, self.session_id).await
    }

    /// As [`Citizen::write`].
    ///
    /// # Errors
    /// As [`Citizen::write`].
    pub async fn write<R, F>(&self, app: &App, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        write(app, self.session_id, work).await
    }

    /// As [`Citizen::create`].
    ///
    /// # Errors
    /// As [`Citizen::create`].
    pub async fn create<T, F>(
        &self,
        app: &App,
        claim: Claim,
        status: StatusCode,
        work: F,
    ) -> Result<HttpResponse>
    where
        T: Serialize + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        create(app, Some(self.session_id), claim, status, work).await
    }
}

async fn write<R, F>(app: &App, session: Uuid, work: F) -> Result<R>
where
    R: Send + 'static,
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<R>> + Send + 'static,
{
    app.db.write_after(move |conn| ensure_live(conn, session).boxed(), move |conn, ()| work(conn)).await
}

/// A creating use case, once per idempotency key. `session` is `None` for strangers (sign-up).
///
/// # Errors
/// What `work` gives, and the refusals of [`idempotency::begin`].
pub async fn create<T, F>(
    app: &App,
    session: Option<Uuid>,
    claim: Claim,
    status: StatusCode,
    work: F,
) -> Result<HttpResponse>
where
    T: Serialize + Send + 'static,
    F: for<'c> FnOnce(&'c mut Conn) -> BoxFuture<'c, Result<T>> + Send + 'static,
{
    let operation = claim.operation.clone();
    let asked = claim.clone();
    let (keys, kept) = (Arc::clone(&app.keys), Arc::clone(&app.keys));
    let (status, body) = app
        .db
        .write_after(
            move |conn| async move { first_answer(conn, &keys, &asked, session).await }.boxed(),
            move |conn, first| {
                async move {
                    if let Some(first) = first {
                        return Ok(first);
                    }
                    match work(conn).await {
                        Ok(answer) => {
                            let body = serde_json::to_value(answer)?;
                            idempotency::finish(conn, &kept, &claim, status.as_u16(), &body).await?;
                            crash_point!(claim.operation, "before_commit");
                            Ok((status.as_u16(), body))
                        }
                        Err(refusal) => {
                            if refusal.keep {
                                idempotency::forget(conn, &claim).await?;
                            }
                            Err(refusal)
                        }
                    }
                }
                .boxed()
            },
        )
        .await?;
    crash_point!(operation, "after_commit");
    Ok(respond::json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &body))
}

/// The answer that was given before, if there is one. Who has signed out does not hear it any more.
async fn first_answer(
    conn: &Conn,
    keys: &Keys,
    claim: &Claim,
    session: Option<Uuid>,
) -> Result<Option<(u16, Value)>> {
    let live = async {
        match session {
            Some(session) => ensure_live(conn, session).await,
            None => Ok(()),
        }
    };
    // Both are waited for, so that the refusal of the session is the one that is told.
    let (first, live) = join(idempotency::begin(conn, keys, claim), live).await;
    live?;
    first
}

/// Whether the session still stands: revoking works at once for everything that writes.
///
/// # Errors
/// `unauthenticated` when it has ended.
pub async fn ensure_live(mut conn: &Conn, session: Uuid) -> Result<()> {
    let live = sessions::table
        .find(session)
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(diesel::dsl::now))
        .select(sessions::id)
        .first::<Uuid>(&mut conn)
        .await
        .optional()?;
    live.map(drop).ok_or_else(|| ErrorCode::Unauthenticated.into())
}
