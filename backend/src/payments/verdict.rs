//! What the bank's words mean for our payment: a pure rule, so that every word can be tried.

use catalogue::tariff::parse_decimal;
use chrono::{DateTime, Utc};

use crate::gateways::bank::BankPayment;

/// Names of the entries we give the bank and expect back.
pub(super) const PAYMENT_ID: &str = "payment_id";
pub(super) const UIN: &str = "uin";

/// What is ours about a payment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ours<'a> {
    pub payment_id: &'a str,
    pub provider_id: Option<&'a str>,
    /// Kopecks.
    pub amount: i64,
    pub currency: &'a str,
    pub uin: &'a str,
}

/// What to do with our payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing has been decided; ask again.
    Wait,
    Succeeded {
        /// `•••• 4477`, for cards.
        paid_with: Option<String>,
        /// When the bank took the money.
        captured_at: Option<DateTime<Utc>>,
    },
    /// The payer gave up or the time ran out.
    Canceled { party: String, reason: String },
    /// The bank or the card's bank refused.
    Failed { party: String, reason: String },
    /// The words do not fit ours: a person must look. Names what differs.
    Parked { differs: &'static str },
}

/// Reasons that mean that nobody refused: the payer, we or the clock ended it.
const ENDED: [&str; 5] = [
    "expired_on_confirmation",
    "expired_on_capture",
    "canceled_by_merchant",
    "permission_revoked",
    "payment_expired",
];

/// Judges a payment as it was read from the bank. Amount, currency and metadata must be ours whatever the status.
pub(super) fn judge(ours: &Ours<'_>, bank: &BankPayment) -> Verdict {
    if let Some(differs) = difference(ours, bank) {
        return Verdict::Parked { differs };
    }
    match bank.status.as_str() {
        "pending" | "waiting_for_capture" => Verdict::Wait,
        "succeeded" if bank.paid => {
            Verdict::Succeeded { paid_with: masked(bank), captured_at: bank.captured_at }
        }
        "canceled" => {
            let (party, reason) = match &bank.cancellation_details {
                Some(details) => (details.party.clone(), details.reason.clone()),
                None => ("unknown".to_owned(), "general_decline".to_owned()),
            };
            if ENDED.contains(&reason.as_str()) {
                Verdict::Canceled { party, reason }
            } else {
                Verdict::Failed { party, reason }
            }
        }
        _ => Verdict::Parked { differs: "status" },
    }
}

fn difference(ours: &Ours<'_>, bank: &BankPayment) -> Option<&'static str> {
    let entry = |name: &str| bank.metadata.get(name).map(String::as_str);
    if parse_decimal(&bank.amount.value) != Some(ours.amount) {
        Some("amount")
    } else if bank.amount.currency != ours.currency {
        Some("currency")
    } else if entry(PAYMENT_ID) != Some(ours.payment_id) || entry(UIN) != Some(ours.uin) {
        Some("metadata")
    } else if ours.provider_id.is_some_and(|id| id != bank.id) {
        Some("id")
    } else {
        None
    }
}

fn masked(bank: &BankPayment) -> Option<String> {
    let last4 = &bank.payment_method.as_ref()?.card.as_ref()?.last4;
    let fits = last4.len() == 4 && last4.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| format!("•••• {last4}"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const OURS: Ours<'static> = Ours {
        payment_id: "01990000-0000-7000-8000-000000000001",
        provider_id: Some("30b5c3d1-000f-5000-9000-1c2d3e4f5a6b"),
        amount: 160_000,
        currency: "RUB",
        uin: "18899999000000000017",
    };

    fn told(change: impl FnOnce(&mut Value)) -> Verdict {
        let mut payment = json!({
            "id": OURS.provider_id, "status": "succeeded", "paid": true, "test": true,
            "captured_at": "2026-11-22T09:30:00.000Z",
            "amount": { "value": "1600.00", "currency": "RUB" },
            "metadata": { "payment_id": OURS.payment_id, "uin": OURS.uin },
            "payment_method": { "type": "bank_card", "id": "x", "card": { "first6": "555555", "last4": "4477" } },
        });
        change(&mut payment);
        judge(&OURS, &serde_json::from_value(payment).unwrap())
    }

    #[test]
    fn success_needs_the_word_and_the_money() {
        let captured_at = Some("2026-11-22T09:30:00Z".parse().unwrap());
        let by_card = Verdict::Succeeded { paid_with: Some("•••• 4477".to_owned()), captured_at };
        assert_eq!(told(|_| {}), by_card);
        assert_eq!(told(|payment| payment["paid"] = json!(false)), Verdict::Parked { differs: "status" });
        let by_phone = |payment: &mut Value| payment["payment_method"] = json!({ "type": "sbp", "id": "x" });
        assert_eq!(told(by_phone), Verdict::Succeeded { paid_with: None, captured_at });
    }

    #[test]
    fn whatever_does_not_fit_is_parked_in_every_status() {
        for status in ["pending", "succeeded", "canceled"] {
            for (path, value, differs) in [
                ("/amount/value", json!("1600.01"), "amount"),
                ("/amount/value", json!("1600"), "amount"),
                ("/amount/currency", json!("USD"), "currency"),
                ("/metadata/uin", json!("18899999000000000025"), "metadata"),
                ("/metadata/payment_id", json!("another"), "metadata"),
                ("/metadata", json!({}), "metadata"),
                ("/id", json!("another"), "id"),
            ] {
                let verdict = told(|payment| {
                    payment["status"] = json!(status);
                    *payment.pointer_mut(path).unwrap() = value.clone();
                });
                assert_eq!(verdict, Verdict::Parked { differs }, "{status} {path}");
            }
        }
        assert_eq!(
            told(|payment| payment["status"] = json!("frozen")),
            Verdict::Parked { differs: "status" }
        );
    }

    #[test]
    fn unfinished_payments_wait() {
        for status in ["pending", "waiting_for_capture"] {
            assert_eq!(told(|payment| payment["status"] = json!(status)), Verdict::Wait);
        }
    }

    #[test]
    fn refusals_are_told_from_giving_up() {
        let canceled = |party: &str, reason: &str| {
            told(|payment| {
                payment["status"] = json!("canceled");
                payment["paid"] = json!(false);
                payment["cancellation_details"] = json!({ "party": party, "reason": reason });
            })
        };
        for reason in ["insufficient_funds", "3d_secure_failed", "card_expired", "a_new_word"] {
            let failed = Verdict::Failed { party: "payment_network".to_owned(), reason: reason.to_owned() };
            assert_eq!(canceled("payment_network", reason), failed);
        }
        for reason in ENDED {
            let ended = Verdict::Canceled { party: "yoo_money".to_owned(), reason: reason.to_owned() };
            assert_eq!(canceled("yoo_money", reason), ended);
        }
    }
}
