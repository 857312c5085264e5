//! Steps nobody's form makes: paid, taken back, received.

use openapi::ErrorCode;
use openapi::applications::{Application, State};
use openapi::events::Subject;
use serde_json::json;
use uuid::Uuid;

use super::graph::CaseEvent;
use super::view::{self, service_of};
use super::{clock, overdue, reply, steps, store};
use crate::app::App;
use crate::db::Conn;
use crate::error::Result;
use crate::history::{self, By};
use crate::jobs::{self, Job};
use crate::notifications::News;
use crate::{alarms, changes, notifications, papers, payments};

/// The money has come, `amount` kopecks: the case goes to the check and its clock starts (SB-07, C16). Called in the
/// transaction that settles the payment. Money for a case that no longer waits for it raises an alarm and moves
/// nothing.
///
/// # Errors
/// `not_found`; the database's.
pub async fn on_paid(conn: &mut Conn, app: &App, application_id: Uuid, amount: i64) -> Result<()> {
    let read = store::lock_unscoped(conn, application_id).await?;
    let row = &read.row;
    let service = service_of(app, &row.service, row.service_version)?;
    let due = row.due_at.unwrap_or_else(|| clock::review_end(service, read.now, &app.catalogue.calendar));
    if !steps::pay(conn, row, Some(due)).await? {
        let data = json!({ "state": row.state });
        alarms::raise(conn, "paid_not_awaited", application_id, &data).await?;
        let news = News::PaidInVain { number: row.number(), service: &service.code, amount };
        return notifications::tell(conn, row.account_id, Some(application_id), &news).await;
    }
    overdue::watch(conn, application_id, due).await?;
    let event = CaseEvent::Paid.as_str();
    history::append(conn, application_id, event, By::Bank, json!({})).await?;
    // The person is told with the receipt.
    jobs::enqueue(conn, &Job::MakePaymentReceipt { application_id }).await?;
    jobs::enqueue(conn, &Job::CheckRegisters { application_id, round: 1 }).await?;
    let told =
        [(Some(row.account_id), Subject::Application, application_id), (None, Subject::Case, application_id)];
    changes::pulse_all(conn, &told).await
}

/// Takes an application back for good while nobody has decided it (FM-11). A charge that is not paid is cancelled, and
/// what was being changed is as it was sent.
///
/// # Errors
/// `wrong_state`, `stale_version`; what [`payments::cancel_charge`] refuses.
pub async fn withdraw(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    id: Uuid,
    version: i32,
) -> Result<Application> {
    let read = store::lock_for(conn, account_id, id).await?;
    read.ensure(CaseEvent::Withdrawn, version)?;
    reply::put_documents_back(conn, &read.row).await?;
    steps::withdraw(conn, &read.row).await?;
    if read.row.state()? == State::AwaitingPayment {
        payments::cancel_charge(conn, id).await?;
    }
    let event = CaseEvent::Withdrawn.as_str();
    history::append(conn, id, event, By::Citizen(account_id), json!({})).await?;
    let news = News::Withdrawn { number: read.row.number(), service: &read.row.service };
    notifications::tell(conn, account_id, Some(id), &news).await?;
    changes::pulse(conn, None, Subject::Case, id).await?;
    view::application(conn, app, account_id, id).await
}

/// The person says that they have the result (SV4-12): the case is completed. Said once more, it stays so.
///
/// # Errors
/// `wrong_state` for what is not approved and for a result that has been taken back, `not_ready` while it is being made.
pub async fn confirm(conn: &mut Conn, app: &App, account_id: Uuid, id: Uuid) -> Result<Application> {
    let read = store::lock_for(conn, account_id, id).await?;
    if read.row.state()? != State::Completed {
        read.ensure(CaseEvent::ResultConfirmed, read.row.version)?;
        match papers::store::holds(conn, id).await? {
            Some(true) => {}
            Some(false) => return Err(ErrorCode::WrongState.into()),
            None => return Err(ErrorCode::NotReady.into()),
        }
        steps::complete(conn, &read.row).await?;
        let event = CaseEvent::ResultConfirmed.as_str();
        history::append(conn, id, event, By::Citizen(account_id), json!({})).await?;
        let told = [(Some(account_id), Subject::Application, id), (None, Subject::Case, id)];
        changes::pulse_all(conn, &told).await?;
    }
    view::application(conn, app, account_id, id).await
}
