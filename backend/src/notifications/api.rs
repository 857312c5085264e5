//! The feed.

use actix_web::{HttpResponse, get, put, web};
use futures_util::FutureExt;
use futures_util::future::try_join;
use openapi::events::Subject;
use openapi::notifications::{Feed, Notification, ReadIn};
use openapi::page::PageQuery;
use uuid::Uuid;

use super::store::{self, Row};
use super::wording::Wording;
use crate::app::App;
use crate::auth::Citizen;
use crate::changes;
use crate::error::Result;
use crate::http::{Query, ValidJson, page, respond};

/// The feed, newest first, in the language of the account, with the number of unread (NT-01).
#[utoipa::path(tag = "notifications", operation_id = "list_notifications", params(PageQuery),
    responses((status = 200, body = Feed)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/notifications")]
pub async fn list_notifications(
    app: web::Data<App>,
    citizen: Citizen,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let limit = page::limit(query.0.limit)?;
    let before = page::read_id(query.0.cursor.as_deref())?;
    let conn = app.db.read().await?;
    let listing = store::list_for(&conn, citizen.account_id, before, page::rows(limit)?);
    let (listing, ()) = try_join(listing, citizen.ensure_live(&conn)).await?;
    drop(conn);
    let more = listing.rows.len() > limit;
    let rows: Vec<&Row> = listing.rows.iter().take(limit).collect();
    let next = rows.last().filter(|_| more).map(|row| row.id.simple().to_string());
    let items = rows.into_iter().map(|row| notification(&app, &listing.language, row)).collect();
    respond::ok(&Feed { items, next, unread: listing.unread })
}

/// Marks as read everything up to and including a notification.
#[utoipa::path(tag = "notifications", operation_id = "mark_notifications_read", request_body = ReadIn,
    responses((status = 204)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[put("/notifications/read")]
pub async fn mark_notifications_read(
    app: web::Data<App>,
    citizen: Citizen,
    input: ValidJson<ReadIn>,
) -> Result<HttpResponse> {
    let (account_id, up_to) = (citizen.account_id, input.value.up_to);
    citizen
        .write(&app, move |conn| {
            async move {
                if store::save_read(conn, account_id, up_to).await? > 0 {
                    changes::pulse(conn, Some(account_id), Subject::Notification, up_to).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(respond::nothing())
}

/// Marks as read everything about one application: for a page that has just shown it.
///
/// Somebody else's application has nothing to mark.
#[utoipa::path(tag = "notifications", operation_id = "mark_application_read",
    params(("id" = Uuid, Path, description = "The application")),
    responses((status = 204)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[put("/applications/{id}/notifications/read")]
pub async fn mark_application_read(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let account_id = citizen.account_id;
    citizen
        .write(&app, move |conn| {
            async move {
                if let Some(newest) = store::save_read_of(conn, account_id, *id).await? {
                    changes::pulse(conn, Some(account_id), Subject::Notification, newest).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(respond::nothing())
}

fn notification(app: &App, language: &str, row: &Row) -> Notification {
    let wording = Wording {
        texts: &app.texts,
        catalogue: &app.catalogue,
        language,
        kind: &row.kind,
        data: &row.data,
        service_version: row.service_version,
    };
    // One row that does not read must not close the whole feed.
    let line = |part: &str| {
        wording.line(part).unwrap_or_else(|gap| {
            tracing::error!(notification.id = %row.id, error.cause = %gap, "a notification cannot be worded");
            String::new()
        })
    };
    Notification {
        id: row.id,
        kind: row.kind.clone(),
        application_id: row.application_id,
        title: line("title"),
        body: line("body"),
        created_at: row.created_at,
        read_at: row.read_at,
    }
}
