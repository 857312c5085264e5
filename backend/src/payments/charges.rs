//! Rows of charges.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::store::PaymentRow;
use crate::db::Conn;
use crate::db::schema::{applications, charges, payments};
use crate::error::{Error, Result};

/// A charge with what it needs of its application.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = charges, check_for_backend(diesel::pg::Pg))]
pub struct ChargeRow {
    pub id: Uuid,
    pub application_id: Uuid,
    pub account_id: Uuid,
    pub uin: String,
    pub amount: i64,
    pub currency: String,
    pub purpose: String,
    pub kbk: String,
    pub requisites: Value,
    pub state: String,
    pub created_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
    #[diesel(select_expression = applications::service)]
    pub service: String,
    #[diesel(select_expression = applications::service_version)]
    pub service_version: i32,
    #[diesel(select_expression = applications::number)]
    pub number: Option<String>,
}

/// What an attempt to pay is for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = charges, check_for_backend(diesel::pg::Pg))]
pub struct Owed {
    pub application_id: Uuid,
    pub amount: i64,
    pub purpose: String,
    pub state: String,
}

/// A charge to be formed.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = charges)]
pub struct NewCharge {
    pub id: Uuid,
    pub application_id: Uuid,
    pub account_id: Uuid,
    pub uin: String,
    pub amount: i64,
    pub purpose: String,
    pub kbk: String,
    pub requisites: Value,
}

/// Adds a charge; false when the УИН is taken or the application has one already.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, charge: &NewCharge) -> Result<bool> {
    let query = diesel::insert_into(charges::table).values(charge).on_conflict_do_nothing();
    Ok(query.execute(conn).await? == 1)
}

/// Whether the application has a charge.
///
/// # Errors
/// The database's.
pub async fn has(conn: &mut Conn, application_id: Uuid) -> Result<bool> {
    let found = charges::table.filter(charges::application_id.eq(application_id));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn).await?)
}

/// The charge of an application with its payments, the newest first.
///
/// # Errors
/// The database's.
pub async fn find_of(mut conn: &Conn, application_id: Uuid) -> Result<Option<(ChargeRow, Vec<PaymentRow>)>> {
    let rows: Vec<(ChargeRow, Option<PaymentRow>)> = charges::table
        .inner_join(applications::table)
        .left_join(payments::table)
        .filter(charges::application_id.eq(application_id))
        .order(payments::id.desc())
        .select((ChargeRow::as_select(), Option::<PaymentRow>::as_select()))
        .load(&mut conn)
        .await?;
    Ok(gather(rows))
}

/// A charge of this account with its payments, the newest first.
///
/// # Errors
/// `not_found`.
pub async fn find_for(mut conn: &Conn, account_id: Uuid, id: Uuid) -> Result<(ChargeRow, Vec<PaymentRow>)> {
    let rows: Vec<(ChargeRow, Option<PaymentRow>)> = charges::table
        .inner_join(applications::table)
        .left_join(payments::table)
        .filter(charges::id.eq(id).and(charges::account_id.eq(account_id)))
        .order(payments::id.desc())
        .select((ChargeRow::as_select(), Option::<PaymentRow>::as_select()))
        .load(&mut conn)
        .await?;
    gather(rows).ok_or_else(Error::not_found)
}

fn gather(rows: Vec<(ChargeRow, Option<PaymentRow>)>) -> Option<(ChargeRow, Vec<PaymentRow>)> {
    let (charge, _) = rows.as_slice().first()?.clone();
    Some((charge, rows.into_iter().filter_map(|(_, payment)| payment).collect()))
}

/// Locks a charge of this account.
///
/// # Errors
/// `not_found`.
pub async fn lock_for(conn: &mut Conn, account_id: Uuid, id: Uuid) -> Result<Owed> {
    let own = charges::table.filter(charges::id.eq(id).and(charges::account_id.eq(account_id)));
    Ok(own.select(Owed::as_select()).for_update().first(conn).await?)
}

/// Ends what is owed, and attempts the bank has not heard of.
///
/// # Errors
/// The database's.
pub async fn cancel(conn: &mut Conn, application_id: Uuid) -> Result<()> {
    let unpaid =
        charges::table.filter(charges::application_id.eq(application_id).and(charges::state.eq("unpaid")));
    let cancelled: Option<Uuid> = diesel::update(unpaid)
        .set(charges::state.eq("cancelled"))
        .returning(charges::id)
        .get_result(conn)
        .await
        .optional()?;
    if let Some(charge) = cancelled {
        let unsent = payments::table
            .filter(payments::charge_id.eq(charge).and(payments::state.eq("starting")))
            .filter(payments::provider_id.is_null());
        diesel::update(unsent)
            .set((
                payments::state.eq("canceled"),
                payments::failure_reason.eq("charge_cancelled"),
                payments::updated_at.eq(diesel::dsl::now),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Marks the charge as paid; false when nothing was owed any more.
///
/// # Errors
/// The database's.
pub async fn mark_paid(conn: &mut Conn, charge_id: Uuid) -> Result<bool> {
    let unpaid = charges::table.find(charge_id).filter(charges::state.eq("unpaid"));
    let paid = diesel::update(unpaid)
        .set((charges::state.eq("paid"), charges::paid_at.eq(diesel::dsl::now)))
        .execute(conn)
        .await?;
    Ok(paid == 1)
}
