//! The typed client: one method per operation, named as the operation. `fetch` in the browser, reqwest
//! elsewhere; one set of methods for both. Futures are not `Send` in the browser.
//!
//! An access token that has run out is renewed once with the refresh cookie and the request repeated; a request
//! that creates something carries the caller's idempotency key, so a repeat after a lost answer is safe.

mod accounts;
mod applications;
#[cfg(target_arch = "wasm32")]
mod browser;
mod desk;
mod events;
mod messages;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod payments;
mod read;
mod services;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

#[cfg(target_arch = "wasm32")]
pub use browser::{Content, Progress};
#[cfg(not(target_arch = "wasm32"))]
pub use native::{Content, Progress};

#[cfg(target_arch = "wasm32")]
use browser::Transport;
#[cfg(not(target_arch = "wasm32"))]
use native::Transport;

use crate::{BASE_PATH, ErrorCode, Problem, Secret};

/// Why a call gave no answer of its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// The server refused and said why.
    Problem(Box<Problem>),
    /// No answer came; whether the request was carried out is unknown. Repeat it with the same key.
    Network(String),
    /// An answer came that is not of the contract.
    Unreadable(String),
}

impl Error {
    /// The code of the server's refusal, if it was one.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            Self::Network(_) | Self::Unreadable(_) => None,
        }
    }

    /// The server's refusal, if it was one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Network(_) | Self::Unreadable(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => write!(f, "{} {}", problem.status, problem.code.as_str()),
            Self::Network(reason) => write!(f, "no answer: {reason}"),
            Self::Unreadable(reason) => write!(f, "unreadable answer: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

pub type Result<T> = std::result::Result<T, Error>;

/// Whose house the client calls at: it decides which refresh cookie is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    Portal,
    Desk,
}

/// A client of one person (or of nobody yet). Cheap to share behind `Rc` or `Arc`.
pub struct Client {
    base: String,
    realm: Realm,
    language: Mutex<String>,
    token: Mutex<Option<Secret>>,
    transport: Transport,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).field("realm", &self.realm).finish_non_exhaustive()
    }
}

/// One request, before it is sent.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Path with query, below the base address.
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
    /// Whether the cookies go along: the refresh token, and the name of a device that is known.
    pub(crate) cookie: bool,
}

#[derive(Clone)]
pub(crate) enum Body {
    Empty,
    Json(String),
    File(Content, Option<Progress>),
}

/// One answer, as it came.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// What a file or stream operation needs of the transport.
type Query<'a> = &'a [(&'a str, String)];

impl Client {
    /// A client of nobody yet. `base` is the origin: `http://localhost:8080`, or empty for the page's own.
    #[must_use]
    pub fn new(base: &str, realm: Realm, language: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            realm,
            language: Mutex::new(language.to_owned()),
            token: Mutex::new(None),
            transport: Transport::new(),
        }
    }

    /// Language of error texts (`Accept-Language`).
    pub fn set_language(&self, language: &str) {
        language.clone_into(&mut lock(&self.language));
    }

    /// Whether the client holds an access token (it may have run out).
    #[must_use]
    pub fn is_authorized(&self) -> bool {
        lock(&self.token).is_some()
    }

    /// The access token in use, for calls made beside the typed methods.
    #[must_use]
    pub fn access_token(&self) -> Option<Secret> {
        lock(&self.token).clone()
    }

    /// Replaces or forgets the access token.
    pub fn set_access_token(&self, token: Option<Secret>) {
        *lock(&self.token) = token;
    }

    pub(crate) fn request(&self, method: &'static str, path: &str, query: Query<'_>) -> Request {
        let mut url = format!("{}{BASE_PATH}{path}", self.base);
        for (i, (name, value)) in query.iter().enumerate() {
            url.push(if i == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(&encode(value));
        }
        Request { method, url, headers: Vec::new(), body: Body::Empty, cookie: false }
    }

    /// Sends, renewing the access token once if it has run out.
    pub(crate) async fn send(&self, request: Request) -> Result<Response> {
        let again = Request {
            method: request.method,
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            cookie: request.cookie,
        };
        let refusal = match self.send_once(request).await {
            Err(error) if error.code() == Some(ErrorCode::Unauthenticated) => error,
            answer => return answer,
        };
        // Renewing sends too; boxed, since a future cannot hold itself.
        if again.cookie || !self.is_authorized() || Box::pin(self.renew()).await.is_err() {
            return Err(refusal);
        }
        self.send_once(again).await
    }

    async fn renew(&self) -> Result<()> {
        match self.realm {
            Realm::Portal => self.refresh_session().await.map(drop),
            Realm::Desk => self.refresh_officer_session().await.map(drop),
        }
    }

    pub(crate) fn with_common_headers(&self, mut request: Request) -> Request {
        request.headers.push(("Accept-Language", lock(&self.language).clone()));
        if let Some(token) = lock(&self.token).as_ref() {
            request.headers.push(("Authorization", format!("Bearer {}", token.expose())));
        }
        if request.cookie {
            request.headers.push(("X-Requested-With", "prichal".to_owned()));
        }
        request
    }

    async fn send_once(&self, request: Request) -> Result<Response> {
        let response = self.transport.send(self.with_common_headers(request)).await?;
        if (200..300).contains(&response.status) { Ok(response) } else { Err(refusal(&response)) }
    }
}

/// The server's refusal as it was said, or what came instead of one.
pub(crate) fn refusal(response: &Response) -> Error {
    match read::read(&response.body) {
        Ok(problem) => Error::Problem(Box::new(problem)),
        Err(_) => Error::Unreadable(format!("status {} without a problem", response.status)),
    }
}

impl Request {
    fn json<T: Serialize>(mut self, body: &T) -> Result<Self> {
        let text = serde_json::to_string(body).map_err(|error| Error::Unreadable(error.to_string()))?;
        self.body = Body::Json(text);
        Ok(self)
    }

    fn key(mut self, key: Uuid) -> Self {
        self.headers.push(("Idempotency-Key", key.to_string()));
        self
    }

    fn version(mut self, version: i32) -> Self {
        self.headers.push(("If-Match", format!("\"{version}\"")));
        self
    }

    fn with_cookie(mut self) -> Self {
        self.cookie = true;
        self
    }

    fn file(mut self, content: Content, progress: Option<Progress>) -> Self {
        self.body = Body::File(content, progress);
        self
    }
}

impl Response {
    fn read<T: DeserializeOwned>(&self) -> Result<T> {
        read::read(&self.body).map_err(|wrong| Error::Unreadable(wrong.to_string()))
    }
}

/// Percent-encodes everything but unreserved characters.
fn encode(value: &str) -> String {
    use fmt::Write;
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Query parameters of a keyset list.
pub(crate) fn page(cursor: Option<&str>, limit: Option<u32>) -> Vec<(&'static str, String)> {
    let cursor = cursor.map(|cursor| ("cursor", cursor.to_owned()));
    let limit = limit.map(|limit| ("limit", limit.to_string()));
    cursor.into_iter().chain(limit).collect()
}
