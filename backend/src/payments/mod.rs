//! Charges and payments (A10): what is owed, attempts to pay it, and what the bank's words mean for us.

pub mod api;
pub mod charges;
pub mod ledger;
pub mod reconcile;
pub mod settle;
pub mod store;
mod verdict;
mod webhook;

use catalogue::definition::{Fee, Service};
use catalogue::dictionary::Requisites;
use catalogue::identifiers::make_uin;
use catalogue::tariff::{PaymentOrder, st00012};
use catalogue::text::DEFAULT_LANGUAGE;
use openapi::ErrorCode;
use openapi::payments::{Charge, ChargeState, Method, Payment, PaymentState};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::crypto::random;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::history::{self, By};
use crate::notifications::{self, News};
use charges::{ChargeRow, NewCharge, Owed};
use store::PaymentRow;

/// Serial numbers of a УИН: what is left of 20 digits beside an eight-digit prefix and the check digit.
const SERIALS: u64 = 100_000_000_000;
/// Tries to find a free serial number; one is enough unless the ministry is very busy.
const TRIES: usize = 8;
/// Digits of a УИН.
const UIN_DIGITS: usize = 20;

/// Forms the charge of a filed application: amount, kind of income and requisites of the fee's version, a УИН of
/// our own, the purpose with the number (PY-01, PY-05). Tells the person. A second call changes nothing.
///
/// # Errors
/// `internal` when the service has no fee or its requisites are not in the dictionary.
pub async fn form_charge(
    conn: &mut Conn,
    app: &App,
    application_id: Uuid,
    account_id: Uuid,
    number: &str,
    service: &Service,
    language: &str,
) -> Result<()> {
    let (fee, requisites) = terms(app, service)?;
    let mut charge = NewCharge {
        id: Uuid::now_v7(),
        application_id,
        account_id,
        uin: String::new(),
        amount: fee.amount,
        purpose: purpose(fee, number, language),
        kbk: fee.kbk.clone(),
        requisites: serde_json::to_value(requisites)?,
    };
    for _ in 0..TRIES {
        charge.uin = uin(requisites)?;
        if charges::insert(conn, &charge).await? {
            let news = News::ChargeFormed { number, service: &service.code, amount: fee.amount };
            notifications::tell(conn, account_id, Some(application_id), &news).await?;
            let event = json!({ "uin": charge.uin, "amount": fee.amount });
            return history::append(conn, application_id, "charge_formed", By::System, event).await;
        }
        if charges::has(conn, application_id).await? {
            return Ok(());
        }
    }
    Err(Error::internal(anyhow::anyhow!("no free serial number for a charge")))
}

fn terms<'a>(app: &'a App, service: &'a Service) -> Result<(&'a Fee, &'a Requisites)> {
    let missing = |what: &str| Error::internal(anyhow::anyhow!("{}: {what}", service.code));
    let fee = service.fee.as_ref().ok_or_else(|| missing("no fee"))?;
    let requisites = app.catalogue.dictionaries.requisites.get(&fee.requisites);
    Ok((fee, requisites.ok_or_else(|| missing("no requisites"))?))
}

fn purpose(fee: &Fee, number: &str, language: &str) -> String {
    fee.purpose.get(language).replace("{number}", number)
}

/// Random rather than counted: a УИН pays without a name, so it must not be guessed from another.
fn uin(requisites: &Requisites) -> Result<String> {
    let serial = u64::from_be_bytes(random::<8>()?) % SERIALS;
    let made = make_uin(&requisites.uin_prefix, serial, UIN_DIGITS);
    made.ok_or_else(|| Error::internal(anyhow::anyhow!("uin_prefix {}: eight digits", requisites.uin_prefix)))
}

/// The charge of an application, with its payments, for whoever may see the application.
///
/// # Errors
/// The database's.
pub async fn charge_of(conn: &Conn, app: &App, application_id: Uuid) -> Result<Option<Charge>> {
    let found = charges::find_of(conn, application_id).await?;
    found.map(|(charge, payments)| view(app, charge, payments)).transpose()
}

/// The charge of an application that is paid, and the payment that has paid it, for the receipt.
///
/// # Errors
/// The database's.
pub async fn find_settled(conn: &Conn, application_id: Uuid) -> Result<Option<(ChargeRow, PaymentRow)>> {
    let found = charges::find_of(conn, application_id).await?.filter(|(charge, _)| charge.state == "paid");
    Ok(found.and_then(|(charge, payments)| {
        let payment = payments.into_iter().find(|payment| payment.state == "succeeded")?;
        Some((charge, payment))
    }))
}

/// Nothing is owed any more: the application has been withdrawn. What the bank has not heard of is not asked for;
/// what it has runs out by itself, and money that still comes raises an alarm.
///
/// # Errors
/// The database's.
pub async fn cancel_charge(conn: &mut Conn, application_id: Uuid) -> Result<()> {
    charges::cancel(conn, application_id).await
}

/// A charge as people see it. The payment code is in Russian whatever the reader's language: the payee reads it.
fn view(app: &App, charge: ChargeRow, payments: Vec<PaymentRow>) -> Result<Charge> {
    let requisites: Requisites = serde_json::from_value(charge.requisites.clone())?;
    let version = u32::try_from(charge.service_version).map_err(Error::internal)?;
    let fee = app.catalogue.service(&charge.service, version).and_then(|service| service.fee.as_ref());
    let number = charge.number.as_deref().unwrap_or_default();
    let official = fee.map_or_else(|| charge.purpose.clone(), |fee| purpose(fee, number, DEFAULT_LANGUAGE));
    let order =
        PaymentOrder { amount: charge.amount, purpose: &official, uin: &charge.uin, kbk: &charge.kbk };
    let qr_payload = st00012(&requisites, &order).map_err(Error::internal)?;
    let owed = Owed {
        application_id: charge.application_id,
        amount: charge.amount,
        purpose: charge.purpose.clone(),
        state: charge.state.clone(),
    };
    let payments = payments.into_iter().map(|payment| payment.view(&owed));
    Ok(Charge {
        id: charge.id,
        application_id: charge.application_id,
        qr_svg: paper::qr_svg(&qr_payload).map_err(Error::internal)?,
        qr_payload,
        payments: payments.collect::<Result<_>>()?,
        uin: charge.uin,
        amount: charge.amount,
        currency: charge.currency,
        purpose: charge.purpose,
        kbk: charge.kbk,
        requisites,
        state: charge_state(&charge.state)?,
        created_at: charge.created_at,
        paid_at: charge.paid_at,
    })
}

impl PaymentRow {
    fn view(self, owed: &Owed) -> Result<Payment> {
        let state = payment_state(&self.state)?;
        Ok(Payment {
            id: self.id,
            charge_id: self.charge_id,
            application_id: owed.application_id,
            charge_state: charge_state(&owed.state)?,
            method: if self.method == Method::Sbp.as_str() { Method::Sbp } else { Method::Card },
            amount: self.amount,
            state,
            // A page that leads nowhere any more is not shown.
            confirmation_url: self.confirmation_url.filter(|_| state == PaymentState::Pending),
            failure_reason: self.failure_reason,
            paid_with: self.paid_with,
            expires_at: self.expires_at.filter(|_| state == PaymentState::Pending),
            purpose: owed.purpose.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

fn charge_state(state: &str) -> Result<ChargeState> {
    word(state)
}

fn payment_state(state: &str) -> Result<PaymentState> {
    word(state)
}

/// A state of the database as the wire's: the words are the same.
fn word<T: serde::de::DeserializeOwned>(state: &str) -> Result<T> {
    Ok(serde_json::from_value(json!(state))?)
}

/// Whether another attempt may be made for a charge in this state.
///
/// # Errors
/// `payment_alive` when it is paid, `wrong_state` when nothing is owed any more.
pub fn may_pay(state: &str) -> Result<()> {
    match charge_state(state)? {
        ChargeState::Unpaid => Ok(()),
        ChargeState::Paid => Err(ErrorCode::PaymentAlive.into()),
        ChargeState::Cancelled => Err(ErrorCode::WrongState.into()),
    }
}
