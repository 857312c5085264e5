//! `/applications/{id}/messages` and `/desk/cases/{id}/messages`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use futures_util::FutureExt;
use futures_util::future::{try_join, try_join3};
use openapi::Page;
use openapi::messages::{Message, MessageIn};
use openapi::page::PageQuery;
use uuid::Uuid;

use super::store::{self, Reader};
use crate::app::App;
use crate::auth::{Citizen, Officer};
use crate::error::{Error, Result};
use crate::history::reads::{self, Opened};
use crate::http::extract::{IdempotencyKey, Query, ValidJson};
use crate::http::{page, respond};

/// The messages about an application, the newest first (SV4-14, P-04).
#[utoipa::path(tag = "messages", operation_id = "list_messages",
    params(("id" = Uuid, Path, description = "The application"), PageQuery),
    responses((status = 200, body = Page<Message>)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/applications/{id}/messages")]
pub async fn list_messages(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let asked = Asked::read(&query.0)?;
    let conn = app.db.read().await?;
    let thread = store::list_for(&conn, Reader::Applicant(citizen.account_id), *id, asked.before, asked.most);
    let (thread, ()) = try_join(thread, citizen.ensure_live(&conn)).await?;
    drop(conn);
    respond::ok(&asked.page(thread))
}

/// Writes to the service about an application that has been filed, until it is decided or withdrawn.
///
/// A person may send only so many messages per hour.
#[utoipa::path(tag = "messages", operation_id = "send_message", request_body = MessageIn,
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Message)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("message_received")),
        ("x-errors" = json!(["wrong_state", "case_closed", "too_many_requests"]))))]
#[post("/applications/{id}/messages")]
pub async fn send_message(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    input: ValidJson<MessageIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("send_message:{id}"), &input.canonical);
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::CREATED, move |conn| {
            async move { super::receive(conn, &data, citizen.account_id, *id, &input.value.body).await }
                .boxed()
        })
        .await
}

/// The messages about a case, the newest first, for the officer who has taken it.
#[utoipa::path(tag = "desk", operation_id = "list_case_messages",
    params(("id" = Uuid, Path, description = "The case"), PageQuery),
    responses((status = 200, body = Page<Message>)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("read"))))]
#[get("/desk/cases/{id}/messages")]
pub async fn list_case_messages(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let asked = Asked::read(&query.0)?;
    let conn = app.db.read().await?;
    let noted = reads::note(&conn, officer.officer_id, Opened::Messages, *id);
    let thread = store::list_for(&conn, Reader::Officer(officer.officer_id), *id, asked.before, asked.most);
    let (noted, thread, ()) = try_join3(noted, thread, officer.ensure_live(&conn)).await?;
    drop(conn);
    if !noted {
        return Err(Error::not_found());
    }
    respond::ok(&asked.page(thread))
}

/// Writes to the applicant of a case the officer has taken; the applicant is told by mail that there is a message, and
/// not what it says.
#[utoipa::path(tag = "desk", operation_id = "send_case_message", request_body = MessageIn,
    params(("id" = Uuid, Path, description = "The case"), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Message)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("message_sent")),
        ("x-errors" = json!(["wrong_state", "case_closed", "already_taken"]))))]
#[post("/desk/cases/{id}/messages")]
pub async fn send_case_message(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    input: ValidJson<MessageIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(officer.actor(), &format!("send_case_message:{id}"), &input.canonical);
    officer
        .create(&app, claim, StatusCode::CREATED, move |conn| {
            async move { super::send(conn, officer.officer_id, *id, &input.value.body).await }.boxed()
        })
        .await
}

/// Which page of a thread is asked for.
struct Asked {
    limit: usize,
    before: Option<Uuid>,
    most: i64,
}

impl Asked {
    fn read(query: &PageQuery) -> Result<Self> {
        let limit = page::limit(query.limit)?;
        Ok(Self { limit, before: page::read_id(query.cursor.as_deref())?, most: page::rows(limit)? })
    }

    /// From one message more than the page holds, which only says that there is a next one.
    fn page(&self, mut thread: Vec<Message>) -> Page<Message> {
        let more = thread.len() > self.limit;
        thread.truncate(self.limit);
        let next = thread.last().filter(|_| more).map(|message| message.id.simple().to_string());
        Page { items: thread, next }
    }
}
