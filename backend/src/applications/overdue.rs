//! A term of review that has ended without a decision (SV4-10, C44): nobody is approved by silence, but the applicant is
//! told and the history keeps it. A job waits for the end of every term.

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use openapi::events::Subject;
use serde_json::{Value, json};
use uuid::Uuid;

use super::graph::{self, CaseEvent};
use super::{clock, store};
use crate::app::App;
use crate::db::Conn;
use crate::error::Result;
use crate::history::{self, By};
use crate::jobs::{self, Job, Outcome};
use crate::notifications::News;
use crate::{changes, notifications};

/// Waits for the end of a term, in the transaction that sets it.
///
/// # Errors
/// The database's.
pub(super) async fn watch(conn: &Conn, application_id: Uuid, due: DateTime<Utc>) -> Result<()> {
    jobs::enqueue_at(conn, &Job::TermEnded { application_id, due }, due).await
}

/// The end has come. Nothing happens when the case was decided in time, or has another term since.
///
/// # Errors
/// The database's.
pub async fn tell(app: &App, application_id: Uuid, due: DateTime<Utc>) -> Result<Outcome> {
    app.db
        .write(move |conn| {
            async move {
                let read = store::lock_unscoped(conn, application_id).await?;
                let row = &read.row;
                let event = CaseEvent::Overdue;
                if row.due_at != Some(due) || !graph::can(row.state()?, event) {
                    return Ok(Outcome::Done);
                }
                if let Ok(left) = (due - read.now).to_std() {
                    return Ok(Outcome::Again(left));
                }
                let told = history::last_data(conn, application_id, &[event]).await?;
                if told.is_some_and(|data| data.get("due").and_then(Value::as_str) == Some(&due.to_rfc3339()))
                {
                    return Ok(Outcome::Done);
                }
                let data = json!({ "due": due.to_rfc3339() });
                history::append(conn, application_id, event.as_str(), By::System, data).await?;
                let news =
                    News::Overdue { number: row.number(), service: &row.service, due: clock::day(due) };
                notifications::tell(conn, row.account_id, Some(application_id), &news).await?;
                changes::pulse(conn, None, Subject::Case, application_id).await?;
                Ok(Outcome::Done)
            }
            .boxed()
        })
        .await
}
