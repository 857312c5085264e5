//! Methods nobody registered: `HEAD` wherever there is a `GET`, and 405 where a path is known by others
//! (RFC 9110, 9.3.2 and 15.5.6).

use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::OpenApi;

use crate::error::{self, Error};

/// Every path of the contract with the methods it is known by.
#[derive(Debug)]
pub struct Methods(Vec<(ResourceDef, Vec<&'static str>)>);

impl Methods {
    /// Those of the document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter().map(|(path, item)| {
            let operations = [
                ("GET", &item.get),
                ("HEAD", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            let methods = operations.into_iter().filter(|(_, operation)| operation.is_some());
            (ResourceDef::new(path.as_str()), methods.map(|(method, _)| method).collect())
        });
        Self(paths.collect())
    }

    /// The answer to a request that no operation takes.
    ///
    /// # Errors
    /// `not_found` for a path the contract does not have.
    pub fn refuse(&self, request: &HttpRequest) -> error::Result<HttpResponse> {
        let fits = |(path, _): &&(ResourceDef, _)| path.is_match(request.match_info().as_str());
        let is_exact = |(path, _): &&(ResourceDef, _)| path.pattern() == Some(request.match_info().as_str());
        // `/sessions/current` also fits `/sessions/{id}`, but is a thing of its own.
        let known = self.0.iter().find(is_exact).or_else(|| self.0.iter().find(fits));
        let allowed = known.map(|(_, methods)| methods.join(", ")).unwrap_or_default();
        if allowed.is_empty() {
            return Err(Error::not_found());
        }
        Ok(HttpResponse::MethodNotAllowed().insert_header((ALLOW, allowed)).finish())
    }
}

/// Answers `HEAD` as the `GET` of the same address would be; the connection leaves the body out. A body without end is
/// dropped here, or the connection would read it for ever.
///
/// # Errors
/// Those of the inner service.
pub async fn head<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, ()>>, actix_web::Error> {
    if request.method() != Method::HEAD || !request.match_info().as_str().starts_with("/api/") {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    request.head_mut().method = Method::GET;
    let answer = next.call(request).await?;
    Ok(match answer.response().body().size() {
        BodySize::Stream => answer.map_body(|_, _| EitherBody::right(())),
        BodySize::None | BodySize::Sized(_) => answer.map_into_left_body(),
    })
}
