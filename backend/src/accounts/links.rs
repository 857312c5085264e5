//! What works with mailed links: opening an account, and choosing a new password in place of a forgotten one.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use futures_util::FutureExt;
use openapi::ErrorCode;
use openapi::accounts::{Challenge, LinkCheckIn, LinkIn, LinkMailIn, SignUpIn};

use super::api::{STRANGER, asked_codes};
use super::limits::{self, Limit};
use super::{normal_email, recovery, sign_in as signing_in, sign_up as signing_up, store};
use crate::app::App;
use crate::auth::subject;
use crate::crypto::sha256;
use crate::error::{Error, Result};
use crate::http::{ClientInfo, IdempotencyKey, ValidJson, respond};

/// Asks for an account; the link comes by mail (AC-01, AC-05).
///
/// Known and unknown addresses get the same answer; the owner of a known one is told by mail. Of fields:
/// `email_invalid`, `phone_invalid`, `phone_not_mobile`, `phone_costly`, `language_unknown`, `consent_outdated`.
#[utoipa::path(tag = "accounts", operation_id = "sign_up", request_body = SignUpIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 202, description = "Taken. If the address may be written to, a letter is on its way.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["too_many_requests"]))))]
#[post("/accounts")]
pub async fn sign_up(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    input: ValidJson<SignUpIn>,
) -> Result<HttpResponse> {
    let applicant = signing_up::applicant(&app, &input.value)?;
    limits::spend_all(&app, signing_up::limits(&app, &client, &applicant.email)).await?;
    let claim = key.claim(STRANGER.to_owned(), "sign_up", &input.canonical);
    let app_ = app.clone();
    subject::create(&app, None, claim, StatusCode::ACCEPTED, move |conn| {
        async move { signing_up::ask(conn, &app_, &applicant).await }.boxed()
    })
    .await
}

/// Sends the activation link once more (AC-06).
///
/// The answer says nothing about the address, but that it is one (`email_invalid`).
#[utoipa::path(tag = "accounts", operation_id = "resend_activation", request_body = LinkMailIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 202, description = "Taken. If the address may be written to, a letter is on its way.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["too_many_requests"]))))]
#[post("/accounts/activation-mails")]
pub async fn resend_activation(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    input: ValidJson<LinkMailIn>,
) -> Result<HttpResponse> {
    let email = normal_email(&input.value.email).ok_or_else(|| Error::field("/email", "email_invalid"))?;
    limits::spend_all(&app, signing_up::limits(&app, &client, &email)).await?;
    let claim = key.claim(STRANGER.to_owned(), "resend_activation", &input.canonical);
    let app_ = app.clone();
    subject::create(&app, None, claim, StatusCode::ACCEPTED, move |conn| {
        async move { signing_up::ask_again(conn, &app_, &email).await }.boxed()
    })
    .await
}

/// Whether the link of a mail can still be used, of a sign-up or a forgotten password; it is not used by that.
///
/// For pages, before they ask for a password. The token is a secret of the mailbox, so that its holder may know.
#[utoipa::path(tag = "accounts", operation_id = "check_link", request_body = LinkCheckIn,
    responses((status = 204, description = "It can be used.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["link_invalid", "too_many_requests"]))))]
#[post("/accounts/link-checks")]
pub async fn check_link(
    app: web::Data<App>,
    client: ClientInfo,
    input: ValidJson<LinkCheckIn>,
) -> Result<HttpResponse> {
    limits::spend_all(&app, vec![opened(&app, &client, "link_check")]).await?;
    let hash = sha256(input.value.token.expose().as_bytes());
    let mut conn = app.db.read().await?;
    let is_live = store::find_live_link(&mut conn, &hash).await?.is_some()
        || recovery::find_live_link(&mut conn, &hash).await?.is_some();
    if is_live { Ok(respond::nothing()) } else { Err(ErrorCode::LinkInvalid.into()) }
}

/// Uses the link of the mail and sets the password; a code goes to the phone (AC-06, AC-09).
///
/// That code opens the account and begins its first session (`create_session`); until then the link works again. Of the
/// password:
/// `password_too_short`, `password_too_long`, `password_needs_upper`, `password_needs_lower`,
/// `password_needs_digit`, `password_needs_special`, `password_common`, `password_personal`.
#[utoipa::path(tag = "accounts", operation_id = "activate_account", request_body = LinkIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Challenge)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["link_invalid", "too_many_requests"]))))]
#[post("/accounts/activations")]
pub async fn activate_account(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    input: ValidJson<LinkIn>,
) -> Result<HttpResponse> {
    limits::spend_all(&app, opened_links(&app, &client)).await?;
    signing_up::check_password(&app, &input.value).await?;
    let hash = app.passwords.hash(&input.value.password).await?;
    let blind = signing_in::blind(&app, &input.canonical);
    let claim = key.claim(STRANGER.to_owned(), "activate_account", blind.expose().as_bytes());
    let (app_, token) = (app.clone(), input.value.token);
    subject::create(&app, None, claim, StatusCode::CREATED, move |conn| {
        async move { signing_up::activate(conn, &app_, token.expose(), &hash).await }.boxed()
    })
    .await
}

/// Asks for a link to a new password; it comes by mail (AC-14).
///
/// The answer says nothing about the address, but that it is one (`email_invalid`). Every link works until one of them
/// has led to a new password. A mailbox gets few letters an hour; the answer is the same when it gets no more.
#[utoipa::path(tag = "accounts", operation_id = "request_recovery", request_body = LinkMailIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 202, description = "Taken. If there is an account with this address, a letter is on its way.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["too_many_requests"]))))]
#[post("/accounts/recovery-mails")]
pub async fn request_recovery(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    input: ValidJson<LinkMailIn>,
) -> Result<HttpResponse> {
    let email = normal_email(&input.value.email).ok_or_else(|| Error::field("/email", "email_invalid"))?;
    limits::spend_all(&app, vec![signing_up::asked_letters(&app, &client)]).await?;
    let claim = key.claim(STRANGER.to_owned(), "request_recovery", &input.canonical);
    let app_ = app.clone();
    subject::create(&app, None, claim, StatusCode::ACCEPTED, move |conn| {
        async move { recovery::ask(conn, &app_, &email).await }.boxed()
    })
    .await
}

/// Uses the link of the mail to choose a new password; a code goes to the account's phone (AC-14).
///
/// That code sets the password, ends every other session and begins a new one (`create_session`); until then the old
/// password holds and the link works again. Of the password: as at `activate_account`. `factor_off` where codes are
/// switched off: a forgotten password does not switch them on.
#[utoipa::path(tag = "accounts", operation_id = "recover_account", request_body = LinkIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Challenge)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["link_invalid", "factor_off", "too_many_requests"]))))]
#[post("/accounts/recoveries")]
pub async fn recover_account(
    app: web::Data<App>,
    client: ClientInfo,
    key: IdempotencyKey,
    input: ValidJson<LinkIn>,
) -> Result<HttpResponse> {
    limits::spend_all(&app, opened_links(&app, &client)).await?;
    recovery::check_password(&app, &input.value).await?;
    let hash = app.passwords.hash(&input.value.password).await?;
    let blind = signing_in::blind(&app, &input.canonical);
    let claim = key.claim(STRANGER.to_owned(), "recover_account", blind.expose().as_bytes());
    let (app_, input) = (app.clone(), input.value);
    subject::create(&app, None, claim, StatusCode::CREATED, move |conn| {
        async move { recovery::choose(conn, &app_, &input, &hash).await }.boxed()
    })
    .await
}

/// How often links may be opened from one place, and codes asked for by them.
fn opened_links(app: &App, client: &ClientInfo) -> Vec<Limit> {
    vec![opened(app, client, "activation"), asked_codes(app, client)]
}

fn opened(app: &App, client: &ClientInfo, what: &str) -> Limit {
    let config = &app.config.auth;
    let window = config.window_minutes.saturating_mul(60);
    Limit::of_address(app, what, &client.ip, config.address_attempts, window)
}
