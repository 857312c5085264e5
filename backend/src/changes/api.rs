//! Changes, as a stream or by asking. Citizens hear of their own things, officers of the desk's.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING};
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, web};
use futures_util::future::try_join;
use openapi::events::{Changes, ChangesQuery};
use uuid::Uuid;

use super::relay::Audience;
use super::{store, stream};
use crate::app::App;
use crate::auth::subject::ensure_live;
use crate::auth::{Citizen, Officer};
use crate::error::{Error, Result};
use crate::http::{Query, respond};

/// A citizen or an officer: whose changes, and by which session.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    audience: Audience,
    session_id: Uuid,
}

impl FromRequest for Reader {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let citizen = Citizen::from_request(request, payload).into_inner();
        let reader = citizen.map(|who| Self { audience: Some(who.account_id), session_id: who.session_id });
        ready(reader.or_else(|_| {
            let officer = Officer::from_request(request, payload).into_inner()?;
            Ok(Self { audience: None, session_id: officer.session_id })
        }))
    }
}

/// Changes after a number; for networks that do not let streams through, to be asked every few seconds.
///
/// A change may be told again by the next answer, while an earlier one may still be on its way. Without `after` only the
/// number to begin with is told.
#[utoipa::path(tag = "changes", operation_id = "list_changes", params(ChangesQuery),
    responses((status = 200, body = Changes)),
    extensions(("x-access" = json!("person")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/changes")]
pub async fn list_changes(
    app: web::Data<App>,
    reader: Reader,
    query: Query<ChangesQuery>,
) -> Result<HttpResponse> {
    // First the number, then the changes: what commits in between is told twice rather than never.
    let settled = app.relay.settled()?;
    let changes = match query.0.after {
        None => Vec::new(),
        Some(after) => {
            let conn = app.db.read().await?;
            let changes = store::list_after(&conn, reader.audience, after, settled);
            try_join(changes, ensure_live(&conn, reader.session_id)).await?.0
        }
    };
    let changes = changes.into_iter().map(|(_, change)| change).collect();
    let seq = settled.max(query.0.after.unwrap_or(0));
    respond::ok(&Changes { seq, changes })
}

/// Changes as they come: server-sent events named `change`, whose `id` is the number to go on from (`after`,
/// or the header `Last-Event-ID`).
///
/// The stream ends within five seconds after the session has ended.
#[utoipa::path(tag = "changes", operation_id = "stream_changes",
    params(ChangesQuery,
        ("Last-Event-ID" = Option<i64>, Header, description = "The `id` of the last event heard; wins over `after`")),
    responses((status = 200, body = String, content_type = "text/event-stream",
        description = "`id: <seq>`, `event: change`, `data: <a Change as JSON>`; a line `:` is a sign of life.")),
    extensions(("x-access" = json!("person")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/changes/stream")]
pub async fn stream_changes(
    app: web::Data<App>,
    reader: Reader,
    query: Query<ChangesQuery>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let header = request.headers().get("Last-Event-ID").and_then(|value| value.to_str().ok()?.parse().ok());
    let conn = app.db.read().await?;
    ensure_live(&conn, reader.session_id).await?;
    // Listen before reading what was missed, so that nothing falls in between.
    let settled = app.relay.settled()?;
    let live = app.relay.listen(reader.audience, reader.session_id);
    let missed = match header.or(query.0.after) {
        None => Vec::new(),
        Some(after) => store::list_after(&conn, reader.audience, after, settled).await?,
    };
    drop(conn);
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Compression would hold events back until its buffer is full.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(stream::events(&missed, live)))
}
