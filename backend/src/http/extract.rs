//! What handlers take from a request, checked before they see it.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use openapi::{ErrorCode, FieldError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use super::body;
use crate::app::App;
use crate::error::{Error, Result, field_error};
use crate::idempotency::Claim;

/// Largest JSON body, bytes.
const MAX_JSON: usize = 256 * 1024;

/// A JSON body of type `T`: known fields only, NFC, without forbidden characters, and valid by its own rules.
#[derive(Debug)]
pub struct ValidJson<T> {
    pub value: T,
    /// The body as it was understood, for the idempotency hash.
    pub canonical: Vec<u8>,
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for ValidJson<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = request.headers().get("Content-Type").and_then(|value| value.to_str().ok()).is_some_and(
            |value| {
                value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
            },
        );
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(ErrorCode::UnsupportedMediaType.into());
            }
            let payload = payload.await.map_err(|_| ErrorCode::Malformed)?;
            let body = body::collect(payload, None, MAX_JSON).await?;
            understand(&body.ok_or(ErrorCode::TooLarge)?)
        })
    }
}

fn understand<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<ValidJson<T>> {
    let mut value: Value = serde_json::from_slice(body).map_err(|_| ErrorCode::Malformed)?;
    let mut found = Vec::new();
    clean(&mut value, &mut String::new(), &mut found);
    if !found.is_empty() {
        return Err(Error::invalid(found));
    }
    let canonical = serde_json::to_vec(&value)?;
    let value: T = serde_path_to_error::deserialize(value).map_err(|error| {
        let inner = error.inner().to_string();
        let code = if inner.starts_with("unknown field") {
            "unknown_field"
        } else if inner.starts_with("missing field") {
            "required"
        } else {
            "wrong_type"
        };
        let place: String = error.path().iter().map(|segment| format!("/{segment}")).collect();
        // serde names the field only in its words: unknown field `x`.
        let named = inner.split('`').nth(1).filter(|_| code != "wrong_type");
        let place = named.map_or_else(
            || place.clone(),
            |name| format!("{}/{name}", place.trim_end_matches("/?").trim_end_matches(&format!("/{name}"))),
        );
        Error::field(&place, code)
    })?;
    value.validate().map_err(|errors| Error::invalid(places("", &errors)))?;
    Ok(ValidJson { value, canonical })
}

/// NFC everywhere; control, format, private and bidi characters are refused (abuse 24).
fn clean(value: &mut Value, at: &mut String, found: &mut Vec<FieldError>) {
    match value {
        Value::String(text) => {
            if catalogue::text::forbidden_character(text).is_some() {
                found.push(field_error(at, "forbidden_character"));
            }
            *text = text.nfc().collect();
        }
        Value::Array(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                descend(item, &i.to_string(), at, found);
            }
        }
        Value::Object(members) => {
            for (name, item) in members.iter_mut() {
                descend(item, &name.replace('~', "~0").replace('/', "~1"), at, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn descend(item: &mut Value, name: &str, at: &mut String, found: &mut Vec<FieldError>) {
    let length = at.len();
    at.push('/');
    at.push_str(name);
    clean(item, at, found);
    at.truncate(length);
}

/// `validator`'s findings as pointers and codes.
fn places(at: &str, errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    for (field, kind) in errors.errors() {
        let pointer = format!("{at}/{field}");
        match kind {
            ValidationErrorsKind::Field(list) => found.extend(list.iter().map(|error| {
                FieldError {
                    pointer: pointer.clone(),
                    code: error.code.to_string(),
                    params: error
                        .params
                        .iter()
                        .filter(|(name, _)| *name != "value")
                        .map(|(name, value)| (name.to_string(), value.to_string()))
                        .collect(),
                }
            })),
            ValidationErrorsKind::Struct(inner) => found.extend(places(&pointer, inner)),
            ValidationErrorsKind::List(items) => {
                found.extend(items.iter().flat_map(|(i, inner)| places(&format!("{pointer}/{i}"), inner)));
            }
        }
    }
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found
}

/// The `Idempotency-Key` of a creating request: a UUID the client made.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Uuid);

impl IdempotencyKey {
    /// Claims the key for an operation and what it asks for.
    #[must_use]
    pub fn claim(&self, actor: String, operation: &str, body: &[u8]) -> Claim {
        Claim::new(actor, operation.to_owned(), self.0.to_string(), body)
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get("Idempotency-Key").and_then(|value| value.to_str().ok());
        let key = header.and_then(|value| Uuid::parse_str(value.trim().trim_matches('"')).ok());
        ready(key.map(Self).ok_or_else(|| ErrorCode::IdempotencyKeyMissing.into()))
    }
}

/// The version a change is based on (`If-Match: "7"`).
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i32);

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get("If-Match").and_then(|value| value.to_str().ok());
        let version = header.and_then(|value| value.trim().trim_matches('"').parse().ok());
        ready(version.map(Self).ok_or_else(|| ErrorCode::IfMatchMissing.into()))
    }
}

/// The reader's language, one that there are texts in.
#[derive(Debug, Clone)]
pub struct Language(pub String);

impl FromRequest for Language {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get("Accept-Language").and_then(|value| value.to_str().ok());
        let app = request.app_data::<web::Data<App>>();
        ready(Ok(Self(
            app.map_or_else(String::new, |app| app.texts.negotiate(header.unwrap_or_default()).to_owned()),
        )))
    }
}

/// Query parameters: known ones only.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = web::Query::<T>::from_query(request.query_string());
        ready(parsed.map(|query| Self(query.into_inner())).map_err(|_| ErrorCode::Malformed.into()))
    }
}

/// Where a request comes from. Only as many proxies as are configured are believed (security rule 12).
#[derive(Debug, Clone)]
pub struct ClientInfo {
    pub ip: String,
    /// At most 300 characters.
    pub user_agent: String,
}

impl FromRequest for ClientInfo {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let proxies = request.app_data::<web::Data<App>>().map_or(0, |app| app.config.site.trusted_proxies);
        let peer = request.peer_addr().map(|addr| addr.ip().to_string()).unwrap_or_default();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let forwarded: Vec<&str> =
            header("X-Forwarded-For").unwrap_or_default().split(',').map(str::trim).collect();
        let ip = match proxies {
            0 => peer,
            n => forwarded.iter().rev().nth(n - 1).map_or(peer, |ip| (*ip).to_owned()),
        };
        let user_agent = header("User-Agent").unwrap_or_default().chars().take(300).collect();
        ready(Ok(Self { ip, user_agent }))
    }
}
