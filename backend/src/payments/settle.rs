//! Between the bank and the charge, by jobs. The bank is called outside transactions; what it says is applied in
//! one, under locks, and only forwards: a payment that has ended never changes (PY-06). Webhooks only say when to
//! look; payments whose webhook was lost are found by asking.

use std::time::Duration;

use futures_util::FutureExt;
use openapi::events::Subject;
use openapi::payments::Method;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::store::{self, Attempt, Ending};
use super::verdict::{self, Ours, PAYMENT_ID, UIN, Verdict};
use super::{charges, ledger};
use crate::app::App;
use crate::crash::crash_point;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::gateways::bank::{BankError, BankPayment, NewPayment};
use crate::jobs::{self, Job, Outcome};
use crate::notifications::News;
use crate::{alarms, applications, changes, notifications};

/// How long the bank is asked to begin a payment; then the person hears that another try is needed. The payer
/// was never shown a page, so nothing can be paid by an attempt given up.
const GIVE_UP_AFTER: i64 = 10 * 60;
const START_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause between two readings, seconds.
const LONGEST_PAUSE: u64 = 3_600;

/// The dedupe key of the job that reads a payment until it has ended.
fn reading(payment_id: Uuid) -> String {
    format!("read_payment:{payment_id}")
}

/// Has a payment read soon: the job that waits is brought forward, and where there is none there is one now. `hint` tells
/// the jobs added from one another; the same one adds none twice.
///
/// # Errors
/// The database's.
pub(super) async fn read_soon(conn: &mut Conn, payment_id: Uuid, hint: &str) -> Result<()> {
    let reading = reading(payment_id);
    if !jobs::hasten(conn, &reading).await? {
        let once = format!("{reading}:{hint}");
        jobs::enqueue_once(conn, &Job::ReadPayment { payment_id }, &once).await?;
    }
    Ok(())
}

/// Takes a payment up again whose jobs are behind, or lost: once a day is enough, for each goes on until it has ended.
///
/// # Errors
/// The database's.
pub(super) async fn catch_up(conn: &mut Conn, payment_id: Uuid, is_begun: bool) -> Result<()> {
    let day = chrono::Utc::now().date_naive();
    if is_begun {
        return read_soon(conn, payment_id, &format!("reconciled:{day}")).await;
    }
    let once = format!("start_payment:{payment_id}:reconciled:{day}");
    jobs::enqueue_once(conn, &Job::StartPayment { payment_id }, &once).await
}

/// Asks the bank for a payment and keeps its page. The payment's id is the key at the bank: a second run gets the
/// first answer.
///
/// # Errors
/// The database's.
pub async fn start(app: &App, payment_id: Uuid) -> Result<Outcome> {
    let found = store::find_attempt(&mut *app.db.read().await?, payment_id).await?;
    let Some(attempt) = found.filter(|attempt| attempt.payment.state == "starting") else {
        return Ok(Outcome::Done);
    };
    let id = payment_id.to_string();
    let asked = NewPayment {
        amount: attempt.payment.amount,
        method: if attempt.payment.method == Method::Sbp.as_str() { Method::Sbp } else { Method::Card },
        return_url: &format!("{}/payments/{payment_id}", app.config.portal_origin()),
        description: &attempt.charge.purpose,
        metadata: [(PAYMENT_ID, id), (UIN, attempt.charge.uin.clone())].into(),
    };
    match app.bank.create_payment(payment_id, &asked).await {
        Ok(answer) => {
            crash_point!("bank.after_create");
            begin(app, payment_id, answer).await
        }
        Err(BankError::Unavailable(reason)) if attempt.age() < GIVE_UP_AFTER => {
            tracing::warn!(payment.id = %payment_id, error.cause = reason, "the bank does not begin the payment yet");
            Ok(Outcome::Again(START_PAUSE))
        }
        Err(error) => refused(app, payment_id, error).await,
    }
}

/// Keeps the bank's id and page; from here on the payment is read until it has ended.
async fn begin(app: &App, payment_id: Uuid, answer: BankPayment) -> Result<Outcome> {
    let page = answer.confirmation.as_ref().and_then(|confirmation| confirmation.confirmation_url.clone());
    let page = page.filter(|page| Url::parse(page).is_ok_and(|url| matches!(url.scheme(), "https" | "http")));
    let outcome = app
        .db
        .write(move |conn| {
            async move {
                let locked = store::lock_attempt(conn, payment_id).await?;
                let Some(attempt) = locked.filter(|attempt| attempt.payment.state == "starting") else {
                    return Ok(Outcome::Done);
                };
                let (bank_id, until) = (answer.id.as_str(), answer.expires_at);
                store::mark_pending(conn, payment_id, bank_id, page.as_deref(), until).await?;
                if answer.status == "pending" && page.is_none() {
                    park(conn, &attempt, "confirmation").await?;
                    return Ok(Outcome::Done);
                }
                jobs::enqueue_once(conn, &Job::ReadPayment { payment_id }, &reading(payment_id)).await?;
                changes::pulse(conn, Some(attempt.payment.account_id), Subject::Payment, payment_id).await?;
                crash_point!("payment_begin.before_commit");
                Ok(Outcome::Done)
            }
            .boxed()
        })
        .await?;
    crash_point!("payment_begin.after_commit");
    Ok(outcome)
}

/// The bank did not begin the payment: it has failed, another may be tried.
async fn refused(app: &App, payment_id: Uuid, error: BankError) -> Result<Outcome> {
    app.db
        .write(move |conn| {
            async move {
                let locked = store::lock_attempt(conn, payment_id).await?;
                let Some(attempt) = locked.filter(|attempt| attempt.payment.state == "starting") else {
                    return Ok(Outcome::Done);
                };
                let reason = match &error {
                    BankError::Rejected { status, code, description } => {
                        let data = json!({ "status": status, "code": code, "description": description });
                        alarms::raise(conn, "payment_rejected", payment_id, &data).await?;
                        "bank_rejected"
                    }
                    BankError::Unavailable(_) => "bank_unavailable",
                };
                fail(conn, &attempt, "failed", "bank", reason).await?;
                Ok(Outcome::Done)
            }
            .boxed()
        })
        .await
}

/// Reads a payment from the bank and applies what it says; comes back until the payment has ended.
///
/// # Errors
/// The database's.
pub async fn read(app: &App, payment_id: Uuid) -> Result<Outcome> {
    let found = store::find_attempt(&mut *app.db.read().await?, payment_id).await?;
    let Some(attempt) = found.filter(Attempt::is_open) else { return Ok(Outcome::Done) };
    // Nothing to read yet: the starting job puts another reading into the queue.
    let Some(provider_id) = attempt.payment.provider_id.clone() else { return Ok(Outcome::Done) };
    let pause = pause(app, &attempt);
    match app.bank.find_payment(&provider_id).await {
        Ok(payment) => {
            crash_point!("bank.after_read");
            apply(app, payment_id, Some(payment), pause).await
        }
        Err(BankError::Rejected { status: 404, .. }) => apply(app, payment_id, None, pause).await,
        Err(error) => {
            tracing::warn!(payment.id = %payment_id, error.cause = %error, "the payment cannot be read yet");
            Ok(Outcome::Again(pause))
        }
    }
}

/// Often at first, then less and less: a tenth of the payment's age. But when the bank gives it up, as the person was told:
/// from then on another method can be chosen.
fn pause(app: &App, attempt: &Attempt) -> Duration {
    let least = u64::try_from(app.config.bank.poll_seconds).unwrap_or_default().max(1);
    let tenth = attempt.age() / 10;
    let left = attempt.payment.expires_at.map(|until| (until - attempt.now).num_seconds() + 1);
    let next = left.filter(|left| *left > 0).map_or(tenth, |left| tenth.min(left));
    Duration::from_secs(u64::try_from(next).unwrap_or_default().clamp(least, LONGEST_PAUSE.max(least)))
}

/// One transaction: judge the payment as it was read (`None`: the bank does not know it), and what follows.
async fn apply(app: &App, payment_id: Uuid, told: Option<BankPayment>, pause: Duration) -> Result<Outcome> {
    let work_app = app.clone();
    let outcome = app
        .db
        .write(move |conn| {
            async move {
                let locked = store::lock_attempt(conn, payment_id).await?;
                let Some(attempt) = locked.filter(Attempt::is_open) else { return Ok(Outcome::Done) };
                match told.map_or(Verdict::Parked { differs: "unknown" }, |told| judge(&attempt, &told)) {
                    Verdict::Wait => return Ok(Outcome::Again(pause)),
                    Verdict::Succeeded { paid_with, captured_at } => {
                        let paid_with = paid_with.as_deref();
                        let ending = Ending { paid_with, captured_at, ..Ending::of("succeeded") };
                        succeed(conn, &work_app, &attempt, &ending).await?;
                    }
                    Verdict::Canceled { party, reason } => {
                        fail(conn, &attempt, "canceled", &party, &reason).await?
                    }
                    Verdict::Failed { party, reason } => {
                        fail(conn, &attempt, "failed", &party, &reason).await?
                    }
                    Verdict::Parked { differs } => park(conn, &attempt, differs).await?,
                }
                crash_point!("payment_apply.before_commit");
                Ok(Outcome::Done)
            }
            .boxed()
        })
        .await?;
    crash_point!("payment_apply.after_commit");
    Ok(outcome)
}

fn judge(attempt: &Attempt, told: &BankPayment) -> Verdict {
    let ours = Ours {
        payment_id: &attempt.payment.id.to_string(),
        provider_id: attempt.payment.provider_id.as_deref(),
        amount: attempt.payment.amount,
        currency: &attempt.charge.currency,
        uin: &attempt.charge.uin,
    };
    verdict::judge(&ours, told)
}

/// The money is there: the books, the charge, the case (PY-04). Money for a charge that is closed is entered as
/// owed back, and somebody is called.
async fn succeed(conn: &mut Conn, app: &App, attempt: &Attempt, ending: &Ending<'_>) -> Result<()> {
    let (payment, charge) = (&attempt.payment, &attempt.charge);
    ensure_ended(store::end(conn, payment.id, ending).await?)?;
    let owed = charges::mark_paid(conn, charge.id).await?;
    let credit = if owed { ledger::treasury(&charge.kbk) } else { ledger::SUSPENSE.to_owned() };
    ledger::enter_payment(conn, payment.id, payment.amount, &credit).await?;
    if owed {
        applications::on_paid(conn, app, charge.application_id, payment.amount).await?;
    } else {
        let data = json!({ "uin": charge.uin, "amount": payment.amount });
        alarms::raise(conn, "charge_closed_paid", payment.id, &data).await?;
        let number = charge.number.as_deref().unwrap_or_default();
        let news = News::PaidInVain { number, service: &charge.service, amount: payment.amount };
        notifications::tell(conn, payment.account_id, Some(charge.application_id), &news).await?;
    }
    changes::pulse(conn, Some(payment.account_id), Subject::Payment, payment.id).await
}

/// Nothing was paid; the person hears why and may try again.
async fn fail(conn: &mut Conn, attempt: &Attempt, state: &str, party: &str, reason: &str) -> Result<()> {
    let (payment, charge) = (&attempt.payment, &attempt.charge);
    let ending = Ending { failure_party: Some(party), failure_reason: Some(reason), ..Ending::of(state) };
    ensure_ended(store::end(conn, payment.id, &ending).await?)?;
    // A charge that is closed is not asked for again.
    if charge.state == "unpaid" {
        let number = charge.number.as_deref().unwrap_or_default();
        let news = News::PaymentFailed { number, service: &charge.service, reason };
        notifications::tell(conn, payment.account_id, Some(charge.application_id), &news).await?;
    }
    changes::pulse(conn, Some(payment.account_id), Subject::Payment, payment.id).await
}

/// The bank's words do not fit ours: nothing moves until a person has looked. The payer sees "in progress".
async fn park(conn: &mut Conn, attempt: &Attempt, differs: &str) -> Result<()> {
    let payment = &attempt.payment;
    ensure_ended(store::end(conn, payment.id, &Ending::of("parked")).await?)?;
    let data: Value = json!({ "differs": differs, "uin": attempt.charge.uin, "amount": payment.amount });
    alarms::raise(conn, "payment_mismatch", payment.id, &data).await?;
    changes::pulse(conn, Some(payment.account_id), Subject::Payment, payment.id).await
}

/// Takes a parked payment up again: the bank is asked anew. False when it is not parked.
///
/// # Errors
/// The database's.
pub async fn reopen(conn: &mut Conn, payment_id: Uuid) -> Result<bool> {
    let reopened = store::reopen(conn, payment_id).await?;
    if reopened {
        jobs::enqueue(conn, &Job::ReadPayment { payment_id }).await?;
    }
    Ok(reopened)
}

/// Under the lock an open payment can be ended; if not, nothing of the transaction may stay.
fn ensure_ended(ended: bool) -> Result<()> {
    if ended { Ok(()) } else { Err(Error::internal(anyhow::anyhow!("a locked payment changed"))) }
}
