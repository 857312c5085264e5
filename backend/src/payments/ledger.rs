//! The books: every row moves an amount from one account to another, so their sum is zero by construction. Rows
//! are never changed; a payment moves money once.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::ledger_transfers as transfers;
use crate::error::Result;

/// What the bank owes us.
pub const BANK: &str = "bank:yookassa";
/// Money that came for a charge that is closed: to be given back.
pub const SUSPENSE: &str = "suspense:charge_closed";

/// The account of a kind of income.
#[must_use]
pub fn treasury(kbk: &str) -> String {
    format!("treasury:{kbk}")
}

/// Enters a successful payment: the bank owes, the account named gains. False when it was entered before.
///
/// # Errors
/// The database's.
pub async fn enter_payment(conn: &mut Conn, payment_id: Uuid, amount: i64, credit: &str) -> Result<bool> {
    let entered = diesel::insert_into(transfers::table)
        .values((
            transfers::id.eq(Uuid::now_v7()),
            transfers::payment_id.eq(payment_id),
            transfers::kind.eq("payment"),
            transfers::debit.eq(BANK),
            transfers::credit.eq(credit),
            transfers::amount.eq(amount),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(entered == 1)
}

/// A rule of the books that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Breach {
    /// `paid_without_payment`, `payment_without_charge`, `payment_without_transfer`, `transfer_without_payment`,
    /// `amount_differs`, `credited_elsewhere`.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// The charge or payment concerned.
    #[diesel(sql_type = SqlUuid)]
    pub subject: Uuid,
    /// Kopecks that are too many or too few; zero where an amount says nothing.
    #[diesel(sql_type = BigInt)]
    pub amount: i64,
}

/// What must hold after any fault (invariant I4), beside the zero sum that every row brings along: a charge is paid exactly
/// by one successful payment, a payment is successful exactly when its amount stands in the books, and there it is the
/// treasury's, or owed back where the charge was closed. `$1`: what has moved since; null is everything.
const RULES: &str = "
    select 'paid_without_payment' as rule, c.id as subject, c.amount from charges c
      where c.state = 'paid' and ($1 is null or c.paid_at >= $1)
        and (select count(*) from payments p where p.charge_id = c.id and p.state = 'succeeded') <> 1
    union all
    select 'payment_without_charge', p.id, p.amount from payments p join charges c on c.id = p.charge_id
      where p.state = 'succeeded' and ($1 is null or p.updated_at >= $1) and c.state = 'unpaid'
    union all
    select 'payment_without_transfer', p.id, p.amount from payments p
      where p.state = 'succeeded' and ($1 is null or p.updated_at >= $1)
        and not exists (select from ledger_transfers t where t.payment_id = p.id and t.kind = 'payment')
    union all
    select 'transfer_without_payment', p.id, t.amount from ledger_transfers t join payments p on p.id = t.payment_id
      where t.kind = 'payment' and ($1 is null or t.at >= $1) and p.state <> 'succeeded'
    union all
    select 'amount_differs', p.id, t.amount - p.amount from ledger_transfers t join payments p on p.id = t.payment_id
      where t.kind = 'payment' and ($1 is null or t.at >= $1) and t.amount <> p.amount
    union all
    select 'credited_elsewhere', p.id, t.amount from ledger_transfers t join payments p on p.id = t.payment_id
      join charges c on c.id = p.charge_id
      where t.kind = 'payment' and ($1 is null or t.at >= $1) and c.state <> 'unpaid'
        and t.credit <> case c.state when 'paid' then 'treasury:' || c.kbk else 'suspense:charge_closed' end
    order by 1, 2";

/// Every breach of the rules of the books, by what has moved since a moment or ever; none is how it must be.
///
/// # Errors
/// The database's.
pub async fn verify(conn: &mut Conn, since: Option<DateTime<Utc>>) -> Result<Vec<Breach>> {
    Ok(diesel::sql_query(RULES).bind::<Nullable<Timestamptz>, _>(since).load(conn).await?)
}
