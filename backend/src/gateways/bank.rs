//! The bank: YooKassa API v3. Every creating call carries our payment's id as `Idempotence-Key`, so that a call
//! whose answer was lost can be repeated.

use std::collections::BTreeMap;
use std::net::IpAddr;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use ipnet::IpNet;
use openapi::Secret;
use openapi::payments::Method;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;
use uuid::Uuid;

use super::http;
use crate::config;

/// Largest answer that is read, bytes; a payment is two or three thousand, and a page has a hundred.
const MAX_ANSWER: usize = 1024 * 1024;
/// Payments of a page of a list; the bank gives no more.
const PAGE: &str = "100";
/// Longest description the bank takes, characters.
const MAX_DESCRIPTION: usize = 128;

/// A client of the bank. Calls take at most `egress.total_seconds` and are never made inside a transaction.
#[derive(Debug, Clone)]
pub struct Bank {
    client: Client,
    base: Url,
    shop_id: String,
    secret_key: Secret,
    networks: Vec<IpNet>,
}

/// Why the bank gave no payment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BankError {
    /// The bank understood and refused; repeating changes nothing.
    #[error("the bank refused with {status} {code}")]
    Rejected { status: u16, code: String, description: String },
    /// No usable answer: whether anything was done is unknown. Repeat with the same key.
    #[error("the bank is not available: {0}")]
    Unavailable(String),
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewPayment<'a> {
    /// Kopecks.
    pub amount: i64,
    pub method: Method,
    /// Where the payer comes back to, whatever the outcome.
    pub return_url: &'a str,
    /// At most 128 characters are sent.
    pub description: &'a str,
    /// Comes back with every reading; at most 16 entries.
    pub metadata: BTreeMap<&'static str, String>,
}

/// A payment as the bank tells it; fields that are not used are not read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BankPayment {
    pub id: String,
    /// `pending`, `waiting_for_capture`, `succeeded`, `canceled`, or a word we do not know.
    pub status: String,
    #[serde(default)]
    pub paid: bool,
    pub amount: Amount,
    #[serde(default)]
    pub confirmation: Option<Confirmation>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub payment_method: Option<PaymentMethod>,
    #[serde(default)]
    pub cancellation_details: Option<Cancellation>,
    /// Until when the payer may confirm.
    #[serde(default)]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub captured_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub refunded_amount: Option<Amount>,
}

/// One page of a list of payments, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BankPayments {
    pub items: Vec<BankPayment>,
    /// Where the next page begins; absent on the last.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

/// Money as the bank writes it: `1600.00`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    pub value: String,
    pub currency: String,
}

/// Where the payer confirms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Confirmation {
    #[serde(default)]
    pub confirmation_url: Option<String>,
}

/// What was paid with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PaymentMethod {
    #[serde(default)]
    pub card: Option<Card>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    pub last4: String,
}

/// Who ended the payment and why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Cancellation {
    pub party: String,
    pub reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: String,
    description: String,
    parameter: Option<String>,
}

impl Bank {
    /// A client of the bank the configuration names.
    ///
    /// # Errors
    /// When the address or a network is not one.
    pub fn new(config: &config::Bank, egress: &config::Egress) -> anyhow::Result<Self> {
        let mut base = Url::parse(&config.url).context("bank.url")?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self {
            client: http::client(egress)?,
            base,
            shop_id: config.shop_id.clone(),
            secret_key: config.secret_key.clone(),
            networks: config
                .webhook_networks
                .iter()
                .map(|text| network(text))
                .collect::<anyhow::Result<_>>()?,
        })
    }

    /// Whether webhooks from this address may be the bank's. Without configured networks every address may: the
    /// payment is read again anyway.
    #[must_use]
    pub fn is_from(&self, ip: &str) -> bool {
        let inside = |ip: IpAddr| self.networks.iter().any(|network| network.contains(&ip.to_canonical()));
        self.networks.is_empty() || ip.parse().is_ok_and(inside)
    }

    /// Asks for a payment that is captured as soon as the payer confirms.
    ///
    /// # Errors
    /// [`BankError`].
    pub async fn create_payment(&self, key: Uuid, new: &NewPayment<'_>) -> Result<BankPayment, BankError> {
        let method = match new.method {
            Method::Card => "bank_card",
            Method::Sbp => "sbp",
        };
        let description: String = new.description.chars().take(MAX_DESCRIPTION).collect();
        let body = serde_json::json!({
            "amount": Amount { value: catalogue::tariff::format_decimal(new.amount), currency: "RUB".to_owned() },
            "capture": true,
            "payment_method_data": { "type": method },
            "confirmation": { "type": "redirect", "return_url": new.return_url },
            "description": description,
            "metadata": new.metadata,
        });
        let request =
            self.client.post(self.address(&["payments"])?).header("Idempotence-Key", key.to_string());
        self.send(request.json(&body)).await
    }

    /// Reads a payment by the bank's id.
    ///
    /// # Errors
    /// [`BankError`].
    pub async fn find_payment(&self, id: &str) -> Result<BankPayment, BankError> {
        self.send(self.client.get(self.address(&["payments", id])?)).await
    }

    /// Payments begun at this moment or later, a page at a time.
    ///
    /// # Errors
    /// [`BankError`].
    pub async fn list_payments(
        &self,
        since: DateTime<Utc>,
        cursor: Option<&str>,
    ) -> Result<BankPayments, BankError> {
        let since = since.to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut url = self.address(&["payments"])?;
        url.query_pairs_mut()
            .append_pair("created_at.gte", &since)
            .append_pair("limit", PAGE)
            .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        self.send(self.client.get(url)).await
    }

    fn address(&self, path: &[&str]) -> Result<Url, BankError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| BankError::Unavailable("bank.url takes no path".to_owned()))?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, BankError> {
        let request = request.basic_auth(&self.shop_id, Some(self.secret_key.expose()));
        let answer = request.send().await.map_err(unavailable)?;
        let status = answer.status();
        let body = read(answer).await?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&body)
                .map_err(|error| BankError::Unavailable(http::unreadable(&error)));
        }
        // Too many requests, a time-out of theirs or "still processing": ask again.
        let again = status.is_server_error()
            || !status.is_client_error()
            || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
        if again {
            return Err(BankError::Unavailable(format!("status {status}")));
        }
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        let description = match refusal.parameter {
            Some(parameter) => format!("{} ({parameter})", refusal.description),
            None => refusal.description,
        };
        Err(BankError::Rejected { status: status.as_u16(), code: refusal.code, description })
    }
}

/// A network (`185.71.76.0/27`) or a single address.
fn network(text: &str) -> anyhow::Result<IpNet> {
    let single = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(|_| single()).with_context(|| format!("bank.webhook_networks: {text}"))
}

async fn read(mut answer: Response) -> Result<Vec<u8>, BankError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(BankError::Unavailable("the answer is too large".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The address is taken out: it may hold what logs must not.
fn unavailable(error: reqwest::Error) -> BankError {
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    BankError::Unavailable(format!("{error} {cause}"))
}
