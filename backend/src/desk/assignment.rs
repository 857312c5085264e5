//! Taking a case and giving it back.

use openapi::ErrorCode;
use openapi::desk::Case;
use openapi::events::Subject;
use serde_json::json;
use uuid::Uuid;

use super::{case, store};
use crate::app::App;
use crate::applications::graph::{self, CaseEvent};
use crate::changes;
use crate::db::Conn;
use crate::error::Result;
use crate::history::{self, By};

/// Takes a case in review that nobody has. Who has it already has it still.
///
/// # Errors
/// `already_taken`, `wrong_state`, `not_found`.
pub(super) async fn take(conn: &mut Conn, app: &App, officer_id: Uuid, id: Uuid) -> Result<Case> {
    if store::take(conn, id, officer_id).await? {
        record(conn, By::Officer(officer_id), id, CaseEvent::Taken).await?;
        return case::case(conn, app, officer_id, id).await;
    }
    match store::find_head(conn, id).await?.officer {
        Some(holder) if holder.id == officer_id => case::case(conn, app, officer_id, id).await,
        Some(_) => Err(ErrorCode::AlreadyTaken.into()),
        None => Err(ErrorCode::WrongState.into()),
    }
}

/// Gives a case back to the queue. A case nobody has stays so.
///
/// # Errors
/// `already_taken` for another officer's, `wrong_state` for what is decided, `not_found`.
pub(super) async fn release(conn: &mut Conn, app: &App, officer_id: Uuid, id: Uuid) -> Result<Case> {
    let read = store::lock_case(conn, id).await?;
    match read.row.officer_id {
        None => return case::case(conn, app, officer_id, id).await,
        Some(holder) if holder != officer_id => return Err(ErrorCode::AlreadyTaken.into()),
        Some(_) => {}
    }
    if !graph::can(read.row.state()?, CaseEvent::Released) {
        return Err(ErrorCode::WrongState.into());
    }
    store::release(conn, &read.row, officer_id).await?;
    record(conn, By::Officer(officer_id), id, CaseEvent::Released).await?;
    case::case(conn, app, officer_id, id).await
}

/// Puts every case of an officer who leaves back into the queue; how many they were. What is decided stays theirs.
///
/// # Errors
/// The database's.
pub async fn release_all(conn: &mut Conn, officer_id: Uuid) -> Result<usize> {
    let held = store::held_by(conn, officer_id, &graph::sources(CaseEvent::Released)).await?;
    let mut released = 0;
    for id in held {
        let read = store::lock_case(conn, id).await?;
        // Decided, or given back, while we waited for the row.
        if read.row.officer_id != Some(officer_id) || !graph::can(read.row.state()?, CaseEvent::Released) {
            continue;
        }
        store::release(conn, &read.row, officer_id).await?;
        record(conn, By::System, id, CaseEvent::Released).await?;
        released += 1;
    }
    Ok(released)
}

async fn record(conn: &mut Conn, by: By, id: Uuid, event: CaseEvent) -> Result<()> {
    history::append(conn, id, event.as_str(), by, json!({})).await?;
    let owner = crate::applications::store::find_unscoped(conn, id).await?.row.account_id;
    changes::pulse_all(conn, &[(Some(owner), Subject::Application, id), (None, Subject::Case, id)]).await
}
