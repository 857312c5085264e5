//! The two doors of the system, each with a name and a port of its own: what citizens do is not served to the desk's
//! network, and what officers do is not served to everybody (security rules 8 and 12).

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, LOCATION};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use openapi::ErrorCode;

use crate::app::App;
use crate::error::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Portal,
    Desk,
}

/// What both doors serve below the API's base: everybody's data, and word of changes.
const SHARED: [&str; 4] = ["/services", "/references", "/changes", "/signing-keys"];

impl Door {
    fn origin(self, app: &App) -> &str {
        match self {
            Self::Portal => app.config.portal_origin(),
            Self::Desk => app.config.desk_origin(),
        }
    }

    /// Whether this door serves a path below the API's base.
    fn serves(self, path: &str) -> bool {
        let is_below =
            |base: &str| path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match self {
            Self::Portal => !is_below("/desk"),
            Self::Desk => is_below("/desk") || SHARED.into_iter().any(is_below),
        }
    }
}

/// Lets in what this door serves under its own name. A page under another name leads to the right one; the API refuses
/// with `wrong_host`, so that no link or cookie is ever made for a name somebody else has chosen.
///
/// # Errors
/// Those of the inner service.
pub async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let (Some(app), Some(door)) = (request.app_data::<web::Data<App>>(), request.app_data::<Door>()) else {
        return Err(Error::new(ErrorCode::Internal).into());
    };
    // As routes are matched: `/%64esk` is `/desk`.
    let (path, origin) = (request.match_info().as_str(), door.origin(app));
    // Probes and the bank come by whatever name the network gives this machine; neither is given anything private.
    let any_name =
        path.starts_with("/health/") || below_api(path).is_some_and(|path| path.starts_with("/webhooks/"));
    if !any_name && !is_named(&request, origin) {
        if path.starts_with("/api/") {
            return Ok(request.error_response(Error::new(ErrorCode::WrongHost)).map_into_right_body());
        }
        let right =
            HttpResponse::Found().insert_header((LOCATION, format!("{origin}{}", request.path()))).finish();
        return Ok(request.into_response(right).map_into_right_body());
    }
    if below_api(path).is_some_and(|path| !door.serves(path)) {
        return Ok(request.error_response(Error::not_found()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn below_api(path: &str) -> Option<&str> {
    path.strip_prefix(openapi::BASE_PATH)
}

/// Whether `Host` is the name of this origin.
fn is_named(request: &ServiceRequest, origin: &str) -> bool {
    let host = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    let name = origin.split_once("://").map_or(origin, |(_, name)| name);
    host.is_some_and(|host| host.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::Door;

    #[test]
    fn each_door_serves_its_own() {
        for path in ["/desk", "/desk/cases", "/desk/sessions/refresh"] {
            assert!(Door::Desk.serves(path) && !Door::Portal.serves(path), "{path}");
        }
        for path in ["/applications", "/sessions", "/account", "/verifications/x", "/deskful"] {
            assert!(Door::Portal.serves(path) && !Door::Desk.serves(path), "{path}");
        }
        for path in ["/services/arrival-notice", "/references", "/changes/stream"] {
            assert!(Door::Portal.serves(path) && Door::Desk.serves(path), "{path}");
        }
    }
}
