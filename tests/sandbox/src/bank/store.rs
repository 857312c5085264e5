//! The bank's books: payments, refunds, remembered answers, and every lawful step between statuses.

use actix_web::http::StatusCode;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use super::card::{CardInput, Verdict};
use super::error::BankError;
use super::model::{
    Authorization, Cancellation, Confirmation, MethodKind, Money, Payment, PaymentMethod, Recipient, Refund,
    Status, ThreeDSecure,
};
use super::request::{Confirm, NewPayment, NewRefund};
use super::sbp;
use super::tables::Tables;
use super::webhooks::Notification;
use crate::shelf::Shelf;

const REMEMBERED: usize = 10_000;
/// How long a payer has, and how long held money waits for its capture.
const CONFIRM_WITHIN: TimeDelta = TimeDelta::hours(1);
const CAPTURE_WITHIN: TimeDelta = TimeDelta::days(7);

/// An answer kept for repeats of its idempotence key.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Path and body of the first request.
    pub(crate) request: (String, Value),
    /// The bytes of the first answer.
    pub(crate) response: String,
}

/// What the payer uses.
#[derive(Clone, Debug)]
pub(crate) enum Means {
    Card(CardInput),
    Sbp,
}

#[derive(Debug)]
pub(crate) struct Bank {
    pub(crate) tables: Tables,
    pub(crate) payments: Shelf<Payment>,
    pub(crate) refunds: Shelf<Refund>,
    pub(crate) answers: Shelf<Answered>,
    /// Grows with every change of the books.
    pub(crate) revision: u64,
    shop_id: String,
    public_url: String,
    notify: UnboundedSender<Notification>,
}

type Done<T> = Result<T, BankError>;

impl Bank {
    pub(crate) fn new(
        shop_id: &str,
        public_url: &str,
        notify: UnboundedSender<Notification>,
    ) -> serde_json::Result<Self> {
        Ok(Self {
            tables: Tables::load()?,
            payments: Shelf::new(REMEMBERED),
            refunds: Shelf::new(REMEMBERED),
            answers: Shelf::new(REMEMBERED),
            revision: 0,
            shop_id: shop_id.to_owned(),
            public_url: public_url.to_owned(),
            notify,
        })
    }

    pub(crate) fn create(&mut self, new: NewPayment, now: DateTime<Utc>) -> Payment {
        let now = now.trunc_subsecs(3);
        let id = new_id(now);
        let sbp_link = sbp::link(&self.tables.sbp_bank, new.amount);
        let (confirmation, return_url) = match new.confirm {
            Confirm::Qr => (Confirmation::Qr { confirmation_data: sbp_link.clone() }, None),
            Confirm::Redirect { return_url } => {
                let confirmation_url = format!("{}/bank/pay/{id}", self.public_url);
                (
                    Confirmation::Redirect { confirmation_url, return_url: return_url.clone() },
                    Some(return_url),
                )
            }
        };
        let payment = Payment {
            status: Status::Pending,
            paid: false,
            refundable: false,
            test: true,
            amount: new.amount,
            income_amount: None,
            refunded_amount: None,
            created_at: now,
            captured_at: None,
            expires_at: Some(now + CONFIRM_WITHIN),
            confirmation: Some(confirmation),
            recipient: Recipient { account_id: self.shop_id.clone(), gateway_id: "100700" },
            description: new.description,
            metadata: new.metadata,
            payment_method: new.method.map(|kind| PaymentMethod {
                kind,
                id: id.clone(),
                saved: false,
                title: None,
                card: None,
                sbp_operation_id: None,
            }),
            authorization_details: None,
            cancellation_details: None,
            captures_at_once: new.capture,
            return_url,
            sbp_link,
            id,
        };
        self.payments.insert(payment.id.clone(), payment.clone());
        self.revision += 1;
        payment
    }

    /// The payer has decided: money moves or is refused by the issuer's verdict.
    pub(crate) fn settle(
        &mut self,
        id: &str,
        means: &Means,
        verdict: Verdict,
        now: DateTime<Utc>,
    ) -> Done<Payment> {
        let method = self.method(id, means);
        let now = now.trunc_subsecs(3);
        let fee = self.tables.fee_per_mille;
        self.step(id, &[Status::Pending], |payment| {
            payment.payment_method = Some(method);
            match verdict {
                Verdict::Declined(details) => payment.cancel(details),
                Verdict::Paid { three_d_secure } => {
                    payment.paid = true;
                    payment.confirmation = None;
                    payment.authorization_details = Some(Authorization {
                        rrn: digits(12),
                        auth_code: digits(6),
                        three_d_secure: ThreeDSecure { applied: three_d_secure },
                    });
                    if payment.captures_at_once || matches!(means, Means::Sbp) {
                        payment.capture(payment.amount, fee, now);
                    } else {
                        payment.status = Status::WaitingForCapture;
                        payment.expires_at = Some(now + CAPTURE_WITHIN);
                    }
                }
            }
        })
    }

    /// Takes held money, all of it or less.
    pub(crate) fn capture(&mut self, id: &str, amount: Option<Money>, now: DateTime<Utc>) -> Done<Payment> {
        let held = self.find(id)?.amount;
        let amount = amount.unwrap_or(held);
        if amount > held {
            return Err(BankError::parameter("too_big", "amount.value"));
        }
        let fee = self.tables.fee_per_mille;
        self.step(id, &[Status::WaitingForCapture], |payment| {
            payment.capture(amount, fee, now.trunc_subsecs(3));
        })
    }

    /// Ends a payment that is in one of `from`.
    pub(crate) fn cancel(&mut self, id: &str, from: &[Status], details: Cancellation) -> Done<Payment> {
        self.step(id, from, |payment| payment.cancel(details))
    }

    pub(crate) fn refund(&mut self, new: NewRefund, now: DateTime<Utc>) -> Done<Refund> {
        let not_known = |_| BankError::parameter("not_found", "payment_id");
        let payment = self.find(&new.payment_id).map_err(not_known)?;
        let refunded = payment.refunded_amount.unwrap_or_default();
        let (status, left) = (payment.status, Money(payment.amount.0 - refunded.0));
        if status != Status::Succeeded {
            return Err(BankError::parameter("payment_status", "payment_id"));
        }
        if new.amount > left {
            return Err(BankError::parameter("refund_amount", "amount.value"));
        }
        let now = now.trunc_subsecs(3);
        let refund = Refund {
            id: new_id(now),
            payment_id: new.payment_id,
            status: Status::Succeeded,
            created_at: now,
            amount: new.amount,
            description: new.description,
        };
        if let Some(payment) = self.payments.get_mut(&refund.payment_id) {
            payment.refunded_amount = Some(Money(refunded.0 + refund.amount.0));
            payment.refundable = refund.amount < left;
        }
        self.refunds.insert(refund.id.clone(), refund.clone());
        self.revision += 1;
        self.announce("refund.succeeded", &refund.id, serde_json::to_value(&refund));
        Ok(refund)
    }

    /// Ends an unfinished payment as if its time had come.
    pub(crate) fn expire(&mut self, id: &str) -> Done<Payment> {
        let reason = match self.find(id)?.status {
            Status::WaitingForCapture => "expired_on_capture",
            _ => "expired_on_confirmation",
        };
        let details = Cancellation { party: "yoo_money".into(), reason: reason.into() };
        self.cancel(id, &[Status::Pending, Status::WaitingForCapture], details)
    }

    pub(crate) fn expire_due(&mut self, now: DateTime<Utc>) {
        let due = |payment: &&Payment| payment.expires_at.is_some_and(|at| at <= now);
        let ids: Vec<String> = self.payments.iter().filter(due).map(|payment| payment.id.clone()).collect();
        for id in ids {
            if let Err(error) = self.expire(&id) {
                tracing::error!(why = error.why, "sandbox.expiry_failed");
            }
        }
    }

    pub(crate) fn find(&self, id: &str) -> Done<&Payment> {
        self.payments.get(id).ok_or_else(BankError::not_found)
    }

    fn step(&mut self, id: &str, from: &[Status], change: impl FnOnce(&mut Payment)) -> Done<Payment> {
        let payment = self.payments.get_mut(id).ok_or_else(BankError::not_found)?;
        if !from.contains(&payment.status) {
            return Err(BankError::plain(StatusCode::BAD_REQUEST, "payment_status"));
        }
        change(payment);
        let after = payment.clone();
        self.revision += 1;
        let event = match after.status {
            Status::Pending => return Ok(after),
            Status::WaitingForCapture => "payment.waiting_for_capture",
            Status::Succeeded => "payment.succeeded",
            Status::Canceled => "payment.canceled",
        };
        self.announce(event, &after.id, serde_json::to_value(&after));
        Ok(after)
    }

    fn announce(&self, event: &'static str, object_id: &str, object: serde_json::Result<Value>) {
        let sent = object.map(|object| self.notify.send(Notification::new(event, object_id, object)));
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!(event, "sandbox.notification_lost");
        }
    }

    fn method(&self, id: &str, means: &Means) -> PaymentMethod {
        let card = match means {
            Means::Card(input) => Some(input.shown(&self.tables)),
            Means::Sbp => None,
        };
        let name = if card.is_some() { "bank_card" } else { "sbp" };
        PaymentMethod {
            kind: if card.is_some() { MethodKind::BankCard } else { MethodKind::Sbp },
            id: id.to_owned(),
            saved: false,
            title: self.tables.title(name, card.as_ref().map_or("", |card| &card.last4)),
            sbp_operation_id: card.is_none().then(|| Uuid::new_v4().simple().to_string().to_uppercase()),
            card,
        }
    }
}

/// Ids look like the provider's: seconds since 2000 in hexadecimal, fixed parts, and chance.
fn new_id(now: DateTime<Utc>) -> String {
    const YEAR_2000: i64 = 946_684_800;
    let chance = Uuid::new_v4().simple().to_string();
    let tail: String = chance.chars().skip(20).collect();
    format!("{:08x}-000f-5000-9000-{tail}", now.timestamp() - YEAR_2000)
}

fn digits(count: usize) -> String {
    format!("{:039}", Uuid::new_v4().as_u128()).chars().rev().take(count).collect()
}
