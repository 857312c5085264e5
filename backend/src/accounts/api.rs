//! Sign-in, sessions, the account.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use futures_util::FutureExt;
use futures_util::future::try_join;
use openapi::ErrorCode;
use openapi::accounts::{Account, AccountPatch, Challenge, CodeIn, Session, SessionInfo, SignInIn};
use uuid::Uuid;

use super::device::Device;
use super::limits::{self, Limit};
use super::sessions::{self, Begun};
use super::{codes, cookie, sign_in as signing_in, store};
use crate::app::App;
use crate::auth::tokens::Audience;
use crate::auth::{Citizen, subject};
use crate::crash::crash_point;
use crate::error::{Error, Result};
use crate::http::{ClientInfo, IdempotencyKey, IfMatch, ValidJson, respond};

/// Who claims an idempotency key before signing in.
pub(super) const STRANGER: &str = "anonymous";

/// First step of signing in: login and password (AC-11).
///
/// A code goes to the phone. A device that has been signed in on before brings its cookie `__Host-dv`: attempts of
/// strangers are not counted against it.
#[utoipa::path(tag = "accounts", operation_id = "sign_in", request_body = SignInIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Challenge)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["credentials_wrong", "factor_off", "too_many_requests"]))))]
#[post("/sign-ins")]
pub async fn sign_in(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    input: ValidJson<SignInIn>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let device = cookie::device(&request, Audience::Citizen);
    let account_id = signing_in::prove(&app, &client, device.as_ref(), &input.value).await?;
    let blind = signing_in::blind(&app, &input.canonical);
    let claim = key.claim(STRANGER.to_owned(), "sign_in", blind.expose().as_bytes());
    let app_ = app.clone();
    subject::create(&app, None, claim, StatusCode::CREATED, move |conn| {
        async move { signing_in::challenge(conn, &app_, account_id).await }.boxed()
    })
    .await
}

/// Sends another code for a challenge; the old code is worth nothing, a block stays (AC-08).
#[utoipa::path(tag = "accounts", operation_id = "resend_code",
    params(("id" = Uuid, Path, description = "Challenge."),
        ("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Challenge)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["code_expired", "factor_off", "too_many_requests"]))))]
#[post("/challenges/{id}/codes")]
pub async fn resend_code(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    limits::spend_all(&app, vec![asked_codes(&app, &client)]).await?;
    let id = id.into_inner();
    let claim = key.claim(STRANGER.to_owned(), "resend_code", id.as_bytes());
    let app_ = app.clone();
    subject::create(&app, None, claim, StatusCode::CREATED, move |conn| {
        async move { codes::reissue(conn, &app_, id).await }.boxed()
    })
    .await
}

/// Second step of signing in, last of signing up and of recovering a password: the code (AC-05, AC-08, AC-14).
///
/// Begins the session.
///
/// A code works once, so a repeat is refused. The refresh token comes as an `HttpOnly` cookie, and so does the name by
/// which the device is known again. Browsers must say where they come from, and everybody sends
/// `X-Requested-With: prichal`.
#[utoipa::path(tag = "accounts", operation_id = "create_session", request_body = CodeIn,
    params(("X-Requested-With" = String, Header)),
    responses((status = 201, body = Session,
        headers(("Set-Cookie" = String, description = "`__Host-rt`, the refresh token; `__Host-dv`, the device.")),
        description = "Signed in.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("no")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["foreign_origin", "phone_taken", "link_invalid", "code_wrong", "code_expired",
            "code_elsewhere", "code_blocked", "factor_off", "too_many_requests"]))))]
#[post("/sessions")]
pub async fn create_session(
    app: web::Data<App>,
    client: ClientInfo,
    input: ValidJson<CodeIn>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    cookie::guard(&app, &request, Audience::Citizen)?;
    let config = &app.config.auth;
    let window = config.window_minutes.saturating_mul(60);
    let counted = Limit::of_address(&app, "session", &client.ip, config.address_attempts, window);
    limits::spend_all(&app, vec![counted.clone()]).await?;
    let (app_, input) = (app.clone(), input.value);
    let (begun, account, device) = app
        .db
        .write(move |conn| {
            async move {
                let begun = signing_in::begin_session(conn, &app_, &client, &input).await?;
                counted.refund(conn).await?;
                let account = store::find_account(conn, begun.owner_id).await?;
                let hash = store::find_password_hash(conn, begun.owner_id).await?;
                let device = Device::of(&app_, Audience::Citizen, begun.owner_id, &hash)?;
                Ok((begun, account, device))
            }
            .boxed()
        })
        .await?;
    let mut answer = answer(&app, StatusCode::CREATED, &begun, account)?;
    let known = cookie::know_again(&app, Audience::Citizen, device);
    answer.add_cookie(&known).map_err(Error::internal)?;
    Ok(answer)
}

/// Renews the access token with the refresh cookie, which is replaced by its successor.
///
/// The same cookie may come again within ten seconds (two tabs, a lost answer); later it ends the session.
#[utoipa::path(tag = "accounts", operation_id = "refresh_session", security(("refresh" = [])),
    params(("X-Requested-With" = String, Header)),
    responses((status = 200, body = Session,
        headers(("Set-Cookie" = String, description = "`__Host-rt`, the refresh token.")),
        description = "Signed in.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["unauthenticated", "foreign_origin"]))))]
#[post("/sessions/refresh")]
pub async fn refresh_session(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    cookie::guard(&app, &request, Audience::Citizen)?;
    let token = cookie::read(&request, Audience::Citizen).ok_or(ErrorCode::Unauthenticated)?;
    let app_ = app.clone();
    let (begun, account) = app
        .db
        .write(move |conn| {
            async move {
                let begun = sessions::rotate(conn, &app_, Audience::Citizen, &token).await?;
                let account = store::find_account(conn, begun.owner_id).await?;
                Ok((begun, account))
            }
            .boxed()
        })
        .await?;
    crash_point!("refresh.after_commit");
    answer(&app, StatusCode::OK, &begun, account)
}

/// Ends the session of the refresh cookie and forgets the cookie.
///
/// Without one there is nothing to end.
#[utoipa::path(tag = "accounts", operation_id = "sign_out", security(("refresh" = []), ()),
    params(("X-Requested-With" = String, Header)),
    responses((status = 204, description = "Signed out.",
        headers(("Set-Cookie" = String, description = "`__Host-rt`, empty and over.")))),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["foreign_origin"]))))]
#[delete("/sessions/current")]
pub async fn sign_out(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    cookie::guard(&app, &request, Audience::Citizen)?;
    if let Some(token) = cookie::read(&request, Audience::Citizen) {
        app.db.write(move |conn| async move { sessions::end_by_token(conn, &token).await }.boxed()).await?;
    }
    let mut answer = respond::nothing();
    answer.add_cookie(&cookie::forget(Audience::Citizen)).map_err(Error::internal)?;
    Ok(answer)
}

/// Where the person is signed in.
#[utoipa::path(tag = "accounts", operation_id = "list_sessions",
    responses((status = 200, body = Vec<SessionInfo>)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/sessions")]
pub async fn list_sessions(app: web::Data<App>, citizen: Citizen) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let sessions = sessions::list_for(&conn, citizen.account_id, citizen.session_id);
    let (sessions, ()) = try_join(sessions, citizen.ensure_live(&conn)).await?;
    respond::ok(&sessions)
}

/// Ends one of the person's sessions, at once for everything that writes.
#[utoipa::path(tag = "accounts", operation_id = "revoke_session",
    params(("id" = Uuid, Path, description = "Session.")),
    responses((status = 204)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[delete("/sessions/{id}")]
pub async fn revoke_session(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let (account_id, id) = (citizen.account_id, id.into_inner());
    citizen
        .write(&app, move |conn| async move { sessions::revoke(conn, account_id, id).await }.boxed())
        .await?;
    Ok(respond::nothing())
}

/// The signed-in person.
#[utoipa::path(tag = "accounts", operation_id = "get_account",
    responses((status = 200, body = Account)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/account")]
pub async fn get_account(app: web::Data<App>, citizen: Citizen) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let account = store::find_account(&conn, citizen.account_id);
    let (account, ()) = try_join(account, citizen.ensure_live(&conn)).await?;
    respond::versioned(account.version, &account)
}

/// Changes the language of letters and of the feed; `language_unknown`.
#[utoipa::path(tag = "accounts", operation_id = "update_account", request_body = AccountPatch,
    params(("If-Match" = String, Header)),
    responses((status = 200, body = Account)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[patch("/account")]
pub async fn update_account(
    app: web::Data<App>,
    citizen: Citizen,
    version: IfMatch,
    input: ValidJson<AccountPatch>,
) -> Result<HttpResponse> {
    let language = input.value.language;
    if !app.texts.has(&language) {
        return Err(Error::field("/language", "language_unknown"));
    }
    let account_id = citizen.account_id;
    let account = citizen
        .write(&app, move |conn| {
            async move {
                let saved = store::save_language(conn, account_id, version.0, &language).await?;
                saved.ok_or_else(|| Error::new(ErrorCode::StaleVersion))
            }
            .boxed()
        })
        .await?;
    respond::versioned(account.version, &account)
}

/// What one network may ask for in codes before anybody has signed in.
pub(super) fn asked_codes(app: &App, client: &ClientInfo) -> Limit {
    Limit::of_network(app, "codes", &client.ip, app.config.codes.asked_per_network, limits::HOUR)
}

fn answer(app: &App, status: StatusCode, begun: &Begun, account: Account) -> Result<HttpResponse> {
    let access_token = app.tokens.issue(Audience::Citizen, begun.owner_id, begun.session_id)?;
    let session = Session { access_token, expires_in: app.tokens.seconds(), account };
    let mut answer = respond::json(status, &serde_json::to_value(session)?);
    answer.add_cookie(&cookie::keep(app, Audience::Citizen, &begun.refresh)).map_err(Error::internal)?;
    Ok(answer)
}
