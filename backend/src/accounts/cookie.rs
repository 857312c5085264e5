//! The refresh cookie. Only four operations look at it, and they alone have to be guarded against other sites.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use openapi::{ErrorCode, Secret};

use crate::app::App;
use crate::auth::tokens::Audience;
use crate::error::Result;

/// Citizens and officers are people apart, also in one browser.
const fn name(audience: Audience) -> &'static str {
    match audience {
        Audience::Citizen => "__Host-rt",
        Audience::Officer => "__Host-rt-desk",
    }
}

/// Refuses requests that another site may have made: they cannot set the header, and browsers say where they
/// come from. What is not a browser sends neither `Origin` nor `Sec-Fetch-Site`.
///
/// # Errors
/// `forbidden`.
pub(crate) fn guard(app: &App, request: &HttpRequest) -> Result<()> {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let ours = [app.config.portal_origin(), app.config.desk_origin()];
    let from_us = match (header("Origin"), header("Sec-Fetch-Site")) {
        (Some(origin), None | Some("same-origin")) => ours.contains(&origin),
        (None, None) => true,
        _ => false,
    };
    if from_us && header("X-Requested-With") == Some("prichal") {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

/// The refresh token a request brings.
pub(crate) fn read(request: &HttpRequest, audience: Audience) -> Option<Secret> {
    let cookie = request.cookie(name(audience))?;
    (!cookie.value().is_empty()).then(|| Secret::from(cookie.value()))
}

/// The cookie that keeps a refresh token for as long as an unused session lives.
pub(crate) fn keep(app: &App, audience: Audience, token: &Secret) -> Cookie<'static> {
    cookie(audience, token.expose().to_owned(), Duration::minutes(app.config.auth.idle_minutes.into()))
}

/// The cookie that makes the browser forget.
pub(crate) fn forget(audience: Audience) -> Cookie<'static> {
    cookie(audience, String::new(), Duration::ZERO)
}

fn cookie(audience: Audience, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(name(audience), value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(age)
        .finish()
}
