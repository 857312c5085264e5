//! Reading papers, and the public check of whether one is genuine.

use actix_web::{HttpResponse, get, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::{try_join, try_join3};
use openapi::applications::{IssuedPaper, PaperKind};
use openapi::documents::File;
use openapi::page::PageQuery;
use openapi::verification::{SigningKey, Verification};
use openapi::{ErrorCode, Page};
use uuid::Uuid;

use super::store::{self, Asked, IssuedRow};
use super::{is_due, verify, view};
use crate::app::App;
use crate::auth::{Citizen, Officer};
use crate::documents::vault;
use crate::error::{Error, Result};
use crate::history::reads::{self, Opened};
use crate::http::{Query, page, respond};

/// Everything the services have issued to the person: receipts of filings and payments, results; the newest first.
#[utoipa::path(
    tag = "papers",
    operation_id = "list_papers",
    params(PageQuery),
    responses((status = 200, body = Page<IssuedPaper>)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/papers")]
pub async fn list_papers(
    app: web::Data<App>,
    citizen: Citizen,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let limit = page::limit(query.0.limit)?;
    let before = page::read_id(query.0.cursor.as_deref())?;
    let conn = app.db.read().await?;
    let listed = store::list_for(&conn, citizen.account_id, before, page::rows(limit)?);
    let (mut rows, ()) = try_join(listed, citizen.ensure_live(&conn)).await?;
    drop(conn);
    let is_full = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_full).map(|(row, _)| row.id.simple().to_string());
    let items = rows.into_iter().map(|(row, number)| {
        let (application_id, number) = (row.application_id, number.unwrap_or_default());
        view(&app, row).map(|paper| IssuedPaper { application_id, number, paper })
    });
    respond::ok(&Page { items: items.collect::<Result<Vec<_>>>()?, next })
}

/// A receipt or the result as a PDF, for the applicant (DC-15).
///
/// `not_ready` for the moment between the filing, the payment or the decision and the paper.
#[utoipa::path(
    tag = "papers",
    operation_id = "download_paper",
    params(
        ("id" = Uuid, Path, description = "The application"),
        ("kind" = PaperKind, Path, description = "`receipt`, `payment` or `result`"),
    ),
    responses((status = 200, body = File, content_type = "application/pdf", description = "The file.")),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["not_ready"]))),
)]
#[get("/applications/{id}/papers/{kind}")]
pub async fn download_paper(
    app: web::Data<App>,
    citizen: Citizen,
    path: web::Path<(Uuid, PaperKind)>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let conn = app.db.read().await?;
    let asked = store::find_for(&conn, citizen.account_id, id, kind);
    let (asked, ()) = try_join(asked, citizen.ensure_live(&conn)).await?;
    drop(conn);
    give(&app, kind, asked).await
}

/// A receipt or the result as a PDF, for the officer who has taken the case.
#[utoipa::path(
    tag = "desk",
    operation_id = "download_case_paper",
    params(
        ("id" = Uuid, Path, description = "The case"),
        ("kind" = PaperKind, Path, description = "`receipt`, `payment` or `result`"),
    ),
    responses((status = 200, body = File, content_type = "application/pdf", description = "The file.")),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("read")),
        ("x-errors" = json!(["not_ready"]))),
)]
#[get("/desk/cases/{id}/papers/{kind}")]
pub async fn download_case_paper(
    app: web::Data<App>,
    officer: Officer,
    path: web::Path<(Uuid, PaperKind)>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let conn = app.db.read().await?;
    let noted = reads::note(&conn, officer.officer_id, Opened::Paper(kind), id);
    let asked = store::find_for_officer(&conn, officer.officer_id, id, kind);
    let (noted, mut asked, ()) = try_join3(noted, asked, officer.ensure_live(&conn)).await?;
    drop(conn);
    // Made in this very moment: it is there the next time.
    asked.paper = asked.paper.filter(|_| noted);
    give(&app, kind, asked).await
}

async fn give(app: &App, kind: PaperKind, asked: Asked) -> Result<HttpResponse> {
    let Asked { state, number, charge, paper } = asked;
    let Some(row) = paper else {
        let is_due = is_due(kind, &state, charge.as_deref());
        return Err(if is_due { Error::new(ErrorCode::NotReady).after(2) } else { Error::not_found() });
    };
    let place = IssuedRow::place(row.id, row.account_id);
    let content = vault::fetch(app, row.id, place, row.kept()).await?;
    let name = format!("{}-{}.pdf", number.unwrap_or_default(), kind.as_str());
    Ok(respond::file("application/pdf", &name, content))
}

/// What the paper with this token is worth: genuine, revoked or unknown, with the least that lets its reader
/// compare it.
///
/// For everybody; the token stands in the paper's QR code.
#[utoipa::path(
    tag = "papers",
    operation_id = "verify_paper",
    params(("token" = String, Path, description = "26 letters and digits", example = "7m2k9q4vnd83hx6t10crz5wpa0")),
    responses((status = 200, body = Verification)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/verifications/{token}")]
pub async fn verify_paper(app: web::Data<App>, token: web::Path<String>) -> Result<HttpResponse> {
    respond::ok(&verify::verify(&app, &token).await?)
}

/// The public keys papers are signed with, old ones too: enough to check a paper without asking anybody.
#[utoipa::path(
    tag = "papers",
    operation_id = "list_signing_keys",
    responses((status = 200, body = Vec<SigningKey>)),
    extensions(("x-access" = json!("anyone")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/signing-keys")]
pub async fn list_signing_keys(app: web::Data<App>) -> Result<HttpResponse> {
    let keys = app.keys.paper_keys().into_iter().map(|(key_id, public_key)| SigningKey {
        key_id,
        algorithm: "Ed25519".to_owned(),
        public_key: STANDARD.encode(public_key),
    });
    respond::ok(&keys.collect::<Vec<_>>())
}
