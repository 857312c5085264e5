//! The transport outside the browser: reqwest, and a jar for the refresh cookie and the device's.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Body, Error, Request, Response, Result, lock};

/// A file to upload.
pub type Content = Vec<u8>;
/// Told how much of a file has gone out, from 0 to 1.
pub type Progress = Arc<dyn Fn(f64) + Send + Sync>;

pub(super) struct Transport {
    http: reqwest::Client,
    /// `name=value` of the refresh cookie.
    cookie: Mutex<Option<String>>,
    /// The same of the device's.
    device: Mutex<Option<String>>,
}

impl Transport {
    pub(super) fn new() -> Self {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap_or_default();
        Self { http, cookie: Mutex::new(None), device: Mutex::new(None) }
    }

    pub(super) async fn send(&self, request: Request) -> Result<Response> {
        let answer = self.start(request, Some(Duration::from_secs(60))).await?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(network)?.to_vec();
        Ok(Response { status, body })
    }

    /// Reads a stream piece by piece until it ends or `on_chunk` says stop.
    pub(super) async fn stream(
        &self,
        request: Request,
        on_chunk: &mut dyn FnMut(&[u8]) -> bool,
    ) -> Result<Response> {
        let mut answer = self.start(request, None).await?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Ok(Response { status, body: answer.bytes().await.map_err(network)?.to_vec() });
        }
        while let Some(chunk) = answer.chunk().await.map_err(network)? {
            if !on_chunk(&chunk) {
                break;
            }
        }
        Ok(Response { status, body: Vec::new() })
    }

    async fn start(&self, request: Request, limit: Option<Duration>) -> Result<reqwest::Response> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| Error::Network(error.to_string()))?;
        let mut builder = self.http.request(method, request.url);
        if let Some(limit) = limit {
            builder = builder.timeout(limit);
        }
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if request.cookie {
            let cookies = [lock(&self.cookie).clone(), lock(&self.device).clone()];
            let cookies: Vec<String> = cookies.into_iter().flatten().collect();
            if !cookies.is_empty() {
                builder = builder.header("Cookie", cookies.join("; "));
            }
        }
        builder = match request.body {
            Body::Empty => builder,
            Body::Json(text) => builder.header("Content-Type", "application/json").body(text),
            Body::File(content, progress) => {
                if let Some(progress) = progress {
                    progress(1.0);
                }
                builder.header("Content-Type", "application/octet-stream").body(content)
            }
        };
        let answer = builder.send().await.map_err(network)?;
        self.keep_cookie(&answer);
        Ok(answer)
    }

    fn keep_cookie(&self, answer: &reqwest::Response) {
        for header in answer.headers().get_all("set-cookie") {
            let Ok(text) = header.to_str() else { continue };
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else { continue };
            let kept = (!value.is_empty()).then(|| pair.to_owned());
            if name.starts_with("__Host-rt") {
                *lock(&self.cookie) = kept;
            } else if name.starts_with("__Host-dv") {
                *lock(&self.device) = kept;
            }
        }
    }

    /// The refresh cookie, for tests that steal it.
    pub(super) fn cookie(&self) -> Option<String> {
        lock(&self.cookie).clone()
    }

    pub(super) fn set_cookie(&self, cookie: Option<String>) {
        *lock(&self.cookie) = cookie;
    }
}

impl super::Client {
    /// The refresh cookie this client holds (`name=value`).
    #[must_use]
    pub fn refresh_cookie(&self) -> Option<String> {
        self.transport.cookie()
    }

    /// Gives the client another refresh cookie.
    pub fn set_refresh_cookie(&self, cookie: Option<String>) {
        self.transport.set_cookie(cookie);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function of `map_err`")]
fn network(error: reqwest::Error) -> Error {
    Error::Network(error.to_string())
}
