//! The officers' desk (A9): the queue, a case, taking it, asking for corrections, deciding.
//!
//! A case belongs to at most one officer. Answers and documents are shown to that officer only, and only that
//! officer decides. A result outlives whoever approved it: when they have left, any officer may take it back.

pub mod api;
mod assignment;
mod case;
mod correction;
mod decision;
mod queue;
mod replacement;
pub mod session;
mod store;

pub use assignment::release_all;
use openapi::ErrorCode;
use uuid::Uuid;

use crate::applications::store::{Read, Row};
use crate::db::Conn;
use crate::error::Result;

/// A filed application, locked until the end of the transaction, for the officer who has taken it.
///
/// # Errors
/// `not_found`, also for drafts; `already_taken`, `wrong_state` for a case nobody has.
pub async fn lock_taken(conn: &mut Conn, officer_id: Uuid, id: Uuid) -> Result<Read> {
    let read = store::lock_case(conn, id).await?;
    ensure_taken_by(&read.row, officer_id)?;
    Ok(read)
}

/// Refuses officers who have not taken the case.
fn ensure_taken_by(row: &Row, officer_id: Uuid) -> Result<()> {
    match row.officer_id {
        Some(holder) if holder == officer_id => Ok(()),
        Some(_) => Err(ErrorCode::AlreadyTaken.into()),
        None => Err(ErrorCode::WrongState.into()),
    }
}

/// The text, unless it is only white space.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
