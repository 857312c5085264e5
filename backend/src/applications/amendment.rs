//! Taking a filed application back to change it, as long as the service lets people (FM-11, C15).

use catalogue::definition::EditUntil;
use openapi::ErrorCode;
use openapi::applications::{Application, State};
use openapi::events::Subject;
use serde_json::json;
use uuid::Uuid;

use super::graph::CaseEvent;
use super::view::{self, service_of};
use super::{reply, store};
use crate::accounts::limits::{DAY, Limit};
use crate::app::App;
use crate::changes;
use crate::db::Conn;
use crate::error::Result;
use crate::history::{self, By};

/// Opens everything for its applicant; the officer who has the case keeps it and waits. Nothing is paid anew: the
/// charge is that of the filing.
///
/// # Errors
/// `wrong_state`, also where the service lets people change only what no officer has taken; `stale_version`;
/// `too_many_requests`.
pub async fn begin(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    id: Uuid,
    version: i32,
) -> Result<Application> {
    let read = store::lock_for(conn, account_id, id).await?;
    read.ensure(CaseEvent::Amending, version)?;
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    if service.edit_until == EditUntil::Assigned && read.row.officer_id.is_some() {
        return Err(ErrorCode::WrongState.into());
    }
    // Each time is a check by the registers, notices, and files that are kept for good.
    let most = app.config.applications.amendments_per_day;
    Limit::new(app, "amendment", &account_id.to_string(), most, DAY).spend(conn).await?;
    reply::hand_back(conn, app, &read, service, State::Amending).await?;
    history::append(conn, id, CaseEvent::Amending.as_str(), By::Citizen(account_id), json!({})).await?;
    let told = [(Some(account_id), Subject::Application, id), (None, Subject::Case, id)];
    changes::pulse_all(conn, &told).await?;
    view::application(conn, app, account_id, id).await
}
