//! Answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, ContentType, ETAG};
use serde::Serialize;
use serde_json::Value;

use crate::error::Result;

/// A JSON answer that was kept for repeats; what has a `version` has an `ETag`.
#[must_use]
pub fn json(status: StatusCode, body: &Value) -> HttpResponse {
    if status == StatusCode::NO_CONTENT || status == StatusCode::ACCEPTED {
        return HttpResponse::build(status).finish();
    }
    let mut answer = HttpResponse::build(status);
    if let Some(version) = body.get("version").and_then(Value::as_i64) {
        answer.insert_header((ETAG, tag(version)));
    }
    answer.json(body)
}

fn tag(version: impl std::fmt::Display) -> String {
    format!("\"{version}\"")
}

/// 200 with a body that has no version.
///
/// # Errors
/// When the body cannot be written as JSON.
pub fn ok<T: Serialize>(body: &T) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(write(body)?))
}

/// 200 with a body, and its version as `ETag`.
///
/// # Errors
/// When the body cannot be written as JSON.
pub fn versioned<T: Serialize>(version: i32, body: &T) -> Result<HttpResponse> {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((ETAG, tag(version))).content_type(ContentType::json());
    Ok(answer.body(write(body)?))
}

fn write<T: Serialize>(body: &T) -> Result<Vec<u8>> {
    // Most answers are lists of some kilobytes, which need not be moved while they grow.
    let mut written = Vec::with_capacity(8 * 1024);
    serde_json::to_writer(&mut written, body)?;
    Ok(written)
}

/// 204.
#[must_use]
pub fn nothing() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A file to save: never shown inside our pages, whatever is in it. Its name goes twice: in ASCII for old readers,
/// and as it is (RFC 6266).
#[must_use]
pub fn file(media_type: &str, name: &str, content: Vec<u8>) -> HttpResponse {
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' })
        .collect();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let full: String = name.bytes().map(encode).collect();
    HttpResponse::Ok()
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{safe}\"; filename*=UTF-8''{full}"),
        ))
        .insert_header(("Content-Security-Policy", "sandbox; default-src 'none'"))
        .content_type(media_type)
        .body(content)
}
