//! The cookies. Only four operations look at the one that refreshes, and they alone have to be guarded against other
//! sites; the other one says on which devices somebody has signed in before (see [`Device`]).

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use openapi::{ErrorCode, Secret};

use super::device::Device;
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
/// `foreign_origin`.
pub(crate) fn guard(app: &App, request: &HttpRequest, audience: Audience) -> Result<()> {
    let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    let ours = match audience {
        Audience::Citizen => app.config.portal_origin(),
        Audience::Officer => app.config.desk_origin(),
    };
    let from_us = match (header("Origin"), header("Sec-Fetch-Site")) {
        (Some(origin), None | Some("same-origin")) => origin == ours,
        (None, None) => true,
        _ => false,
    };
    if from_us && header("X-Requested-With") == Some("prichal") {
        Ok(())
    } else {
        Err(ErrorCode::ForeignOrigin.into())
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

/// The device a request comes from, if it has been signed in on.
pub(crate) fn device(request: &HttpRequest, audience: Audience) -> Option<Device> {
    request.cookie(device_name(audience)).map(|cookie| Device::brought(cookie.value()))
}

/// The cookie by which a device that has just been signed in on is known again.
pub(crate) fn know_again(app: &App, audience: Audience, device: Device) -> Cookie<'static> {
    build(device_name(audience), device.into_value(), Duration::days(app.config.auth.device_days.into()))
}

const fn device_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Citizen => "__Host-dv",
        Audience::Officer => "__Host-dv-desk",
    }
}

fn cookie(audience: Audience, value: String, age: Duration) -> Cookie<'static> {
    build(name(audience), value, age)
}

fn build(name: &'static str, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(age)
        .finish()
}
