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

use crate::applications::store::Row;
use crate::error::Result;

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
