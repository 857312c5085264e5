//! The bank's payments compared with ours, every few minutes and, further back, once a day (rule 13). What we have not
//! heard of yet is read again; what cannot agree raises an alarm, and so does every breach of the rules of the books.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{max, now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use super::ledger::{self, Breach};
use super::settle;
use super::store::{self, Known};
use super::verdict::{self, Ours, PAYMENT_ID, Verdict};
use crate::alarms;
use crate::app::App;
use crate::crypto::sha256;
use crate::db::Conn;
use crate::db::schema::reconciliations;
use crate::error::{Error, Result};
use crate::gateways::bank::{BankError, BankPayment};
use crate::jobs::Outcome;

/// The kinds of alarms raised here.
const PAYMENT: &str = "reconciliation";
const BOOKS: &str = "ledger_breach";

/// Compares what the bank has begun since `back_minutes` before the last comparison: longer than any payment waits for its
/// payer, so whatever has changed since then is among it. A bank that is away is asked the next time.
///
/// # Errors
/// The database's.
pub async fn run(app: &App, back_minutes: i64) -> Result<Outcome> {
    let (at, since) = begin(&mut *app.db.read().await?, back_minutes).await?;
    let (seen, mut differences) = match compare_all(app, since).await {
        Ok(compared) => compared,
        Err(Stop::House(error)) => return Err(error),
        Err(Stop::Bank(error)) => return put_off(app, error).await,
    };
    let breaches = ledger::verify(&mut *app.db.read().await?, Some(since)).await?;
    differences += breaches.len();
    app.db
        .write(move |conn| {
            async move {
                for Breach { rule, subject, amount } in &breaches {
                    let data = json!({ "rule": rule, "amount": amount });
                    alarms::raise(conn, BOOKS, *subject, &data).await?;
                }
                insert(conn, at, since, seen, differences).await
            }
            .boxed()
        })
        .await?;
    Ok(Outcome::Done)
}

/// The database's time, and since when payments are compared.
async fn begin(conn: &mut Conn, back_minutes: i64) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let last = reconciliations::table.select((now.into_sql::<Timestamptz>(), max(reconciliations::at)));
    let (at, last): (DateTime<Utc>, Option<DateTime<Utc>>) = last.get_result(conn).await?;
    Ok((at, last.unwrap_or(at) - TimeDelta::minutes(back_minutes)))
}

async fn insert(
    conn: &mut Conn,
    at: DateTime<Utc>,
    since: DateTime<Utc>,
    seen: usize,
    differences: usize,
) -> Result<()> {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    diesel::insert_into(reconciliations::table)
        .values((
            reconciliations::id.eq(Uuid::now_v7()),
            reconciliations::since.eq(since),
            reconciliations::at.eq(at),
            reconciliations::seen.eq(count(seen)),
            reconciliations::differences.eq(count(differences)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Why a comparison did not come to its end.
enum Stop {
    Bank(BankError),
    House(Error),
}

impl From<BankError> for Stop {
    fn from(error: BankError) -> Self {
        Self::Bank(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::House(error)
    }
}

/// The bank gave no list: the next comparison begins where this one did.
async fn put_off(app: &App, error: BankError) -> Result<Outcome> {
    tracing::warn!(error.cause = %error, "the bank's payments cannot be compared now");
    if let BankError::Rejected { status, code, description } = error {
        let data =
            json!({ "differs": "refused", "status": status, "code": code, "description": description });
        alarms::raise(&mut *app.db.read().await?, PAYMENT, Uuid::nil(), &data).await?;
    }
    Ok(Outcome::Done)
}

/// Goes through the bank's list, a page at a time: how many payments were seen, and how many did not agree.
async fn compare_all(app: &App, since: DateTime<Utc>) -> std::result::Result<(usize, usize), Stop> {
    let (mut seen, mut differences) = (0, 0);
    let mut cursor: Option<String> = None;
    loop {
        let page = app.bank.list_payments(since, cursor.as_deref()).await?;
        let known = store::find_known(&mut *app.db.read().await?, &ids(&page.items)).await?;
        for payment in &page.items {
            differences += usize::from(!agrees(app, &known, payment).await?);
        }
        seen += page.items.len();
        let Some(next) = page.next_cursor else { return Ok((seen, differences)) };
        cursor = Some(next);
    }
}

/// The bank's ids of these payments, and our own that it was given.
fn ids(payments: &[BankPayment]) -> (Vec<&str>, Vec<Uuid>) {
    let ours = |payment: &BankPayment| Uuid::try_parse(payment.metadata.get(PAYMENT_ID)?).ok();
    (payments.iter().map(|payment| payment.id.as_str()).collect(), payments.iter().filter_map(ours).collect())
}

/// Whether the bank's payment and ours agree; if not, what has to be done is.
async fn agrees(app: &App, known: &[Known], listed: &BankPayment) -> std::result::Result<bool, Stop> {
    let Some(ours) = find(known, listed) else {
        alarm(app, subject_of(&listed.id), listed, "unknown").await?;
        return Ok(false);
    };
    match compare(ours, listed) {
        Finding::Agrees => return Ok(true),
        Finding::Behind => {
            let (id, is_begun) = (ours.id, ours.provider_id.is_some());
            app.db.write(move |conn| settle::catch_up(conn, id, is_begun).boxed()).await?;
        }
        Finding::Differs(_) => {
            // The list is older than our row: one that ended in between only seems to differ.
            let fresh = app.bank.find_payment(&listed.id).await?;
            let Finding::Differs(differs) = compare(ours, &fresh) else { return Ok(true) };
            alarm(app, ours.id, &fresh, differs).await?;
        }
    }
    Ok(false)
}

async fn alarm(app: &App, subject: Uuid, bank: &BankPayment, differs: &str) -> Result<()> {
    let BankPayment { id, status, amount, .. } = bank;
    let data = json!({ "differs": differs, "bank_payment": id, "status": status, "amount": amount });
    alarms::raise(&mut *app.db.read().await?, PAYMENT, subject, &data).await
}

/// Ours behind the bank's: by its id, else by the id we gave along.
fn find<'a>(known: &'a [Known], payment: &BankPayment) -> Option<&'a Known> {
    let by_id = known.iter().find(|known| known.provider_id.as_deref() == Some(&payment.id));
    let given = payment.metadata.get(PAYMENT_ID).and_then(|id| Uuid::try_parse(id).ok());
    by_id.or_else(|| known.iter().find(|known| Some(known.id) == given))
}

/// What an alarm about a payment nobody here knows is raised for: its id at the bank, which usually is a UUID.
fn subject_of(provider_id: &str) -> Uuid {
    let made = || sha256(provider_id.as_bytes()).first_chunk().map(|chunk| Uuid::from_bytes(*chunk));
    Uuid::try_parse(provider_id).ok().or_else(made).unwrap_or_default()
}

/// How a payment of the bank stands to ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    Agrees,
    /// The bank has ended what is open here: it is read again, as after a webhook.
    Behind,
    /// A person must look. Names what differs.
    Differs(&'static str),
}

/// A pure rule. What the bank says of an ended payment of ours must be that ending.
fn compare(known: &Known, bank: &BankPayment) -> Finding {
    if known.provider_id.as_ref().is_some_and(|id| *id != bank.id) {
        return Finding::Differs("id");
    }
    let ours = Ours {
        payment_id: &known.id.to_string(),
        provider_id: known.provider_id.as_deref(),
        amount: known.amount,
        currency: &known.currency,
        uin: &known.uin,
    };
    match (known.state.as_str(), verdict::judge(&ours, bank)) {
        // An alarm of its own is open.
        ("parked", _) => Finding::Agrees,
        ("pending", Verdict::Wait) => Finding::Agrees,
        // Reading it parks what does not fit.
        ("starting" | "pending", _) => Finding::Behind,
        (_, Verdict::Parked { differs }) => Finding::Differs(differs),
        ("succeeded", Verdict::Succeeded { .. }) if is_refunded(bank) => Finding::Differs("refunded"),
        ("succeeded", Verdict::Succeeded { .. }) => Finding::Agrees,
        ("canceled" | "failed", Verdict::Canceled { .. } | Verdict::Failed { .. }) => Finding::Agrees,
        // Given up before the bank's answer came: nobody was shown its page, and it runs out by itself.
        ("canceled" | "failed", Verdict::Wait) if known.provider_id.is_none() => Finding::Agrees,
        _ => Finding::Differs("state"),
    }
}

/// Nothing here gives money back yet, so somebody has done it at the bank.
fn is_refunded(bank: &BankPayment) -> bool {
    bank.refunded_amount
        .as_ref()
        .is_some_and(|amount| amount.value.bytes().any(|byte| matches!(byte, b'1'..=b'9')))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn ours(state: &str) -> Known {
        Known {
            id: Uuid::from_u128(7),
            provider_id: Some("30b5c3d1-000f-5000-9000-1c2d3e4f5a6b".to_owned()),
            state: state.to_owned(),
            amount: 160_000,
            currency: "RUB".to_owned(),
            uin: "18899999000000000017".to_owned(),
        }
    }

    fn theirs(status: &str, change: impl FnOnce(&mut Value)) -> BankPayment {
        let known = ours("pending");
        let mut payment = json!({
            "id": known.provider_id, "status": status, "paid": status == "succeeded",
            "amount": { "value": "1600.00", "currency": "RUB" },
            "refunded_amount": { "value": "0.00", "currency": "RUB" },
            "metadata": { "payment_id": known.id.to_string(), "uin": known.uin },
        });
        change(&mut payment);
        serde_json::from_value(payment).unwrap()
    }

    #[test]
    fn endings_must_be_the_same() {
        use Finding::{Agrees, Behind, Differs};
        for (state, status, finding) in [
            ("starting", "pending", Behind),
            ("pending", "pending", Agrees),
            ("pending", "waiting_for_capture", Agrees),
            ("pending", "succeeded", Behind),
            ("pending", "canceled", Behind),
            ("succeeded", "succeeded", Agrees),
            ("succeeded", "canceled", Differs("state")),
            ("succeeded", "pending", Differs("state")),
            ("canceled", "canceled", Agrees),
            ("failed", "canceled", Agrees),
            ("failed", "succeeded", Differs("state")),
            ("canceled", "pending", Differs("state")),
            ("parked", "succeeded", Agrees),
            ("succeeded", "frozen", Differs("status")),
        ] {
            assert_eq!(compare(&ours(state), &theirs(status, |_| {})), finding, "{state}, {status}");
        }
        let unheard = Known { provider_id: None, ..ours("failed") };
        assert_eq!(compare(&unheard, &theirs("pending", |_| {})), Agrees);
        assert_eq!(compare(&unheard, &theirs("succeeded", |_| {})), Differs("state"));
    }

    #[test]
    fn what_was_ours_must_be_so_still() {
        let changed = |pointer: &'static str, value: Value| {
            let theirs = theirs("succeeded", |payment| *payment.pointer_mut(pointer).unwrap() = value);
            compare(&ours("succeeded"), &theirs)
        };
        assert_eq!(changed("/amount/value", json!("1599.00")), Finding::Differs("amount"));
        assert_eq!(changed("/refunded_amount/value", json!("0.01")), Finding::Differs("refunded"));
        assert_eq!(changed("/metadata/uin", json!("18899999000000000025")), Finding::Differs("metadata"));
        assert_eq!(changed("/id", json!("another")), Finding::Differs("id"));
    }

    #[test]
    fn ours_is_found_by_either_id() {
        let known =
            [ours("succeeded"), Known { id: Uuid::from_u128(8), provider_id: None, ..ours("starting") }];
        let found = |payment: &BankPayment| find(&known, payment).map(|known| known.id.as_u128());
        assert_eq!(found(&theirs("succeeded", |_| {})), Some(7));
        let unheard = theirs("pending", |payment| {
            payment["id"] = json!("another");
            payment["metadata"]["payment_id"] = json!(Uuid::from_u128(8));
        });
        assert_eq!(found(&unheard), Some(8));
        let foreign = theirs("pending", |payment| {
            payment["id"] = json!("another");
            payment["metadata"] = json!({});
        });
        assert_eq!(found(&foreign), None);
        assert_ne!(subject_of("another"), subject_of("a third"));
    }
}
