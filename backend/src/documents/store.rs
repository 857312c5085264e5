//! Rows of documents. Ownership is in the SQL.

use catalogue::definition::Service;
use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::try_join4;
use openapi::applications::{Saved, State};
use openapi::documents::Document;
use uuid::Uuid;

use super::vault::Kept;
use super::{Room, advice};
use crate::app::App;
use crate::applications::remarks;
use crate::applications::sealed::SealedAnswers;
use crate::applications::store::parse_state;
use crate::applications::view::service_of;
use crate::config::Uploads;
use crate::crypto::Keys;
use crate::crypto::hex;
use crate::db::schema::{applications, documents, issued_documents};
use crate::db::{Conn, prepared};
use crate::error::Result;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = documents, check_for_backend(diesel::pg::Pg), treat_none_as_default_value = false)]
pub struct DocumentRow {
    pub id: Uuid,
    pub application_id: Uuid,
    pub account_id: Uuid,
    pub item: String,
    pub name: String,
    pub media_type: String,
    pub size: i32,
    pub sha256: Vec<u8>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub pages: Option<i32>,
    pub sharpness: Option<i32>,
    pub storage_key: String,
    pub wrapped_key: Vec<u8>,
    pub kek_id: String,
    #[diesel(skip_insertion)]
    pub created_at: DateTime<Utc>,
}

impl DocumentRow {
    /// As people see it, with advice by the service it was attached for.
    #[must_use]
    pub fn shown(self, service: &Service, limits: &Uploads) -> Document {
        let format = service.document(&self.item).and_then(|item| item.format);
        Document {
            advice: advice::of(&self, format, limits),
            id: self.id,
            item: self.item,
            name: self.name,
            media_type: self.media_type,
            size: self.size,
            sha256: hex(&self.sha256),
            width: self.width,
            height: self.height,
            pages: self.pages,
            created_at: self.created_at,
        }
    }

    /// The place the file is sealed for: a file moved to another row or account does not open.
    #[must_use]
    pub fn place(id: Uuid, account_id: Uuid) -> String {
        format!("document:{id}:{account_id}")
    }

    /// What the file is opened with.
    #[must_use]
    pub fn kept(&self) -> Kept {
        Kept {
            storage_key: self.storage_key.clone(),
            wrapped_key: self.wrapped_key.clone(),
            kek_id: self.kek_id.clone(),
            sha256: self.sha256.clone(),
            size: self.size,
        }
    }
}

/// The live documents of an application, in the order they came.
///
/// # Errors
/// The database's.
pub async fn list(mut conn: &Conn, app: &App, application_id: Uuid) -> Result<Vec<Document>> {
    let rows = documents::table
        .inner_join(applications::table)
        .filter(documents::application_id.eq(application_id).and(documents::replaced_at.is_null()))
        .order((documents::created_at, documents::id))
        .select((DocumentRow::as_select(), applications::service, applications::service_version))
        .load(&mut conn)
        .await?;
    shown(app, rows)
}

/// These documents of an application, live or replaced, in the order they came.
///
/// # Errors
/// The database's.
pub async fn list_of(
    mut conn: &Conn,
    app: &App,
    application_id: Uuid,
    ids: &[Uuid],
) -> Result<Vec<Document>> {
    let rows = documents::table
        .inner_join(applications::table)
        .filter(documents::application_id.eq(application_id).and(documents::id.eq_any(ids)))
        .order((documents::created_at, documents::id))
        .select((DocumentRow::as_select(), applications::service, applications::service_version))
        .load(&mut conn)
        .await?;
    shown(app, rows)
}

/// Documents with the service their application was made with, as they are shown.
fn shown(app: &App, rows: Vec<(DocumentRow, String, i32)>) -> Result<Vec<Document>> {
    let shown = |(row, service, version): (DocumentRow, String, i32)| {
        Ok(row.shown(service_of(app, &service, version)?, &app.config.uploads))
    };
    rows.into_iter().map(shown).collect()
}

/// Makes these the live documents of an application, and no others.
///
/// # Errors
/// The database's.
pub async fn put_back(conn: &mut Conn, application_id: Uuid, ids: &[Uuid]) -> Result<()> {
    let own = documents::table.filter(documents::application_id.eq(application_id));
    diesel::update(own.filter(documents::replaced_at.is_null().and(documents::id.ne_all(ids))))
        .set(documents::replaced_at.eq(diesel::dsl::now))
        .execute(conn)
        .await?;
    diesel::update(own.filter(documents::replaced_at.is_not_null().and(documents::id.eq_any(ids))))
        .set(documents::replaced_at.eq(None::<DateTime<Utc>>))
        .execute(conn)
        .await?;
    Ok(())
}

async fn live(mut conn: &Conn, application_id: Uuid) -> Result<Vec<(Uuid, String)>> {
    let live = documents::table
        .filter(documents::application_id.eq(application_id).and(documents::replaced_at.is_null()))
        .order((documents::created_at, documents::id))
        .select((documents::id, documents::item))
        .load(&mut conn)
        .await?;
    Ok(live)
}

async fn count(mut conn: &Conn, application_id: Uuid) -> Result<i64> {
    let kept = documents::table.filter(documents::application_id.eq(application_id));
    Ok(kept.select(count_star()).first(&mut conn).await?)
}

/// What decides whether documents of the person's application may change; with `lock`, until the transaction
/// ends.
///
/// # Errors
/// `not_found` when there is no such application of this account.
pub async fn find_room(
    conn: &Conn,
    keys: &Keys,
    account_id: Uuid,
    application_id: Uuid,
    lock: bool,
) -> Result<Room> {
    let (own, remarks, live, kept) = try_join4(
        own(conn, account_id, application_id, lock),
        remarks::list_open_pointers(conn, application_id),
        live(conn, application_id),
        count(conn, application_id),
    )
    .await?;
    let (state, service, service_version, answers, before) = own;
    let open = |answers: SealedAnswers| answers.open(keys, application_id, account_id);
    Ok(Room {
        state: parse_state(&state)?,
        service,
        service_version,
        answers: open(answers)?,
        answers_before: before.map(open).transpose()?,
        remarks,
        live,
        kept,
    })
}

/// State, service with version, answers, and those of before.
type Own = (String, String, i32, SealedAnswers, Option<SealedAnswers>);

async fn own(mut conn: &Conn, account_id: Uuid, application_id: Uuid, lock: bool) -> Result<Own> {
    let own = applications::table
        .filter(applications::id.eq(application_id).and(applications::account_id.eq(account_id)))
        .select((
            applications::state,
            applications::service,
            applications::service_version,
            applications::answers,
            applications::answers_before,
        ));
    Ok(if lock { own.for_no_key_update().first(&mut conn).await? } else { own.first(&mut conn).await? })
}

/// Counts a change of the documents as one of their application: whoever files it over other documents is stale.
/// Answers its version from now on.
///
/// # Errors
/// The database's.
pub async fn touch(mut conn: &Conn, application_id: Uuid) -> Result<Saved> {
    let touch = diesel::update(applications::table.find(application_id))
        .set((
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(diesel::dsl::now),
        ))
        .returning((applications::version, applications::updated_at));
    let (version, saved_at) = prepared(touch).get_result(&mut conn).await?;
    Ok(Saved { version, saved_at })
}

/// Adds a document.
///
/// # Errors
/// The database's.
pub async fn insert(mut conn: &Conn, row: DocumentRow) -> Result<DocumentRow> {
    let query = diesel::insert_into(documents::table).values(row).returning(DocumentRow::as_returning());
    Ok(query.get_result(&mut conn).await?)
}

/// A document of this account, live or replaced.
///
/// # Errors
/// `not_found`.
pub async fn find_for(mut conn: &Conn, account_id: Uuid, id: Uuid) -> Result<DocumentRow> {
    let own = documents::table.filter(documents::id.eq(id).and(documents::account_id.eq(account_id)));
    Ok(own.select(DocumentRow::as_select()).first(&mut conn).await?)
}

/// A document, live or replaced, of a filed case this officer has taken.
///
/// # Errors
/// `not_found`.
pub async fn find_for_officer(mut conn: &Conn, officer_id: Uuid, id: Uuid) -> Result<DocumentRow> {
    let taken = documents::table
        .inner_join(applications::table)
        .filter(documents::id.eq(id))
        .filter(applications::officer_id.eq(officer_id).and(applications::state.ne(State::Draft.as_str())));
    Ok(taken.select(DocumentRow::as_select()).first(&mut conn).await?)
}

/// Removes the row of a draft's document of this account; its file is named by nobody then.
///
/// # Errors
/// The database's.
pub async fn delete(conn: &mut Conn, account_id: Uuid, id: Uuid) -> Result<Option<String>> {
    let own = documents::table.find(id).filter(documents::account_id.eq(account_id));
    let gone = diesel::delete(own).returning(documents::storage_key);
    Ok(gone.get_result(conn).await.optional()?)
}

/// Takes a filed document of this account out of the live ones; the officer can still read it.
///
/// # Errors
/// The database's.
pub async fn retire(conn: &mut Conn, account_id: Uuid, id: Uuid) -> Result<()> {
    let own = documents::table.find(id).filter(documents::account_id.eq(account_id));
    diesel::update(own.filter(documents::replaced_at.is_null()))
        .set(documents::replaced_at.eq(diesel::dsl::now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Which of these files a document or paper names.
///
/// # Errors
/// The database's.
pub async fn list_named(conn: &mut Conn, keys: &[String]) -> Result<Vec<String>> {
    let mut named: Vec<String> = documents::table
        .filter(documents::storage_key.eq_any(keys))
        .select(documents::storage_key)
        .load(conn)
        .await?;
    let papers: Vec<String> = issued_documents::table
        .filter(issued_documents::storage_key.eq_any(keys))
        .select(issued_documents::storage_key)
        .load(conn)
        .await?;
    named.extend(papers);
    Ok(named)
}
