//! The payer's decisions without a browser, for the control API.

use serde::Deserialize;

use super::card::{CardInput, Verdict};
use super::model::{Cancellation, MethodKind, Payment};
use super::store::Means;

/// Why a payment is to be cancelled; by default the issuer declines it without saying why.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancellationInput {
    reason: Option<String>,
    party: Option<String>,
}

impl From<CancellationInput> for Cancellation {
    fn from(input: CancellationInput) -> Self {
        Self {
            party: input.party.unwrap_or_else(|| "payment_network".into()),
            reason: input.reason.unwrap_or_else(|| "general_decline".into()),
        }
    }
}

/// A payer who pays with the method asked for, else the merchant's, else a card.
pub(crate) fn pay_without_page(payment: &Payment, method: Option<MethodKind>) -> (Means, Verdict) {
    let chosen = payment.payment_method.as_ref().map(|method| method.kind);
    match method.or(chosen).unwrap_or(MethodKind::BankCard) {
        MethodKind::Sbp => (Means::Sbp, Verdict::Paid { three_d_secure: false }),
        MethodKind::BankCard => {
            let card = CardInput { number: "5555555555554477".into(), month: 12, year: 2030 };
            (Means::Card(card), Verdict::Paid { three_d_secure: true })
        }
    }
}
