//! `/applications`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, put, web};
use futures_util::FutureExt;
use futures_util::future::try_join;
use openapi::Page;
use openapi::accounts::Challenge;
use openapi::applications::{
    AnswersIn, Application, ApplicationIn, ApplicationSummary, ApplicationsQuery, ResubmissionIn, Saved,
    SubmissionIn,
};
use uuid::Uuid;

use super::{amendment, correction, draft, filing, listing, progress, store, view};
use crate::app::App;
use crate::auth::subject::Citizen;
use crate::error::Result;
use crate::http::extract::{IdempotencyKey, IfMatch, Language, Query, ValidJson};
use crate::http::{page, respond};

/// Starts a draft of a service's newest version, filled in with what the account knows (FM-01, FM-04).
///
/// It may begin with the answers of an application that has been filed: to file again after a refusal, or to tell of a
/// change of what is approved (SV4-15). A person may have only so many drafts, and start only so many per hour. At
/// `/service`: `unknown_service`, `too_many_drafts` (`count`); at `/based_on`: `unknown_application`.
#[utoipa::path(tag = "applications", operation_id = "create_application", request_body = ApplicationIn,
    params(("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["too_many_requests"]))))]
#[post("/applications")]
pub async fn create_application(
    app: web::Data<App>,
    citizen: Citizen,
    key: IdempotencyKey,
    input: ValidJson<ApplicationIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), "create_application", &input.canonical);
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::CREATED, move |conn| {
            async move { draft::create(conn, &data, citizen.account_id, &input.value).await }.boxed()
        })
        .await
}

/// The person's applications, the last changed first (C42, CS-02).
#[utoipa::path(tag = "applications", operation_id = "list_applications", params(ApplicationsQuery),
    responses((status = 200, body = Page<ApplicationSummary>)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/applications")]
pub async fn list_applications(
    app: web::Data<App>,
    citizen: Citizen,
    query: Query<ApplicationsQuery>,
) -> Result<HttpResponse> {
    let limit = page::limit(query.0.limit)?;
    let after = page::read(query.0.cursor.as_deref())?;
    let most = page::rows(limit)?;
    let conn = app.db.read().await?;
    let rows = listing::list_for(&conn, citizen.account_id, query.0.tab, after, most);
    let (rows, ()) = try_join(rows, citizen.ensure_live(&conn)).await?;
    drop(conn);
    respond::ok(&listing::page(&app, citizen.account_id, rows, limit)?)
}

/// One application with its documents, remarks, charge, history and papers.
#[utoipa::path(tag = "applications", operation_id = "get_application",
    params(("id" = Uuid, Path, description = "The application")),
    responses((status = 200, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))))]
#[get("/applications/{id}")]
pub async fn get_application(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let application = view::application(&conn, &app, citizen.account_id, *id);
    let (application, ()) = try_join(application, citizen.ensure_live(&conn)).await?;
    drop(conn);
    respond::versioned(application.version, &application)
}

/// Saves all answers of a draft (FM-02, FM-03), of an application that is being changed, or of one that is to be
/// mended: then only what is remarked may differ (`not_remarked`).
///
/// Answers may be wrong; what is not of the form's shape is refused. At most 64 KiB. The same answers over
/// the same version again get the first answer.
#[utoipa::path(tag = "applications", operation_id = "save_answers", request_body = AnswersIn,
    params(("id" = Uuid, Path, description = "The application"), ("If-Match" = String, Header)),
    responses((status = 200, body = Saved)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["wrong_state"]))))]
#[put("/applications/{id}/answers")]
pub async fn save_answers(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    version: IfMatch,
    input: ValidJson<AnswersIn>,
) -> Result<HttpResponse> {
    let data = app.clone();
    let saved: Saved = app
        .db
        .write_alone(move |conn| {
            let answers = input.value.answers;
            async move { draft::save(conn, &data, &citizen, *id, version.0, answers).await }.boxed()
        })
        .await?;
    respond::versioned(saved.version, &saved)
}

/// Deletes a draft.
///
/// What has been filed is withdrawn instead: `wrong_state`.
#[utoipa::path(tag = "applications", operation_id = "delete_draft",
    params(("id" = Uuid, Path, description = "The application")),
    responses((status = 204)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["wrong_state"]))))]
#[delete("/applications/{id}")]
pub async fn delete_draft(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    citizen
        .write(&app, move |conn| {
            async move { store::delete_draft(conn, citizen.account_id, *id).await }.boxed()
        })
        .await?;
    Ok(respond::nothing())
}

/// Sends the code that confirms the filing, once the form is right; else `invalid` with everything that is wrong.
#[utoipa::path(tag = "applications", operation_id = "request_submission_code",
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 201, body = Challenge)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["wrong_state", "invalid", "factor_off", "too_many_requests"]))))]
#[post("/applications/{id}/codes")]
pub async fn request_submission_code(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("request_submission_code:{id}"), b"");
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::CREATED, move |conn| {
            async move { filing::request_code(conn, &data, citizen.account_id, *id).await }.boxed()
        })
        .await
}

/// Files the application (FM-06, SB-01): a double click, a lost answer or two tabs give one application.
///
/// Refusals of the code: `code_wrong`, `code_blocked`, `code_expired`. Without consent `must_accept` at `/consent`.
#[utoipa::path(tag = "applications", operation_id = "submit_application", request_body = SubmissionIn,
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("submitted")),
        ("x-errors" = json!(["wrong_state", "code_elsewhere", "code_wrong", "code_expired", "code_blocked",
            "factor_off"]))))]
#[post("/applications/{id}/submission")]
pub async fn submit_application(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
    language: Language,
    input: ValidJson<SubmissionIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("submit_application:{id}"), &input.canonical);
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move {
                let owner = citizen.account_id;
                filing::submit(conn, &data, owner, *id, version.0, &input.value, &language.0).await
            }
            .boxed()
        })
        .await
}

/// Takes a filed application back to change it, as long as the service's `edit_until` lets one (FM-11, C15).
///
/// Everything is open then, and the clock of the service stands still; until it is sent again, what was sent last
/// counts. Sent again too late it goes on as it was. The fee stays. A person may do this only so many times a day.
#[utoipa::path(tag = "applications", operation_id = "amend_application",
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("amending")),
        ("x-errors" = json!(["wrong_state", "too_many_requests"]))))]
#[post("/applications/{id}/amendment")]
pub async fn amend_application(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("amend_application:{id}"), b"");
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move { amendment::begin(conn, &data, citizen.account_id, *id, version.0).await }.boxed()
        })
        .await
}

/// Sends an application again that its applicant had back, under its number (FM-11, FM-12, CS-04).
///
/// Where an officer has asked for a correction and nothing differs from what was sent, `unchanged` says that this is
/// meant; else `nothing_mended` at `/remarks`.
#[utoipa::path(tag = "applications", operation_id = "resubmit_application", request_body = ResubmissionIn,
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("resubmitted")),
        ("x-errors" = json!(["wrong_state", "invalid"]))))]
#[post("/applications/{id}/resubmission")]
pub async fn resubmit_application(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
    input: ValidJson<ResubmissionIn>,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("resubmit_application:{id}"), &input.canonical);
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move {
                correction::resubmit(conn, &data, citizen.account_id, *id, version.0, input.value).await
            }
            .boxed()
        })
        .await
}

/// Takes the application back for good while nobody has decided it (FM-11).
///
/// An unpaid charge is cancelled.
#[utoipa::path(tag = "applications", operation_id = "withdraw_application",
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header),
        ("If-Match" = String, Header)),
    responses((status = 200, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("withdrawn")),
        ("x-errors" = json!(["wrong_state"]))))]
#[post("/applications/{id}/withdrawal")]
pub async fn withdraw_application(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
    version: IfMatch,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("withdraw_application:{id}"), b"");
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move { progress::withdraw(conn, &data, citizen.account_id, *id, version.0).await }.boxed()
        })
        .await
}

/// Confirms that the result has been received (SV4-12): the case is completed. What is confirmed stays confirmed.
///
/// `wrong_state` for a result that has been taken back, `not_ready` while it is being made.
#[utoipa::path(tag = "applications", operation_id = "confirm_result",
    params(("id" = Uuid, Path, description = "The application"), ("Idempotency-Key" = Uuid, Header)),
    responses((status = 200, body = Application)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")),
        ("x-audit" = json!("result_confirmed")),
        ("x-errors" = json!(["wrong_state", "not_ready"]))))]
#[post("/applications/{id}/result/confirmation")]
pub async fn confirm_result(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
    key: IdempotencyKey,
) -> Result<HttpResponse> {
    let claim = key.claim(citizen.actor(), &format!("confirm_result:{id}"), b"");
    let data = app.clone();
    citizen
        .create(&app, claim, StatusCode::OK, move |conn| {
            async move { progress::confirm(conn, &data, citizen.account_id, *id).await }.boxed()
        })
        .await
}
