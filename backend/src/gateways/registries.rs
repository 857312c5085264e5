//! State registers: validity of identity documents, and border crossings (P-07). Their words are in
//! `tests/sandbox/README.md`.

use chrono::NaiveDate;
use openapi::Secret;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use thiserror::Error;
use url::Url;

use super::http;
use crate::config;

/// Largest answer that is read, bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// A client of the registers. Calls take at most `egress.total_seconds` and are never made inside a transaction.
#[derive(Debug, Clone)]
pub struct Registries {
    client: Client,
    base: Url,
    token: Secret,
}

/// Why a register gave no answer. Never holds what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RegisterError {
    /// The register does not take this value: no such document can be in it.
    #[error("the register does not take the parameter {0}")]
    NotAskable(String),
    /// No usable answer; ask again later.
    #[error("the register is not available: {0}")]
    Unavailable(String),
}

/// An identity document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// ISO 3166-1 alpha-3.
    pub country: String,
    pub number: String,
    pub birth_date: NaiveDate,
}

/// What the register of passports says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PassportAnswer {
    pub result: PassportResult,
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassportResult {
    Valid,
    Expired,
    Lost,
    Invalid,
    NotFound,
    BirthDateMismatch,
}

/// What the register of border crossings says; the newest crossing first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MigrationAnswer {
    pub result: MigrationResult,
    #[serde(default)]
    pub entries: Vec<Crossing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationResult {
    Found,
    NotFound,
    BirthDateMismatch,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Crossing {
    pub direction: Direction,
    pub crossed_on: NaiveDate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Entry,
    Exit,
}

impl Registries {
    /// A client for the registers of the configuration. Nothing is called yet.
    ///
    /// # Errors
    /// When the address is not one.
    pub fn new(config: &config::Registries, egress: &config::Egress) -> anyhow::Result<Self> {
        let base = Url::parse(&config.url).map_err(|error| anyhow::anyhow!("registries.url: {error}"))?;
        anyhow::ensure!(base.path().ends_with('/'), "registries.url: ends with a slash");
        Ok(Self { client: http::client(egress)?, base, token: config.token.clone() })
    }

    /// Whether a passport is valid.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn passport(&self, document: &Document) -> Result<PassportAnswer, RegisterError> {
        let url = self.url("passports/v1/check")?;
        let body = json!({
            "document_type": "foreign_passport",
            "country": document.country,
            "number": document.number,
            "birth_date": document.birth_date,
        });
        self.ask(self.client.post(url).json(&body)).await
    }

    /// When the holder of a document crossed the border.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub async fn crossings(
        &self,
        document: &Document,
        entry_date: Option<NaiveDate>,
    ) -> Result<MigrationAnswer, RegisterError> {
        let mut url = self.url("migration/v1/entries")?;
        url.query_pairs_mut()
            .append_pair("document_country", &document.country)
            .append_pair("document_number", &document.number)
            .append_pair("birth_date", &document.birth_date.to_string());
        if let Some(date) = entry_date {
            url.query_pairs_mut().append_pair("entry_date", &date.to_string());
        }
        self.ask(self.client.get(url)).await
    }

    fn url(&self, path: &str) -> Result<Url, RegisterError> {
        self.base.join(path).map_err(|error| RegisterError::Unavailable(error.to_string()))
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, RegisterError> {
        let sent = request.bearer_auth(self.token.expose()).send().await;
        let mut answer = sent.map_err(|error| unavailable(&error))?;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unavailable(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(RegisterError::Unavailable("the answer is too large".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        read(status, &body)
    }
}

/// An address has what was asked for in it: it does not go into the log.
fn unavailable(error: &reqwest::Error) -> RegisterError {
    let what = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "no answer in time",
        (_, true) => "no connection",
        _ => "the connection broke",
    };
    RegisterError::Unavailable(what.to_owned())
}

#[derive(Deserialize)]
struct Refusal {
    error: RefusalDetail,
}

#[derive(Deserialize)]
struct RefusalDetail {
    code: String,
    #[serde(default)]
    parameter: Option<String>,
}

fn read<T: DeserializeOwned>(status: StatusCode, body: &[u8]) -> Result<T, RegisterError> {
    if status == StatusCode::OK {
        return serde_json::from_slice(body)
            .map_err(|error| RegisterError::Unavailable(http::unreadable(&error)));
    }
    let refusal = serde_json::from_slice::<Refusal>(body).ok().map(|refusal| refusal.error);
    match refusal {
        Some(RefusalDetail { code, parameter: Some(parameter) }) if code == "invalid_parameter" => {
            Err(RegisterError::NotAskable(parameter))
        }
        _ => Err(RegisterError::Unavailable(format!("status {status}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_parameter_is_told_from_an_outage() {
        let refused = br#"{"error":{"code":"invalid_parameter","parameter":"number"}}"#;
        let answer = read::<PassportAnswer>(StatusCode::BAD_REQUEST, refused);
        assert_eq!(answer, Err(RegisterError::NotAskable("number".to_owned())));
        for (status, body) in [
            (StatusCode::UNAUTHORIZED, &br#"{"error":{"code":"unauthorized"}}"#[..]),
            (StatusCode::INTERNAL_SERVER_ERROR, b""),
            (StatusCode::OK, b"<html>"),
            (StatusCode::OK, br#"{"result":"maybe"}"#),
        ] {
            assert!(matches!(read::<PassportAnswer>(status, body), Err(RegisterError::Unavailable(_))));
        }
    }

    #[test]
    fn an_answer_is_read_without_what_we_do_not_use() {
        let body =
            br#"{"request_id":"1","result":"found","entries":[{"direction":"entry","crossed_on":"2026-11-18",
            "checkpoint":"SVO"}],"stays":[]}"#;
        let answer: MigrationAnswer = read(StatusCode::OK, body).unwrap();
        assert_eq!(answer.result, MigrationResult::Found);
        assert_eq!(answer.entries.len(), 1);
    }
}
