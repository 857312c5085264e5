//! Uploading, reading and removing documents.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use catalogue::definition::Service;
use futures_util::FutureExt;
use futures_util::future::{try_join, try_join3};
use judge::{Accepted, Refusal};
use openapi::applications::{Saved, State};
use openapi::documents::{File, MAX_BYTES, UploadQuery, Uploaded};
use openapi::events::Subject;
use serde_json::json;
use uuid::Uuid;

use super::gate::Place;
use super::judging::Outcome;
use super::store::{self, DocumentRow};
use super::vault::{Incoming, Kept};
use super::{NO_NAME, Room, judging, name, refused, vault};
use crate::accounts::limits::{HOUR, Limit};
use crate::app::App;
use crate::auth::{Citizen, Officer};
use crate::changes;
use crate::crash::crash_point;
use crate::crypto::hex;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::history::reads::{self, Opened};
use crate::http::{IdempotencyKey, Query, body, respond};

/// Attaches one file to an item of the application's list of documents.
///
/// The body is the file itself; what it is called and declared as does not matter: PDF, JPEG and PNG are told
/// by their content (DC-01), pictures are rebuilt without metadata, PDF files that are encrypted or can act
/// are refused. At most 5 MB (DC-02).
///
/// In a draft, and in an application that is being changed, any document that is asked for; while a correction is asked
/// for, those named in it, and those asked for only because of a mended answer.
/// `file_refused` and `too_large` name the reason at `/documents/<item>` (DC-04): `file_name`, `file_empty`,
/// `file_unknown`, `file_kind` (`found`), `file_broken`, `file_too_large` (`limit`, megabytes), `pdf_encrypted`,
/// `pdf_active`, `picture_too_large` and `picture_too_small` (`width`, `height`, `limit`), `too_many_files`
/// (`count`). `invalid`: `unknown_document`, of the item or at `/replaces`. `malformed` when the body breaks
/// off or comes too slowly. Nothing of a refused file is kept. `too_many_requests` while the person sends too many files at
/// once, `busy` while everybody does: before the body is read.
///
/// A picture that is taken may come back with `advice` (DC-03, DC-05): `low_resolution`, `blurred`.
#[utoipa::path(
    tag = "documents",
    operation_id = "upload_document",
    params(
        ("id" = Uuid, Path, description = "The application"),
        UploadQuery,
        ("Idempotency-Key" = Uuid, Header),
    ),
    request_body(
        content(
            (File = "application/pdf"), (File = "image/jpeg"), (File = "image/png"), (File = "application/octet-stream")
        ),
        description = "The file itself, at most 5 MB (5,242,880 bytes).",
    ),
    responses((status = 201, body = Uploaded)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["malformed", "wrong_state", "too_large", "file_refused", "too_many_requests"]))),
)]
#[post("/applications/{id}/documents")]
pub async fn upload_document(
    app: web::Data<App>,
    citizen: Citizen,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    query: Query<UploadQuery>,
    request: HttpRequest,
    mut content: web::Payload,
) -> Result<HttpResponse> {
    let (id, upload) = (id.into_inner(), query.0);
    // Refused before the body is read: without a place first, so that it costs nothing else.
    let place = app.uploads.admit(citizen.account_id)?;
    let file_name = match expect(&app, citizen, id, &upload).await {
        Ok(file_name) => file_name,
        Err(refusal) => {
            body::drain(&mut content).await;
            return Err(refusal);
        }
    };
    let document_id = Uuid::now_v7();
    let at = DocumentRow::place(document_id, citizen.account_id);
    let sent = receive(&app, &at, content, declared(&request)).await?;
    let sent = sent.ok_or_else(|| refused(judge::too_large(MAX_BYTES), &upload.item))?;
    let arrived = Arrived { document_id, application_id: id, file_name, upload, sent, _place: place };
    // Goes on when the client has gone: a file on the disk gets its row, or is taken away.
    actix_web::rt::spawn(arrived.attach(app, citizen, key)).await.map_err(Error::internal)?
}

/// A file that is on the disk, without a row as yet.
struct Arrived {
    document_id: Uuid,
    application_id: Uuid,
    file_name: String,
    upload: UploadQuery,
    sent: Kept,
    /// Held until it is attached.
    _place: Place,
}

impl Arrived {
    async fn attach(
        self,
        app: web::Data<App>,
        citizen: Citizen,
        key: IdempotencyKey,
    ) -> Result<HttpResponse> {
        let Self { document_id, application_id: id, file_name, upload, sent, _place } = self;
        let asked = json!({
            "sha256": hex(&sent.sha256), "item": upload.item, "name": upload.name, "replaces": upload.replaces,
        });
        let claim =
            key.claim(citizen.actor(), &format!("upload_document:{id}"), &serde_json::to_vec(&asked)?);
        let (kept, accepted) = examine(&app, citizen.account_id, document_id, sent, &upload.item).await?;
        let row = row(document_id, citizen.account_id, id, &upload.item, file_name, kept, &accepted);
        crash_point!("upload_document.after_file");
        let stored = row.storage_key.clone();
        let work_app = app.get_ref().clone();
        let (gone, freed) = tokio::sync::oneshot::channel();
        let answer = citizen
            .create(&app, claim, StatusCode::CREATED, move |conn| {
                async move {
                    let (uploaded, replaced) = attach(conn, &work_app, row, &upload).await?;
                    // Sent only when the row stands.
                    let _ = gone.send(replaced);
                    Ok(uploaded)
                }
                .boxed()
            })
            .await;
        match freed.await {
            // The row was written; if the commit's outcome is unknown, the sweep decides about the files.
            Ok(Some(replaced)) if answer.is_ok() => vault::discard(&app, &replaced).await,
            Ok(_) => {}
            // A repeat, or a refusal: the new file has no row.
            Err(_) => vault::discard(&app, &stored).await,
        }
        answer
    }
}

/// The name of a file that may be sent, as far as can be told without it. What a repeat may find changed (the item is full,
/// the replaced document is gone) is asked in the transaction, after the idempotency key.
async fn expect(app: &App, citizen: Citizen, id: Uuid, upload: &UploadQuery) -> Result<String> {
    let conn = app.db.read().await?;
    let room = store::find_room(&conn, &app.keys, citizen.account_id, id, false);
    let costly = costly(app, citizen.account_id);
    let (room, (), ()) = try_join3(room, citizen.ensure_live(&conn), costly.ensure_left(&conn)).await?;
    let name = name::clean(&upload.name).ok_or_else(|| refused(Refusal::new(NO_NAME), &upload.item))?;
    room.open_item(service(app, &room)?, &upload.item)?;
    Ok(name)
}

/// Files of a person that took more than a file may: each has held a turn for as long as there is patience.
fn costly(app: &App, account_id: Uuid) -> Limit {
    Limit::new(app, "costly_files", &account_id.to_string(), app.config.uploads.costly_per_hour, HOUR)
}

/// The body, sealed for `place` as it comes; `None` when it is too long.
async fn receive(
    app: &App,
    place: &str,
    content: web::Payload,
    declared: Option<usize>,
) -> Result<Option<Kept>> {
    let limit = usize::try_from(MAX_BYTES).map_err(Error::internal)?;
    let mut incoming = Incoming::begin(app, place.to_owned()).await?;
    let keep = async |piece: &[u8]| incoming.write(piece).await;
    let read = body::read(&app.config.listen, content, declared, limit, keep).await;
    if let Ok(true) = read {
        return Ok(Some(incoming.finish().await?));
    }
    incoming.discard().await;
    read.map(|_| None)
}

/// Judges what was sent, and puts a picture's rebuilt form in its place. Nothing is left of a refused file.
async fn examine(app: &App, account_id: Uuid, id: Uuid, sent: Kept, item: &str) -> Result<(Kept, Accepted)> {
    let place = DocumentRow::place(id, account_id);
    let judged = async {
        // Files wait for their turn on the disk, not in memory.
        let _turn = app.uploads.enter(account_id).await?;
        let sealed = vault::entrust(app, place.clone(), &sent)?;
        let judged = match judging::judge(&app.config.uploads, sealed).await? {
            Outcome::Judged(judged) => judged,
            Outcome::Costly => {
                costly(app, account_id).count_one(&*app.db.read().await?).await?;
                Err(Refusal::new("file_unusual"))
            }
            Outcome::Lost => return Err(vault::lost(app, id, "file_changed").await),
        };
        let mut accepted = judged.map_err(|refusal| refused(refusal, item))?;
        let kept = match accepted.rebuilt.take() {
            Some(rebuilt) => vault::keep(app, place, &rebuilt).await?,
            None => sent.clone(),
        };
        Ok((kept, accepted))
    };
    let judged: Result<(Kept, Accepted)> = judged.await;
    if !judged.as_ref().is_ok_and(|(kept, _)| kept.storage_key == sent.storage_key) {
        vault::discard(app, &sent.storage_key).await;
    }
    judged
}

/// The row of a file that is on the disk.
fn row(
    id: Uuid,
    account_id: Uuid,
    application_id: Uuid,
    item: &str,
    name: String,
    kept: Kept,
    accepted: &Accepted,
) -> DocumentRow {
    let side = |side: Option<u32>| side.and_then(|side| i32::try_from(side).ok());
    DocumentRow {
        id,
        application_id,
        account_id,
        item: item.to_owned(),
        name,
        media_type: accepted.media_type.to_owned(),
        size: kept.size,
        sha256: kept.sha256,
        width: side(accepted.size.map(|size| size.0)),
        height: side(accepted.size.map(|size| size.1)),
        pages: accepted.pages.and_then(|pages| i32::try_from(pages).ok()),
        sharpness: accepted.sharpness.map(|measure| i32::try_from(measure).unwrap_or(i32::MAX)),
        storage_key: kept.storage_key,
        wrapped_key: kept.wrapped_key,
        kek_id: kept.kek_id,
        created_at: chrono::Utc::now(),
    }
}

fn service<'a>(app: &'a App, room: &Room) -> Result<&'a Service> {
    let version = u32::try_from(room.service_version).map_err(Error::internal)?;
    let service = app.catalogue.service(&room.service, version);
    service.ok_or_else(|| Error::internal(anyhow::anyhow!("no service {} {version}", room.service)))
}

/// The row, under the application's lock; also the file nobody names any more.
async fn attach(
    conn: &mut Conn,
    app: &App,
    row: DocumentRow,
    upload: &UploadQuery,
) -> Result<(Uploaded, Option<String>)> {
    let room = store::find_room(conn, &app.keys, row.account_id, row.application_id, true).await?;
    let service = service(app, &room)?;
    room.may_attach(service, &upload.item, upload.replaces, &app.config.uploads)?;
    let freed = match upload.replaces {
        Some(old) => take_away(conn, row.account_id, &room, old).await?,
        None => None,
    };
    let (account_id, application_id) = (row.account_id, row.application_id);
    let pulse = changes::pulse(conn, Some(account_id), Subject::Application, application_id);
    let (document, saved, ()) =
        try_join3(store::insert(conn, row), store::touch(conn, application_id), pulse).await?;
    Ok((Uploaded { document: document.shown(service, &app.config.uploads), version: saved.version }, freed))
}

/// A draft's document goes with its file; a filed one stays readable to the officer.
async fn take_away(conn: &mut Conn, account_id: Uuid, room: &Room, id: Uuid) -> Result<Option<String>> {
    if room.state == State::Draft {
        return store::delete(conn, account_id, id).await;
    }
    store::retire(conn, account_id, id).await?;
    Ok(None)
}

fn declared(request: &HttpRequest) -> Option<usize> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Takes a document away: from a draft for good; from an application its applicant has back so that the officer can
/// still read it, and while a correction is asked for only one named in it.
///
/// `wrong_state` otherwise.
#[utoipa::path(
    tag = "documents",
    operation_id = "delete_document",
    params(("id" = Uuid, Path, description = "The document")),
    responses((status = 200, body = Saved)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["wrong_state"]))),
)]
#[delete("/documents/{id}")]
pub async fn delete_document(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let (id, data) = (id.into_inner(), app.clone());
    let (freed, saved): (Option<String>, Saved) = citizen
        .write(&app, move |conn| {
            async move {
                let document = store::find_for(conn, citizen.account_id, id).await?;
                let application_id = document.application_id;
                let room =
                    store::find_room(conn, &data.keys, citizen.account_id, application_id, true).await?;
                room.may_change(service(&data, &room)?, &document.item)?;
                if !room.live.iter().any(|(live, _)| *live == id) {
                    return Err(Error::not_found());
                }
                let freed = take_away(conn, citizen.account_id, &room, id).await?;
                let saved = store::touch(conn, application_id).await?;
                changes::pulse(conn, Some(citizen.account_id), Subject::Application, application_id).await?;
                Ok((freed, saved))
            }
            .boxed()
        })
        .await?;
    if let Some(file) = freed {
        vault::discard(&app, &file).await;
    }
    respond::versioned(saved.version, &saved)
}

/// The file itself, for its owner (DC-15).
#[utoipa::path(
    tag = "documents",
    operation_id = "download_document",
    params(("id" = Uuid, Path, description = "The document")),
    responses((
        status = 200,
        content((File = "application/pdf"), (File = "image/jpeg"), (File = "image/png")),
        description = "The file as it is kept: pictures without metadata.",
    )),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/documents/{id}/content")]
pub async fn download_document(
    app: web::Data<App>,
    citizen: Citizen,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let row = store::find_for(&conn, citizen.account_id, id.into_inner());
    let (row, ()) = try_join(row, citizen.ensure_live(&conn)).await?;
    drop(conn);
    give(&app, row).await
}

/// The file itself, for the officer who has taken the case; also files that were replaced in a correction.
#[utoipa::path(
    tag = "desk",
    operation_id = "download_case_document",
    params(("id" = Uuid, Path, description = "The document")),
    responses((
        status = 200,
        content((File = "application/pdf"), (File = "image/jpeg"), (File = "image/png")),
        description = "The file as it is kept: pictures without metadata.",
    )),
    extensions(("x-access" = json!("officer")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("read"))),
)]
#[get("/desk/documents/{id}/content")]
pub async fn download_case_document(
    app: web::Data<App>,
    officer: Officer,
    id: web::Path<Uuid>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let conn = app.db.read().await?;
    let noted = reads::note(&conn, officer.officer_id, Opened::Document, id);
    let row = store::find_for_officer(&conn, officer.officer_id, id);
    let (noted, row, ()) = try_join3(noted, row, officer.ensure_live(&conn)).await?;
    drop(conn);
    if !noted {
        return Err(Error::not_found());
    }
    give(&app, row).await
}

async fn give(app: &App, row: DocumentRow) -> Result<HttpResponse> {
    let place = DocumentRow::place(row.id, row.account_id);
    let content = vault::fetch(app, row.id, place, row.kept()).await?;
    Ok(respond::file(&row.media_type, &row.name, content))
}
