//! The signed-in citizen or officer, as a handler's argument, and the two ways they write.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use openapi::ErrorCode;
use serde::Serialize;
use uuid::Uuid;

use super::tokens::Audience;
use crate::app::App;
use crate::crash::crash_point;
use crate::db::Conn;
use crate::db::schema::sessions;
use crate::error::{Error, Result};
use crate::http::respond;
use crate::idempotency::{self, Claim};

/// A signed-in person. Reads trust the token (at most five minutes old); writes read the session row first.
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
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    app.tokens.verify(token.ok_or(ErrorCode::Unauthenticated)?, audience)
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
    app.db
        .write(move |conn| {
            async move {
                ensure_live(conn, session).await?;
                work(conn).await
            }
            .boxed()
        })
        .await
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
    let (status, body) = app
        .db
        .write(move |conn| {
            async move {
                if let Some(first) = idempotency::begin(conn, &claim).await? {
                    return Ok(first);
                }
                if let Some(session) = session {
                    ensure_live(conn, session).await?;
                }
                match work(conn).await {
                    Ok(answer) => {
                        let body = serde_json::to_value(answer)?;
                        idempotency::finish(conn, &claim, status.as_u16(), &body).await?;
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
        })
        .await?;
    crash_point!(operation, "after_commit");
    Ok(respond::json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &body))
}

/// Whether the session still stands: revoking works at once for everything that writes.
///
/// # Errors
/// `unauthenticated` when it has ended.
pub async fn ensure_live(conn: &mut Conn, session: Uuid) -> Result<()> {
    let live = sessions::table
        .find(session)
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(diesel::dsl::now))
        .select(sessions::id)
        .first::<Uuid>(conn)
        .await
        .optional()?;
    live.map(drop).ok_or_else(|| ErrorCode::Unauthenticated.into())
}
