//! What handlers take from a request, checked before they see it.

use std::future::{Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use openapi::{ErrorCode, FieldError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

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
        let app = request.app_data::<web::Data<App>>().cloned();
        Box::pin(async move {
            let app = app.ok_or(ErrorCode::Internal)?;
            if !json {
                return Err(ErrorCode::UnsupportedMediaType.into());
            }
            let payload = payload.await.map_err(|_| ErrorCode::Malformed)?;
            let body = body::collect(&app.config.listen, payload, MAX_JSON).await?;
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
    let value: T = serde_path_to_error::deserialize(value).map_err(|error| misshapen(&error))?;
    value.validate().map_err(|errors| Error::invalid(places("", &errors)))?;
    Ok(ValidJson { value, canonical })
}

/// What does not fit the type, at its place.
fn misshapen<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Error {
    let inner = error.inner().to_string();
    let code = if inner.starts_with("unknown field") {
        "unknown_field"
    } else if inner.starts_with("missing field") {
        "required"
    } else {
        "wrong_type"
    };
    let mut place: Vec<String> = error.path().iter().filter_map(part).collect();
    // serde names the field only in its words: missing field `x`. An unknown one is in the path already where its
    // name has been read.
    match inner.split('`').nth(1) {
        Some(name) if code == "required" => place.push(name.to_owned()),
        Some(name) if code == "unknown_field" && place.last().is_none_or(|last| last != name) => {
            place.push(name.to_owned());
        }
        _ => {}
    }
    let place: String = place.iter().map(|part| format!("/{}", escaped(part))).collect();
    Error::field(&place, code)
}

/// A part of a path as a JSON pointer has it (RFC 6901): the index of an item as a bare number.
fn part(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
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
                descend(item, &escaped(name), at, found);
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
            ValidationErrorsKind::Field(list) => {
                found.extend(list.iter().map(|error| finding(pointer.clone(), error)));
            }
            ValidationErrorsKind::Struct(inner) => found.extend(places(&pointer, inner)),
            ValidationErrorsKind::List(items) => {
                found.extend(items.iter().flat_map(|(i, inner)| places(&format!("{pointer}/{i}"), inner)));
            }
        }
    }
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found
}

/// One finding in the codes of the forms: of a wrong length it is said which bound is broken.
fn finding(pointer: String, error: &ValidationError) -> FieldError {
    let bound = |name: &str| error.params.get(name).and_then(Value::as_u64);
    let length = match error.params.get("value") {
        Some(Value::String(text)) => Some((text.chars().count(), "too_short", "too_long")),
        Some(Value::Array(items)) => Some((items.len(), "too_few", "too_many")),
        _ => None,
    };
    let Some((length, below, above)) = length.filter(|_| error.code == "length") else {
        let params = error.params.iter().filter(|(name, _)| *name != "value");
        let params = params.map(|(name, value)| (name.to_string(), value.to_string())).collect();
        return FieldError { pointer, code: error.code.to_string(), params };
    };
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let (code, count) = match bound("min").filter(|least| length < *least) {
        Some(_) if length == 0 => ("required", None),
        Some(least) => (below, Some(least)),
        None => (above, bound("max")),
    };
    let params = count.map(|count| ("count".to_owned(), count.to_string()));
    FieldError { pointer, code: code.to_owned(), params: params.into_iter().collect() }
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
        let Some(header) = request.headers().get("Idempotency-Key") else {
            return ready(Err(ErrorCode::IdempotencyKeyMissing.into()));
        };
        let text = header.to_str().ok();
        let key = text.and_then(|value| Uuid::parse_str(value.trim().trim_matches('"')).ok());
        ready(key.map(Self).ok_or_else(|| ErrorCode::IdempotencyKeyInvalid.into()))
    }
}

/// The version a change is based on (`If-Match: "7"`).
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i32);

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(header) = request.headers().get("If-Match") else {
            return ready(Err(ErrorCode::IfMatchMissing.into()));
        };
        // A proxy that compresses makes tags weak; ours are versions, which compression does not change.
        let text = header.to_str().ok();
        let tag = text.map(|value| value.trim().trim_start_matches("W/").trim_matches('"'));
        let version = tag.and_then(|tag| tag.parse().ok());
        ready(version.map(Self).ok_or_else(|| ErrorCode::IfMatchInvalid.into()))
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

/// Query parameters: known ones only, without forbidden characters.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(request.query_string()).map(Self))
    }
}

fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T> {
    let parameters = || url::form_urlencoded::parse(query.as_bytes());
    let forbidden = parameters().find(|(_, value)| catalogue::text::forbidden_character(value).is_some());
    if let Some((name, _)) = forbidden {
        return Err(Error::field(&format!("/{name}"), "forbidden_character"));
    }
    let parameters = serde_urlencoded::Deserializer::new(parameters());
    serde_path_to_error::deserialize(parameters).map_err(|error| misshapen(&error))
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
        let lines =
            request.headers().get_all("X-Forwarded-For").map(|line| line.to_str().unwrap_or_default());
        let ip = forwarded_for(lines, proxies).map_or(peer, ToOwned::to_owned);
        let user_agent = request.headers().get("User-Agent").and_then(|value| value.to_str().ok());
        let user_agent = user_agent.unwrap_or_default().chars().take(300).collect();
        ready(Ok(Self { ip, user_agent }))
    }
}

/// Whom the outermost of our proxies has seen. A proxy may add a line of its own below the client's: all of them are
/// one list (RFC 9110, 5.3).
fn forwarded_for<'a>(lines: impl Iterator<Item = &'a str>, proxies: usize) -> Option<&'a str> {
    let seen: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    seen.into_iter().rev().nth(proxies.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use openapi::desk::CorrectionIn;
    use openapi::documents::UploadQuery;

    use super::*;

    fn wrong(body: &str) -> (String, String) {
        let error = understand::<CorrectionIn>(body.as_bytes()).unwrap_err().errors.remove(0);
        (error.pointer, error.code)
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (body, pointer, code) in [
            (r#"{"remarks": [{"pointer": "/answers/a"}]}"#, "/remarks/0/comment", "required"),
            (r#"{"remarks": [{"pointer": 7, "comment": "abc"}]}"#, "/remarks/0/pointer", "wrong_type"),
            (
                r#"{"remarks": [{"pointer": "/a", "comment": "abc"}, {"a/b": 1}]}"#,
                "/remarks/1/a~1b",
                "unknown_field",
            ),
            (r#"{"remarks": [{"pointer": "/a", "comment": "a"}]}"#, "/remarks/0/comment", "too_short"),
            (r#"{"remarks": [{"pointer": "/a", "comment": ""}]}"#, "/remarks/0/comment", "required"),
            (r#"{"remarks": []}"#, "/remarks", "required"),
            (
                r#"{"remarks": [{"pointer": "/a", "comment": "a\u202eb"}]}"#,
                "/remarks/0/comment",
                "forbidden_character",
            ),
            (r#"{"remarks": 7}"#, "/remarks", "wrong_type"),
            (r#"{"more": 7}"#, "/more", "unknown_field"),
            ("{}", "/remarks", "required"),
            ("[]", "", "wrong_type"),
            ("7", "", "wrong_type"),
        ] {
            assert_eq!(wrong(body), (pointer.to_owned(), code.to_owned()), "{body}");
        }
    }

    #[test]
    fn only_what_our_proxies_have_written_is_believed() {
        for (lines, proxies, seen) in [
            (&["203.0.113.1"][..], 0, None),
            (&[], 1, None),
            (&["203.0.113.1"], 1, Some("203.0.113.1")),
            (&["192.0.2.9, 203.0.113.1"], 1, Some("203.0.113.1")),
            (&["192.0.2.9", "203.0.113.1"], 1, Some("203.0.113.1")),
            (&["192.0.2.9", "203.0.113.1 , 198.51.100.2"], 2, Some("203.0.113.1")),
            (&["203.0.113.1"], 2, None),
        ] {
            assert_eq!(forwarded_for(lines.iter().copied(), proxies), seen, "{lines:?} {proxies}");
        }
    }

    #[test]
    fn parameters_are_pointed_at_by_their_name() {
        for (query, pointer, code) in [
            ("name=a.jpg", "/item", "required"),
            ("item=a&name=b&more=c", "/more", "unknown_field"),
            ("item=a&name=b&replaces=c", "/replaces", "wrong_type"),
            ("item=a&name=b%00", "/name", "forbidden_character"),
        ] {
            let error = parse_query::<UploadQuery>(query).unwrap_err().errors.remove(0);
            assert_eq!((error.pointer.as_str(), error.code.as_str()), (pointer, code), "{query}");
        }
    }
}
