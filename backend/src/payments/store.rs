//! Rows of payments and webhooks. Locks are taken in one order everywhere: application, charge, payment.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::payments::Method;
use serde_json::Value;
use uuid::Uuid;

use super::charges::{ChargeRow, Owed};
use crate::db::Conn;
use crate::db::schema::{applications, charges, payments, webhook_inbox};
use crate::error::Result;

/// States of a payment the bank may still change.
const OPEN: [&str; 2] = ["starting", "pending"];

/// One attempt to pay.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
pub struct PaymentRow {
    pub id: Uuid,
    pub charge_id: Uuid,
    pub account_id: Uuid,
    pub method: String,
    pub amount: i64,
    pub state: String,
    pub provider_id: Option<String>,
    pub confirmation_url: Option<String>,
    pub failure_reason: Option<String>,
    pub paid_with: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub captured_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A payment with its charge and the time of the database.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub payment: PaymentRow,
    pub charge: ChargeRow,
    pub now: DateTime<Utc>,
}

impl Attempt {
    /// Whether the bank may still change it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        OPEN.contains(&self.payment.state.as_str())
    }

    /// Seconds since it was begun, by the database's clock.
    #[must_use]
    pub fn age(&self) -> i64 {
        (self.now - self.payment.created_at).num_seconds()
    }
}

/// Begins a payment; `None` when another of the charge is alive or successful.
///
/// # Errors
/// The database's.
pub async fn insert_payment(
    conn: &mut Conn,
    charge_id: Uuid,
    account_id: Uuid,
    method: Method,
    amount: i64,
) -> Result<Option<PaymentRow>> {
    let row = diesel::insert_into(payments::table)
        .values((
            payments::id.eq(Uuid::now_v7()),
            payments::charge_id.eq(charge_id),
            payments::account_id.eq(account_id),
            payments::method.eq(method.as_str()),
            payments::amount.eq(amount),
        ))
        .on_conflict_do_nothing()
        .returning(PaymentRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    Ok(row)
}

/// A payment of this account, with what it is for.
///
/// # Errors
/// `not_found`.
pub async fn find_payment_for(mut conn: &Conn, account_id: Uuid, id: Uuid) -> Result<(PaymentRow, Owed)> {
    let own = payments::table
        .inner_join(charges::table)
        .filter(payments::id.eq(id).and(payments::account_id.eq(account_id)));
    Ok(own.select((PaymentRow::as_select(), Owed::as_select())).first(&mut conn).await?)
}

/// Which payments to list.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those before this one; ids grow with time.
    pub before: Option<Uuid>,
    /// Begun at this moment or later.
    pub since: Option<DateTime<Utc>>,
    /// Begun before this moment.
    pub until: Option<DateTime<Utc>>,
    /// For applications of this service.
    pub service: Option<String>,
}

/// Payments of an account, the newest first.
///
/// # Errors
/// The database's.
pub async fn list_payments(
    mut conn: &Conn,
    account_id: Uuid,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<(PaymentRow, Owed)>> {
    let mut query = payments::table
        .inner_join(charges::table.inner_join(applications::table))
        .filter(payments::account_id.eq(account_id))
        .order(payments::id.desc())
        .limit(limit)
        .select((PaymentRow::as_select(), Owed::as_select()))
        .into_boxed();
    if let Some(before) = wanted.before {
        query = query.filter(payments::id.lt(before));
    }
    if let Some(since) = wanted.since {
        query = query.filter(payments::created_at.ge(since));
    }
    if let Some(until) = wanted.until {
        query = query.filter(payments::created_at.lt(until));
    }
    if let Some(service) = &wanted.service {
        query = query.filter(applications::service.eq(service));
    }
    Ok(query.load(&mut conn).await?)
}

/// A payment with its charge, for jobs.
///
/// # Errors
/// The database's.
pub async fn find_attempt(conn: &mut Conn, id: Uuid) -> Result<Option<Attempt>> {
    let row = payments::table
        .inner_join(charges::table.inner_join(applications::table))
        .filter(payments::id.eq(id))
        .select((
            PaymentRow::as_select(),
            ChargeRow::as_select(),
            diesel::dsl::now.into_sql::<diesel::sql_types::Timestamptz>(),
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(|(payment, charge, now)| Attempt { payment, charge, now }))
}

/// The same, with application, charge and payment locked in this order until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn lock_attempt(conn: &mut Conn, id: Uuid) -> Result<Option<Attempt>> {
    let Some(attempt) = find_attempt(conn, id).await? else { return Ok(None) };
    let (charge, application) = (attempt.charge.id, attempt.charge.application_id);
    applications::table
        .find(application)
        .select(applications::id)
        .for_no_key_update()
        .first::<Uuid>(conn)
        .await?;
    charges::table.find(charge).select(charges::id).for_update().first::<Uuid>(conn).await?;
    payments::table.find(id).select(payments::id).for_update().first::<Uuid>(conn).await?;
    find_attempt(conn, id).await
}

/// Keeps what the bank answered to the start of a payment that is starting.
///
/// # Errors
/// The database's.
pub async fn mark_pending(
    conn: &mut Conn,
    id: Uuid,
    provider_id: &str,
    confirmation_url: Option<&str>,
    expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let starting = payments::table.find(id).filter(payments::state.eq("starting"));
    diesel::update(starting)
        .set((
            payments::state.eq("pending"),
            payments::provider_id.eq(provider_id),
            payments::confirmation_url.eq(confirmation_url),
            payments::expires_at.eq(expires_at),
            payments::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The last word about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = payments)]
pub struct Ending<'a> {
    /// `succeeded`, `canceled`, `failed` or `parked`.
    pub state: &'a str,
    pub failure_party: Option<&'a str>,
    pub failure_reason: Option<&'a str>,
    /// Masked.
    pub paid_with: Option<&'a str>,
    /// When the bank took the money.
    pub captured_at: Option<DateTime<Utc>>,
}

impl<'a> Ending<'a> {
    /// An ending in this state, of which nothing more is said.
    #[must_use]
    pub const fn of(state: &'a str) -> Self {
        Self { state, failure_party: None, failure_reason: None, paid_with: None, captured_at: None }
    }
}

/// Ends an open payment; false when it has ended before. There is no way back.
///
/// # Errors
/// The database's.
pub async fn end(conn: &mut Conn, id: Uuid, ending: &Ending<'_>) -> Result<bool> {
    let open = payments::table.find(id).filter(payments::state.eq_any(OPEN));
    let ended =
        diesel::update(open).set((ending, payments::updated_at.eq(diesel::dsl::now))).execute(conn).await?;
    Ok(ended == 1)
}

/// A parked payment waits for the bank's word again; false when it is not parked, or the bank never had it.
///
/// # Errors
/// The database's.
pub async fn reopen(conn: &mut Conn, id: Uuid) -> Result<bool> {
    let parked = payments::table
        .find(id)
        .filter(payments::state.eq("parked").and(payments::provider_id.is_not_null()));
    let reopened = diesel::update(parked)
        .set((payments::state.eq("pending"), payments::updated_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await?;
    Ok(reopened == 1)
}

/// Our payment behind the bank's id, if it is still open.
///
/// # Errors
/// The database's.
pub async fn find_open_by_provider(conn: &mut Conn, provider_id: &str) -> Result<Option<Uuid>> {
    let open = payments::table
        .filter(payments::provider_id.eq(provider_id).and(payments::state.eq_any(OPEN)))
        .select(payments::id);
    Ok(open.first(conn).await.optional()?)
}

/// What is ours of a payment the bank tells of.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Known {
    pub id: Uuid,
    pub provider_id: Option<String>,
    pub state: String,
    pub amount: i64,
    pub currency: String,
    pub uin: String,
}

/// Our payments behind ids of the bank, or of ours that it was given.
///
/// # Errors
/// The database's.
pub(super) async fn find_known(conn: &mut Conn, ids: &(Vec<&str>, Vec<Uuid>)) -> Result<Vec<Known>> {
    let (theirs, ours) = (ids.0.iter().copied(), ids.1.iter().copied());
    let named = payments::provider_id.eq_any(theirs).or(payments::id.eq_any(ours).nullable());
    let known = payments::table.inner_join(charges::table).filter(named);
    let columns = (
        payments::id,
        payments::provider_id,
        payments::state,
        payments::amount,
        charges::currency,
        charges::uin,
    );
    Ok(known.select(columns).load(conn).await?)
}

/// Keeps a webhook; a repeated one is kept once.
///
/// # Errors
/// The database's.
pub async fn insert_webhook(conn: &mut Conn, event_key: &str, body: &Value) -> Result<()> {
    diesel::insert_into(webhook_inbox::table)
        .values((
            webhook_inbox::id.eq(Uuid::now_v7()),
            webhook_inbox::provider.eq("yookassa"),
            webhook_inbox::event_key.eq(event_key),
            webhook_inbox::body.eq(body),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}
