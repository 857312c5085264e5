//! `/desk/cases`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, put, web};
use futures_util::FutureExt;
use futures_util::future::try_join;
use openapi::desk::{ApprovalIn, Case, CasesQuery, CorrectionIn, Queue, RefusalIn, RevocationIn};
use uuid::Uuid;

use super::decision::{self, Decision};
use super::store::Wanted;
use super::{assignment, case, correction, queue, store};
use crate::app::App;
use crate::auth::subject::Officer;
use crate::error::Result;
use crate::http::extract::{IdempotencyKey, IfMatch, Query, ValidJson};
use crate::http::{page, respond};

/// Cases of a view, the most urgent first, and how much waits in each view.
#[utoipa::path(tag = "desk", operation_id = "list_cases", params(CasesQuery),
    responses((status = 200, body = Queue)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/desk/cases")]
pub async fn list_cases(
    app: web::Data<App>,
    officer: Officer,
    query: Query<CasesQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    let limit = page::limit(query.limit)?;
    let wanted = Wanted {
        officer_id: officer.officer_id,
        view: query.view,
        service: query.service.as_deref(),
        sought: query.search.as_deref().and_then(queue::sought),
        after: page::read(query.cursor.as_deref())?,
        most: page::rows(limit)?,
    };
    let conn = app.db.read().await?;
    let ((), listing) = try_join(officer.ensure_live(&conn), store::list(&conn, &wanted)).await?;
    respond::ok(&queue::page(&app, listing, limit)?)
}

/// A case.
///
/// Answers, documents and remarks are shown to the officer who has taken it.
#[utoipa::path(tag = "desk", operation_id = "get_case",
    params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("read"))))]
#[get("/desk/cases/{id}")]
pub async fn get_case(app: web::Data<App>, officer: Officer, id: web::Path<Uuid>) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let case = case::case(&conn, &app, officer.officer_id, *id);
    let ((), case) = try_join(officer.ensure_live(&conn), case).await?;
    respond::versioned(case.version, &case)
}

/// Takes a case in review; of two officers one hears `already_taken`.
#[utoipa::path(tag = "desk", operation_id = "take_case",
    params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")),
        ("x-audit" = json!("taken")),
        ("x-errors" = json!(["wrong_state", "already_taken"]))))]
#[put("/desk/cases/{id}/assignment")]
pub async fn take_case(app: web::Data<App>, officer: Officer, id: web::Path<Uuid>) -> Result<HttpResponse> {
    let data = app.clone();
    let case: Case = officer
        .write(&app, move |conn| {
            async move { assignment::take(conn, &data, officer.officer_id, *id).await }.boxed()
        })
        .await?;
    respond::versioned(case.version, &case)
}

/// Gives a case back to the queue.
#[utoipa::path(tag = "desk", operation_id = "release_case",
    params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")),
        ("x-audit" = json!("released")),
        ("x-errors" = json!(["wrong_state", "already_taken"]))))]
#[delete("/desk/cases/{id}/assignment")]
pub async fn release_case(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let data = app.clone();
    let case: Case = officer
        .write(&app, move |conn| {
            async move { assignment::release(conn, &data, officer.officer_id, *id).await }.boxed()
        })
        .await?;
    respond::versioned(case.version, &case)
}

/// Asks the applicant to mend named fields or documents; the clock stands still until then (CS-04).
///
/// Of a remark: `not_asked`, `duplicate` at its pointer, `choice_unknown` at its reason.
#[utoipa::path(tag = "desk", operation_id = "request_correction", request_body = CorrectionIn,
    params(("id" = Uuid, Path, description = "The case"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("correction_requested")),
        ("x-errors" = json!(["wrong_state", "already_taken"]))))]
#[post("/desk/cases/{id}/correction")]
pub async fn request_correction(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
    input: ValidJson<CorrectionIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(officer.actor(), &format!("request_correction:{id}"), &input.canonical);
    let data = app.clone();
    officer
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move {
                correction::request(conn, &data, officer.officer_id, *id, version.0, &input.value).await
            }
            .boxed()
        })
        .await
}

/// Approves a case the officer has taken; the signed result follows (CS-11).
///
/// A follow-up takes the place of what it changes (SV4-15): that result is taken back. `not_ready` while it is still
/// being made.
#[utoipa::path(tag = "desk", operation_id = "approve_case", request_body = ApprovalIn,
    params(("id" = Uuid, Path, description = "The case"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("approved")),
        ("x-errors" = json!(["wrong_state", "already_taken", "not_ready", "decisions_stopped"]))))]
#[post("/desk/cases/{id}/approval")]
pub async fn approve_case(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
    input: ValidJson<ApprovalIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(officer.actor(), &format!("approve_case:{id}"), &input.canonical);
    let decision = Decision { officer_id: officer.officer_id, id: *id, version: version.0 };
    let data = app.clone();
    officer
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move { decision::approve(conn, &data, decision, &input.value).await }.boxed()
        })
        .await
}

/// Refuses a case the officer has taken, with the service's reasons, each of which says how to mend it (CS-09).
///
/// Of a reason: `choice_unknown`, `duplicate` at its code.
#[utoipa::path(tag = "desk", operation_id = "refuse_case", request_body = RefusalIn,
    params(("id" = Uuid, Path, description = "The case"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("refused")),
        ("x-errors" = json!(["wrong_state", "already_taken", "decisions_stopped"]))))]
#[post("/desk/cases/{id}/refusal")]
pub async fn refuse_case(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
    input: ValidJson<RefusalIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(officer.actor(), &format!("refuse_case:{id}"), &input.canonical);
    let decision = Decision { officer_id: officer.officer_id, id: *id, version: version.0 };
    let data = app.clone();
    officer
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move { decision::refuse(conn, &data, decision, &input.value).await }.boxed()
        })
        .await
}

/// Takes an issued result back: its public page says so at once.
#[utoipa::path(tag = "desk", operation_id = "revoke_result", request_body = RevocationIn,
    params(("id" = Uuid, Path, description = "The case"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Case)),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("revoked")),
        ("x-errors" = json!(["wrong_state", "already_taken", "not_ready", "decisions_stopped"]))))]
#[post("/desk/cases/{id}/revocation")]
pub async fn revoke_result(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
    input: ValidJson<RevocationIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(officer.actor(), &format!("revoke_result:{id}"), &input.canonical);
    let decision = Decision { officer_id: officer.officer_id, id: *id, version: version.0 };
    let data = app.clone();
    officer
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move { decision::revoke(conn, &data, decision, &input.value).await }.boxed()
        })
        .await
}
