//! The provider's error object.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::tables::Tables;

/// Why a request was refused: an HTTP status, the key of a description in `data/bank.json`, and the parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BankError {
    pub(crate) status: StatusCode,
    pub(crate) why: &'static str,
    pub(crate) parameter: Option<String>,
}

impl BankError {
    /// 400 about one parameter.
    pub(crate) fn parameter(why: &'static str, parameter: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, why, parameter: Some(parameter.to_owned()) }
    }

    /// Any status without a parameter.
    pub(crate) fn plain(status: StatusCode, why: &'static str) -> Self {
        Self { status, why, parameter: None }
    }

    pub(crate) fn not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "not_found")
    }

    pub(crate) fn response(&self, tables: &Tables) -> HttpResponse {
        let code = match self.status.as_u16() {
            401 => "invalid_credentials",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            415 => "unsupported_media_type",
            429 => "too_many_requests",
            500..=599 => "internal_server_error",
            _ => "invalid_request",
        };
        let mut body = json!({
            "type": "error", "id": Uuid::new_v4(), "code": code, "description": tables.description(self.why),
        });
        if let (Some(parameter), Some(object)) = (&self.parameter, body.as_object_mut()) {
            object.insert("parameter".into(), json!(parameter));
        }
        HttpResponse::build(self.status).json(body)
    }
}
