//! SMS through a provider that speaks the HTTP API of SMSC.ru.

use openapi::Secret;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::http;
use crate::config;
use crate::crypto::sha256;

/// The longest answer that is read, bytes.
const ANSWER: usize = 16 * 1024;
/// The provider's own numbers go up to 2^31 - 1.
const NUMBERS: u64 = 2_147_483_647;

/// Why an SMS has not been taken.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// The provider does not answer, or not in its protocol: try again.
    #[error("no answer of the provider: {0}")]
    Unavailable(String),
    /// The same text went to this phone within the last minute.
    #[error("the same text went to this phone within the last minute")]
    Repeated,
    /// The provider's own error number.
    #[error("the provider refuses: error {0}")]
    Refused(u32),
}

impl SmsError {
    /// Whether another try is useless: the text or the number is not accepted at all.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused(6..=8))
    }
}

/// The number of a message at the provider, made from what it carries: a repeat has the same and is not sent
/// twice.
#[must_use]
pub fn number(of: &[u8]) -> u32 {
    let start = sha256(of).into_iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(byte));
    u32::try_from(start % NUMBERS + 1).unwrap_or(1)
}

#[derive(Clone, Debug)]
pub struct Sms {
    http: reqwest::Client,
    send: Url,
    login: String,
    password: Secret,
    sender: String,
}

/// HTTP 200 does not mean success: the provider tells errors in the body.
#[derive(Deserialize)]
struct Answer {
    id: Option<serde_json::Value>,
    error_code: Option<u32>,
}

impl Sms {
    /// # Errors
    /// When the address is not one, or the HTTP client cannot be made.
    pub fn new(config: &config::Sms, egress: &config::Egress) -> anyhow::Result<Self> {
        let base = Url::parse(&config.url).map_err(|error| anyhow::anyhow!("sms.url: {error}"))?;
        Ok(Self {
            http: http::client(egress)?,
            send: base.join("sys/send.php")?,
            login: config.login.clone(),
            password: config.password.clone(),
            sender: config.sender.clone(),
        })
    }

    /// Sends `text` to `phone` (E.164) under [`number`]; gives the provider's id.
    ///
    /// # Errors
    /// [`SmsError`].
    pub async fn send(&self, number: u32, phone: &str, text: &str) -> Result<String, SmsError> {
        let form = Serializer::new(String::new())
            .append_pair("login", &self.login)
            .append_pair("psw", self.password.expose())
            .append_pair("sender", &self.sender)
            .append_pair("id", &number.to_string())
            // With the plus: without it, eleven digits from an 8 on (a phone of Vietnam, +84…) are read as a Russian one.
            .append_pair("phones", phone)
            .append_pair("mes", text)
            .append_pair("charset", "utf-8")
            .append_pair("fmt", "3")
            .finish();
        let request =
            self.http.post(self.send.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = request.body(form).send().await.map_err(unavailable)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(SmsError::Unavailable(format!("status {}", status.as_u16())));
        }
        understand(&read(answer).await?)
    }
}

async fn read(mut answer: reqwest::Response) -> Result<Vec<u8>, SmsError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > ANSWER {
            return Err(SmsError::Unavailable("answer too long".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn understand(body: &[u8]) -> Result<String, SmsError> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| SmsError::Unavailable("unreadable answer".to_owned()))?;
    match (answer.error_code, answer.id) {
        (Some(9), _) => Err(SmsError::Repeated),
        (Some(code), _) => Err(SmsError::Refused(code)),
        (None, Some(serde_json::Value::String(id))) => Ok(id),
        (None, Some(serde_json::Value::Number(id))) => Ok(id.to_string()),
        (None, _) => Err(SmsError::Unavailable("answer without an id".to_owned())),
    }
}

/// The address may hold credentials: only what went wrong is told.
fn unavailable(error: reqwest::Error) -> SmsError {
    let error = error.without_url();
    SmsError::Unavailable(
        std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_for_the_same_and_fit_the_provider() {
        assert_eq!(number(b"a"), number(b"a"));
        assert_ne!(number(b"a"), number(b"b"));
        for i in 0..1_000_u32 {
            assert!((1..=2_147_483_647).contains(&number(&i.to_be_bytes())));
        }
    }

    #[test]
    fn the_body_says_whether_it_was_taken() {
        assert_eq!(understand(br#"{"id":7,"cnt":1,"cost":"1.40"}"#).unwrap(), "7");
        assert_eq!(understand(br#"{"id":"8","cnt":1}"#).unwrap(), "8");
        assert!(matches!(
            understand(br#"{"error":"duplicate","error_code":9,"id":7}"#),
            Err(SmsError::Repeated)
        ));
        assert!(understand(br#"{"error":"number","error_code":8}"#).unwrap_err().is_final());
        assert!(!understand(br#"{"error":"money","error_code":3}"#).unwrap_err().is_final());
        assert!(matches!(understand(b"<html>"), Err(SmsError::Unavailable(_))));
    }
}
