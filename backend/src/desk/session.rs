//! How officers sign in and out of the desk.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use futures_util::FutureExt;
use futures_util::future::try_join;
use openapi::ErrorCode;
use openapi::desk::{Officer as OfficerOut, OfficerSession, OfficerSignInIn};

use crate::accounts::sessions::{self, Begun};
use crate::accounts::{cookie, officers};
use crate::app::App;
use crate::auth::Officer;
use crate::auth::tokens::Audience;
use crate::error::{Error, Result};
use crate::http::{ClientInfo, ValidJson, respond};

/// Signs an officer in with password and authenticator code; a code works once.
///
/// `factor_off` after too many wrong codes in a row with the right password.
#[utoipa::path(tag = "desk", operation_id = "create_officer_session", request_body = OfficerSignInIn,
    params(("X-Requested-With" = String, Header)),
    responses((status = 201, body = OfficerSession,
        headers(("Set-Cookie" = String, description = "`__Host-rt-desk`, the refresh token; `__Host-dv-desk`, the device.")),
        description = "Signed in.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("no")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["credentials_wrong", "foreign_origin", "factor_off", "too_many_requests"]))))]
#[post("/desk/sessions")]
pub async fn create_officer_session(
    app: web::Data<App>,
    client: ClientInfo,
    input: ValidJson<OfficerSignInIn>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    cookie::guard(&app, &request, Audience::Officer)?;
    let device = cookie::device(&request, Audience::Officer);
    let (begun, known) = officers::sign_in(&app, client, device.as_ref(), &input.value).await?;
    let officer = officers::find(&*app.db.read().await?, begun.owner_id).await?;
    let mut answer = answer(&app, StatusCode::CREATED, &begun, officer)?;
    answer.add_cookie(&cookie::know_again(&app, Audience::Officer, known)).map_err(Error::internal)?;
    Ok(answer)
}

/// Renews an officer's access token with the refresh cookie.
#[utoipa::path(tag = "desk", operation_id = "refresh_officer_session", security(("refresh_desk" = [])),
    params(("X-Requested-With" = String, Header)),
    responses((status = 200, body = OfficerSession,
        headers(("Set-Cookie" = String, description = "`__Host-rt-desk`, the refresh token.")),
        description = "Signed in.")),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["unauthenticated", "foreign_origin"]))))]
#[post("/desk/sessions/refresh")]
pub async fn refresh_officer_session(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    cookie::guard(&app, &request, Audience::Officer)?;
    let token = cookie::read(&request, Audience::Officer).ok_or(ErrorCode::Unauthenticated)?;
    let app_ = app.clone();
    let (begun, officer) = app
        .db
        .write(move |conn| {
            async move {
                let begun = sessions::rotate(conn, &app_, Audience::Officer, &token).await?;
                // Whoever works here no more does not go on either.
                let officer = officers::find(conn, begun.owner_id).await?;
                Ok((begun, officer))
            }
            .boxed()
        })
        .await?;
    answer(&app, StatusCode::OK, &begun, officer)
}

/// Ends the session of the refresh cookie and forgets the cookie.
#[utoipa::path(tag = "desk", operation_id = "sign_out_officer", security(("refresh_desk" = []), ()),
    params(("X-Requested-With" = String, Header)),
    responses((status = 204, description = "Signed out.",
        headers(("Set-Cookie" = String, description = "`__Host-rt-desk`, empty and over.")))),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["foreign_origin"]))))]
#[delete("/desk/sessions/current")]
pub async fn sign_out_officer(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse> {
    cookie::guard(&app, &request, Audience::Officer)?;
    if let Some(token) = cookie::read(&request, Audience::Officer) {
        app.db.write(move |conn| async move { sessions::end_by_token(conn, &token).await }.boxed()).await?;
    }
    let mut answer = respond::nothing();
    answer.add_cookie(&cookie::forget(Audience::Officer)).map_err(Error::internal)?;
    Ok(answer)
}

/// The signed-in officer.
#[utoipa::path(tag = "desk", operation_id = "get_officer",
    responses((status = 200, body = OfficerOut)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/desk/officer")]
pub async fn get_officer(app: web::Data<App>, officer: Officer) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let ((), found) = try_join(officer.ensure_live(&conn), officers::find(&conn, officer.officer_id)).await?;
    respond::ok(&found)
}

fn answer(app: &App, status: StatusCode, begun: &Begun, officer: OfficerOut) -> Result<HttpResponse> {
    let access_token = app.tokens.issue(Audience::Officer, begun.owner_id, begun.session_id)?;
    let session = OfficerSession { access_token, expires_in: app.tokens.seconds(), officer };
    let mut answer = respond::json(status, &serde_json::to_value(session)?);
    answer.add_cookie(&cookie::keep(app, Audience::Officer, &begun.refresh)).map_err(Error::internal)?;
    Ok(answer)
}
