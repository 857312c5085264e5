//! `/services`, `/references`.

use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, get, web};
use catalogue::definition::Service;
use openapi::services::{References, ServiceQuery, ServiceSummary};
use serde::Serialize;

use crate::app::App;
use crate::crypto;
use crate::error::{Error, Result};
use crate::http::extract::Query;

/// How long anybody may keep an answer.
const CACHED: &str = "public, max-age=300";

/// All services, in their newest versions.
#[utoipa::path(tag = "services", operation_id = "list_services",
    params(("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Vec<ServiceSummary>,
        headers(("ETag" = String, description = "Names this content; send it as `If-None-Match`."),
            ("Cache-Control" = String, description = "How long the answer may be kept."))),
        (status = 304)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/services")]
pub async fn list_services(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse> {
    let services: Vec<ServiceSummary> =
        app.catalogue.current().into_iter().map(ServiceSummary::from).collect();
    public(&request, &services)
}

/// A service's definition: who may apply, what is asked, what it costs, how long it takes.
///
/// The newest version, or the one an application was made with. Unknown service or version: 404.
#[utoipa::path(tag = "services", operation_id = "get_service",
    params(("code" = String, Path, description = "Code of the service", example = "arrival-notice"), ServiceQuery,
        ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Service,
        headers(("ETag" = String, description = "Names this content; send it as `If-None-Match`."),
            ("Cache-Control" = String, description = "How long the answer may be kept."))),
        (status = 304)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/services/{code}")]
pub async fn get_service(
    request: HttpRequest,
    app: web::Data<App>,
    code: web::Path<String>,
    query: Query<ServiceQuery>,
) -> Result<HttpResponse> {
    let found = match query.0.version {
        Some(version) => app.catalogue.service(&code, version),
        None => app.catalogue.latest(&code),
    };
    public(&request, found.ok_or_else(Error::not_found)?)
}

/// The dictionaries forms choose from, and the working calendar.
#[utoipa::path(tag = "services", operation_id = "get_references",
    params(("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = References,
        headers(("ETag" = String, description = "Names this content; send it as `If-None-Match`."),
            ("Cache-Control" = String, description = "How long the answer may be kept."))),
        (status = 304)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/references")]
pub async fn get_references(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse> {
    let references = References {
        dictionaries: app.catalogue.dictionaries.clone(),
        calendar: app.catalogue.calendar.clone(),
    };
    public(&request, &references)
}

/// 200 with a tag over the content, or 304 for who has it already.
fn public<T: Serialize>(request: &HttpRequest, body: &T) -> Result<HttpResponse> {
    let body = serde_json::to_vec(body)?;
    let hash = crypto::sha256(&body);
    let tag = format!("\"{}\"", crypto::hex(hash.get(..16).unwrap_or(&hash)));
    let known =
        request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((CACHE_CONTROL, CACHED)).insert_header((ETAG, tag));
    Ok(if known { answer.finish() } else { answer.content_type("application/json").body(body) })
}
