//! The bank's objects, as they are told on the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

/// An amount in kopecks, told as `{"value":"1600.00","currency":"RUB"}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money(pub(crate) i64);

impl Money {
    /// `1600.00`, as amounts are written on the wire.
    pub(crate) fn decimal(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// Reads `1600`, `1600.5` or `1600.50`; no sign, no exponent, at most two decimals.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (rubles, kopecks) = text.split_once('.').unwrap_or((text, "00"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(rubles) || !digits(kopecks) || kopecks.len() > 2 || rubles.len() > 12 {
            return None;
        }
        let fraction: i64 = format!("{kopecks:0<2}").parse().ok()?;
        rubles.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fraction).map(Self)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire {
            value: String,
            currency: &'static str,
        }
        Wire { value: self.decimal(), currency: "RUB" }.serialize(serializer)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Pending,
    WaitingForCapture,
    Succeeded,
    Canceled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MethodKind {
    BankCard,
    Sbp,
}

/// A payment. Absent fields are left out, as the provider does.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) status: Status,
    pub(crate) paid: bool,
    pub(crate) refundable: bool,
    pub(crate) test: bool,
    pub(crate) amount: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) income_amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refunded_amount: Option<Money>,
    pub(crate) created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) captured_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) confirmation: Option<Confirmation>,
    pub(crate) recipient: Recipient,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_method: Option<PaymentMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_details: Option<Authorization>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cancellation_details: Option<Cancellation>,
    /// Whether money is taken at once or held first; asked for, never told.
    #[serde(skip)]
    pub(crate) captures_at_once: bool,
    /// Where the payer goes after the hosted page; outlives `confirmation`, which ends with `pending`.
    #[serde(skip)]
    pub(crate) return_url: Option<String>,
    /// What the QR of an SBP payment says.
    #[serde(skip)]
    pub(crate) sbp_link: String,
}

impl Payment {
    /// The money is the merchant's; the bank keeps its fee, in thousandths.
    pub(super) fn capture(&mut self, amount: Money, fee_per_mille: i64, now: DateTime<Utc>) {
        self.status = Status::Succeeded;
        self.paid = true;
        self.refundable = true;
        self.amount = amount;
        self.income_amount = Some(Money(amount.0 - amount.0 * fee_per_mille / 1000));
        self.refunded_amount = Some(Money(0));
        self.captured_at = Some(now);
        self.expires_at = None;
        self.confirmation = None;
    }

    /// Nothing is paid, or what was held is free again.
    pub(super) fn cancel(&mut self, details: Cancellation) {
        self.status = Status::Canceled;
        self.paid = false;
        self.expires_at = None;
        self.confirmation = None;
        self.cancellation_details = Some(details);
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Confirmation {
    Redirect { confirmation_url: String, return_url: String },
    Qr { confirmation_data: String },
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Recipient {
    pub(crate) account_id: String,
    pub(crate) gateway_id: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct PaymentMethod {
    #[serde(rename = "type")]
    pub(crate) kind: MethodKind,
    pub(crate) id: String,
    pub(crate) saved: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) card: Option<Card>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sbp_operation_id: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) first6: String,
    pub(crate) last4: String,
    pub(crate) expiry_month: String,
    pub(crate) expiry_year: String,
    pub(crate) card_type: String,
    pub(crate) issuer_country: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Authorization {
    pub(crate) rrn: String,
    pub(crate) auth_code: String,
    pub(crate) three_d_secure: ThreeDSecure,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct ThreeDSecure {
    pub(crate) applied: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Cancellation {
    pub(crate) party: String,
    pub(crate) reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) payment_id: String,
    pub(crate) status: Status,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) amount: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_strictly_and_written_with_two_decimals() {
        for (text, kopecks) in [("1600.00", 160_000), ("1600", 160_000), ("0.5", 50), ("2.05", 205)] {
            assert_eq!(Money::parse(text), Some(Money(kopecks)), "{text}");
        }
        for text in ["", "-1.00", "1,00", "1.000", "1e3", " 1", ".5", "1.", "99999999999999"] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
        assert_eq!(Money(205).decimal(), "2.05");
        assert_eq!(Money(160_000).decimal(), "1600.00");
    }
}
