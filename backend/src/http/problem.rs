//! Every error leaves as a problem in the reader's language with a trace id; our own mistakes are written down.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, web};
use openapi::{ErrorCode, Problem};
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;

/// The id of a request in logs and problems.
#[derive(Debug, Clone)]
pub struct TraceId(pub String);

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body is written by [`problems`], which knows the reader's language.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The outermost middleware: gives the request an id, turns errors into problems, logs one line.
///
/// # Errors
/// Those of the middleware within (handlers and extractors answer, they do not fail).
pub async fn problems<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let trace = TraceId(Uuid::now_v7().simple().to_string());
    request.extensions_mut().insert(trace.clone());
    let started = std::time::Instant::now();
    let language = language(&request);
    let answer = next.call(request).await?;
    let refusal = refusal_of(&answer);
    let code = refusal.as_ref().map(|refusal| refusal.code.as_str());
    let answer = match refusal {
        None => answer.map_into_left_body(),
        Some(refusal) => {
            let allow = answer.headers().get(ALLOW).cloned();
            let mut body = write(answer.request(), &refusal, &language, &trace);
            if let Some(allow) = allow {
                body.headers_mut().insert(ALLOW, allow);
            }
            answer.into_response(body).map_into_right_body()
        }
    };
    let route = answer.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    if let Some(app) = answer.request().app_data::<web::Data<App>>() {
        let method = answer.request().method().as_str();
        app.metrics.request(method, &route, answer.status().as_u16(), started.elapsed());
    }
    tracing::info!(
        http.method = answer.request().method().as_str(),
        http.route = route.as_str(),
        http.status = answer.status().as_u16(),
        http.code = code,
        http.ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        trace_id = trace.0.as_str(),
        "request"
    );
    Ok(answer)
}

fn language(request: &ServiceRequest) -> String {
    let header = request.headers().get("Accept-Language").and_then(|value| value.to_str().ok());
    let app = request.app_data::<web::Data<App>>();
    app.map_or_else(String::new, |app| app.texts.negotiate(header.unwrap_or_default()).to_owned())
}

/// The refusal behind an answer, if it is an error below the API.
fn refusal_of<B>(answer: &ServiceResponse<B>) -> Option<Error> {
    if !answer.status().is_client_error() && !answer.status().is_server_error() {
        return None;
    }
    if !answer.request().match_info().as_str().starts_with("/api/") {
        return None;
    }
    let error = answer.response().error();
    Some(error.map_or_else(|| by_status(answer.status()), from_actix))
}

fn from_actix(error: &actix_web::Error) -> Error {
    match error.as_error::<Error>() {
        Some(ours) => Error {
            code: ours.code,
            errors: ours.errors.clone(),
            retry_after: ours.retry_after,
            keep: false,
            cause: ours.cause.as_ref().map(|cause| anyhow::anyhow!("{cause:#}")),
        },
        None => by_status(error.as_response_error().status_code()),
    }
}

fn by_status(status: StatusCode) -> Error {
    Error::new(match status.as_u16() {
        404 => ErrorCode::NotFound,
        405 => ErrorCode::MethodNotAllowed,
        413 => ErrorCode::TooLarge,
        415 => ErrorCode::UnsupportedMediaType,
        400..=499 => ErrorCode::Malformed,
        _ => ErrorCode::Internal,
    })
}

fn write(request: &actix_web::HttpRequest, refusal: &Error, language: &str, trace: &TraceId) -> HttpResponse {
    if let Some(cause) = &refusal.cause {
        tracing::error!(trace_id = %trace.0, error.code = refusal.code.as_str(), error.cause = %format!("{cause:#}"), "failed");
    }
    let code = refusal.code.as_str();
    let text = |key: &str| {
        let app = request.app_data::<web::Data<App>>()?;
        app.texts.get(language, "problems", key).map(ToOwned::to_owned)
    };
    let problem = Problem {
        kind: format!("urn:prichal:problem:{code}"),
        title: text(code).unwrap_or_else(|| code.to_owned()),
        status: refusal.code.status(),
        detail: text(&format!("{code}_cure")),
        code: refusal.code,
        trace_id: trace.0.clone(),
        errors: refusal.errors.clone(),
        retry_after: refusal.retry_after,
    };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = HttpResponse::build(status);
    answer.content_type("application/problem+json").insert_header(("Content-Language", language));
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    if let Some(seconds) = refusal.retry_after {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    answer.body(serde_json::to_vec(&problem).unwrap_or_default())
}
