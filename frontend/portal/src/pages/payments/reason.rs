//! Why a payment has failed, in words.

use kit::prelude::*;
use openapi::payments::{Payment, PaymentState};

/// What happened and what to do; reasons without a text of their own get the general one (PY-06).
#[must_use]
pub fn failure_text(i18n: I18n, payment: &Payment) -> TextProp {
    let state = payment.state;
    let key = payment.failure_reason.as_ref().map(|reason| format!("payments.reason_{reason}"));
    TextProp::from(move || match &key {
        Some(key) if i18n.has(key) => i18n.t(key),
        _ if state == PaymentState::Canceled => i18n.t("payments.reason_canceled"),
        _ => i18n.t("payments.reason_general_decline"),
    })
}
