//! Charges and payments (A10). Amounts are kopecks.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

/// What is owed for an application (PY-01, PY-05).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Charge {
    pub id: Uuid,
    pub application_id: Uuid,
    /// Unique charge identifier: 20 digits, the last a check digit.
    pub uin: String,
    #[schema(example = 160_000)]
    pub amount: i64,
    #[schema(example = "RUB")]
    pub currency: String,
    pub purpose: String,
    pub kbk: String,
    pub requisites: catalogue::dictionary::Requisites,
    /// The payment QR's text (ST00012, GOST R 56042).
    pub qr_payload: String,
    /// The same as an SVG picture.
    pub qr_svg: String,
    pub state: ChargeState,
    /// The newest first.
    pub payments: Vec<Payment>,
    pub created_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeState {
    Unpaid,
    Paid,
    Cancelled,
}

/// How to pay (PY-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Card,
    Sbp,
}

impl Method {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Sbp => "sbp",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentIn {
    pub method: Method,
}

/// One attempt to pay (PY-06).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Payment {
    pub id: Uuid,
    pub charge_id: Uuid,
    /// Whether the charge is paid by now; one that is cancelled is paid in vain, and the money is owed back.
    pub charge_state: ChargeState,
    pub application_id: Uuid,
    pub method: Method,
    pub amount: i64,
    pub state: PaymentState,
    /// The bank's page; absent until the bank has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_url: Option<String>,
    /// Why the bank refused: a key of the locale files, `insufficient_funds`, `3d_secure_failed` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    /// What was paid with, masked: `•••• 4477`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_with: Option<String>,
    /// Until when the bank waits for the payer, while it does and if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    pub purpose: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Which payments to list (PY-06); without any filter, all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PaymentsQuery {
    /// Begun on this day or later; days are those of Moscow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Begun on this day or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Only for applications of this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `next` of the page before.
    #[param(min_length = 1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// «В обработке» is starting, pending and parked; «Оплачен» succeeded; «Отменён» canceled; «Ошибка» failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// The bank has not answered yet.
    Starting,
    /// The bank waits for the payer.
    Pending,
    Succeeded,
    /// The payer gave up or the time ran out.
    Canceled,
    /// The bank refused; another try is possible.
    Failed,
    /// The bank's answer does not fit the charge; people look into it.
    Parked,
}
