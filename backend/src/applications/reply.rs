//! The time in which an applicant has an application back, to mend what an officer has remarked or to change it: the
//! service's clock stands still, and what was sent last goes on counting until the application is sent again. When it
//! is not sent in time, it goes on as it was (A16 «Истёк срок ответа»): no case waits for ever.

use catalogue::definition::Service;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use openapi::applications::State;
use openapi::documents::Document;
use openapi::events::Subject;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::graph::{self, CaseEvent};
use super::store::{self, Read, Row};
use super::view::service_of;
use super::{checks, clock, overdue, steps};
use crate::app::App;
use crate::db::Conn;
use crate::error::Result;
use crate::history::{self, By};
use crate::jobs::{self, Job, Outcome};
use crate::notifications::News;
use crate::{changes, documents, notifications};

/// Hands a case back to its applicant; until when, which is answered.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub async fn hand_back(
    conn: &mut Conn,
    app: &App,
    read: &Read,
    service: &Service,
    to: State,
) -> Result<DateTime<Utc>> {
    let calendar = &app.catalogue.calendar;
    let left = clock::left(service, read.now, read.row.due_at.unwrap_or(read.now), calendar);
    let due = clock::end(service.correction, read.now, calendar);
    steps::hand_back(conn, &read.row, to, left, due).await?;
    jobs::enqueue_at(conn, &Job::ReplyTermEnded { application_id: read.row.id, due }, due).await?;
    Ok(due)
}

/// The documents that count, beside [`Row::answers_sent`]: while the applicant has the application back, those that were
/// sent last.
///
/// # Errors
/// The database's.
pub async fn documents_sent(conn: &Conn, app: &App, row: &Row) -> Result<Vec<Document>> {
    if !row.state()?.is_handed_back() {
        return documents::store::list(conn, app, row.id).await;
    }
    let ids = ids_sent(conn, row.id, &[CaseEvent::Submitted, CaseEvent::Resubmitted]).await?;
    documents::store::list_of(conn, app, row.id, &ids).await
}

/// The documents the newest of these events speaks of, whether or not they have been replaced since.
///
/// # Errors
/// The database's.
pub async fn ids_sent(conn: &Conn, id: Uuid, events: &[CaseEvent]) -> Result<Vec<Uuid>> {
    #[derive(Deserialize)]
    struct Evidence {
        documents: Vec<Named>,
    }
    #[derive(Deserialize)]
    struct Named {
        id: Uuid,
    }
    let data = history::last_data(conn, id, events).await?.unwrap_or_else(|| json!({ "documents": [] }));
    let evidence: Evidence = serde_json::from_value(data)?;
    Ok(evidence.documents.into_iter().map(|document| document.id).collect())
}

/// Puts the documents back to what was sent, where the applicant has the application back; the answers are put back
/// by the statement that moves the case on.
///
/// # Errors
/// The database's.
pub(super) async fn put_documents_back(conn: &mut Conn, row: &Row) -> Result<()> {
    if !row.state()?.is_handed_back() {
        return Ok(());
    }
    let ids = ids_sent(conn, row.id, &[CaseEvent::Submitted, CaseEvent::Resubmitted]).await?;
    documents::store::put_back(conn, row.id, &ids).await
}

/// The end of the term of reply has come. Nothing happens when the application was sent in time, or has another such
/// term since.
///
/// # Errors
/// The database's.
pub async fn expire(app: &App, application_id: Uuid, due: DateTime<Utc>) -> Result<Outcome> {
    let work_app = app.clone();
    app.db
        .write(move |conn| {
            async move {
                let read = store::lock_unscoped(conn, application_id).await?;
                if read.row.reply_due_at != Some(due)
                    || !graph::can(read.row.state()?, CaseEvent::ReplyExpired)
                {
                    return Ok(Outcome::Done);
                }
                if let Ok(left) = (due - read.now).to_std() {
                    return Ok(Outcome::Again(left));
                }
                go_on(conn, &work_app, &read).await?;
                Ok(Outcome::Done)
            }
            .boxed()
        })
        .await
}

/// The case goes on as it was sent; its clock runs with what was left of it, its remarks stay for the officer to see.
async fn go_on(conn: &mut Conn, app: &App, read: &Read) -> Result<()> {
    let (row, id) = (&read.row, read.row.id);
    let service = service_of(app, &row.service, row.service_version)?;
    let left = row.paused_left.unwrap_or_default();
    let due = clock::resumed(service, read.now, left, &app.catalogue.calendar);
    put_documents_back(conn, row).await?;
    steps::reply_expired(conn, row, due).await?;
    overdue::watch(conn, id, due).await?;
    history::append(conn, id, CaseEvent::ReplyExpired.as_str(), By::System, json!({})).await?;
    if row.checked != "done" {
        // One that came to its end meanwhile was not wanted.
        checks::enqueue(conn, id).await?;
    }
    let news = News::ReplyExpired { number: row.number(), service: &service.code, due: clock::day(due) };
    notifications::tell(conn, row.account_id, Some(id), &news).await?;
    changes::pulse(conn, None, Subject::Case, id).await
}
