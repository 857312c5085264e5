//! Rows of issued papers. Ownership is in the SQL.

use catalogue::answers::Answers;
use catalogue::text::Text;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use openapi::applications::{PaperKind, State};
use uuid::Uuid;

use crate::applications::sealed::SealedAnswers;
use crate::crypto::Keys;
use crate::db::Conn;
use crate::db::schema::{applications, charges, issued_documents as papers};
use crate::documents::vault::Kept;
use crate::error::{Error, Result};

/// A paper as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = papers, check_for_backend(diesel::pg::Pg))]
pub struct IssuedRow {
    pub id: Uuid,
    pub application_id: Uuid,
    pub account_id: Uuid,
    pub kind: String,
    pub token: String,
    /// JSON, in all languages: what is signed does not change when the catalogue does.
    pub title: String,
    pub sha256: Vec<u8>,
    pub size: i32,
    pub storage_key: String,
    pub wrapped_key: Vec<u8>,
    pub kek_id: String,
    pub signature: Vec<u8>,
    pub key_id: String,
    pub issued_at: DateTime<Utc>,
    pub valid_until: Option<NaiveDate>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub replaced_by: Option<String>,
}

impl IssuedRow {
    /// The place the file is sealed for.
    #[must_use]
    pub fn place(id: Uuid, account_id: Uuid) -> String {
        format!("paper:{id}:{account_id}")
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

    /// The kind, typed.
    ///
    /// # Errors
    /// `internal` for a word that is no kind.
    pub fn kind(&self) -> Result<PaperKind> {
        PaperKind::read(&self.kind)
            .ok_or_else(|| Error::internal(anyhow::anyhow!("unknown kind of paper {}", self.kind)))
    }

    /// The title in all languages.
    ///
    /// # Errors
    /// `internal` when it is not the JSON it was stored as.
    pub fn title(&self) -> Result<Text> {
        Ok(serde_json::from_str(&self.title)?)
    }
}

/// What papers tell of an application.
#[derive(Debug, Clone, Queryable)]
pub struct Case {
    pub id: Uuid,
    pub account_id: Uuid,
    pub service: String,
    pub service_version: i32,
    pub state: String,
    pub answers: SealedAnswers,
    pub number: Option<String>,
    pub control_code: Option<String>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Of its charge, where there is one.
    pub charge: Option<String>,
    /// What is charged, kopecks.
    pub amount: Option<i64>,
    /// The time of the database.
    pub now: DateTime<Utc>,
}

impl Case {
    /// The number, which everything filed has.
    #[must_use]
    pub fn number(&self) -> &str {
        self.number.as_deref().unwrap_or_default()
    }

    /// The answers, opened.
    ///
    /// # Errors
    /// `internal` when they do not open.
    pub fn answers(&self, keys: &Keys) -> Result<Answers> {
        self.answers.open(keys, self.id, self.account_id)
    }
}

/// An application, for the job that makes its papers.
///
/// # Errors
/// The database's.
pub async fn find_case(conn: &mut Conn, application_id: Uuid) -> Result<Option<Case>> {
    let case = applications::table
        .left_join(charges::table)
        .filter(applications::id.eq(application_id))
        .select((
            applications::id,
            applications::account_id,
            applications::service,
            applications::service_version,
            applications::state,
            applications::answers,
            applications::number,
            applications::control_code,
            applications::submitted_at,
            applications::due_at,
            applications::decided_at,
            charges::state.nullable(),
            charges::amount.nullable(),
            diesel::dsl::now.into_sql::<Timestamptz>(),
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(case)
}

/// Whether the application has a paper of this kind.
///
/// # Errors
/// The database's.
pub async fn has(conn: &mut Conn, application_id: Uuid, kind: PaperKind) -> Result<bool> {
    let found =
        papers::table.filter(papers::application_id.eq(application_id).and(papers::kind.eq(kind.as_str())));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn).await?)
}

/// Adds a paper; false when there is one of its kind already.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, row: IssuedRow) -> Result<bool> {
    let query = diesel::insert_into(papers::table).values(row).on_conflict_do_nothing();
    Ok(query.execute(conn).await? == 1)
}

/// The papers of an application, the oldest first.
///
/// # Errors
/// The database's.
pub async fn list(mut conn: &Conn, application_id: Uuid) -> Result<Vec<IssuedRow>> {
    let own = papers::table.filter(papers::application_id.eq(application_id)).order(papers::issued_at);
    Ok(own.select(IssuedRow::as_select()).load(&mut conn).await?)
}

/// The papers of an account with the numbers of their applications, the newest first.
///
/// # Errors
/// The database's.
pub async fn list_for(
    mut conn: &Conn,
    account_id: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(IssuedRow, Option<String>)>> {
    let own = papers::table
        .inner_join(applications::table)
        .filter(papers::account_id.eq(account_id).and(papers::id.lt(before.unwrap_or(Uuid::max()))))
        .order(papers::id.desc())
        .limit(limit)
        .select((IssuedRow::as_select(), applications::number));
    Ok(own.load(&mut conn).await?)
}

/// An application, and its paper of a kind, if it has been made.
#[derive(Debug, Clone, Queryable)]
pub struct Asked {
    pub state: String,
    pub number: Option<String>,
    /// The state of its charge, where there is one.
    pub charge: Option<String>,
    pub paper: Option<IssuedRow>,
}

/// The paper of an application of this account.
///
/// # Errors
/// `not_found` when there is no such application.
pub async fn find_for(
    mut conn: &Conn,
    account_id: Uuid,
    application_id: Uuid,
    kind: PaperKind,
) -> Result<Asked> {
    let of_kind = papers::application_id.eq(applications::id).and(papers::kind.eq(kind.as_str()));
    let asked = applications::table
        .left_join(papers::table.on(of_kind))
        .left_join(charges::table)
        .filter(applications::id.eq(application_id).and(applications::account_id.eq(account_id)))
        .select((
            applications::state,
            applications::number,
            charges::state.nullable(),
            Option::<IssuedRow>::as_select(),
        ));
    Ok(asked.first(&mut conn).await?)
}

/// The paper of a filed case this officer has taken.
///
/// # Errors
/// `not_found` when there is no such case.
pub async fn find_for_officer(
    mut conn: &Conn,
    officer_id: Uuid,
    application_id: Uuid,
    kind: PaperKind,
) -> Result<Asked> {
    let of_kind = papers::application_id.eq(applications::id).and(papers::kind.eq(kind.as_str()));
    let asked = applications::table
        .left_join(papers::table.on(of_kind))
        .left_join(charges::table)
        .filter(applications::id.eq(application_id).and(applications::officer_id.eq(officer_id)))
        .filter(applications::state.ne(State::Draft.as_str()))
        .select((
            applications::state,
            applications::number,
            charges::state.nullable(),
            Option::<IssuedRow>::as_select(),
        ));
    Ok(asked.first(&mut conn).await?)
}

/// A paper by its token, with the number of its application.
///
/// # Errors
/// The database's.
pub async fn find_by_token(conn: &mut Conn, token: &str) -> Result<Option<(IssuedRow, Option<String>)>> {
    let found = papers::table
        .inner_join(applications::table)
        .filter(papers::token.eq(token))
        .select((IssuedRow::as_select(), applications::number))
        .first(conn)
        .await
        .optional()?;
    Ok(found)
}

/// Whether the result is in force; `None` while it has not been made.
///
/// # Errors
/// The database's.
pub async fn holds(conn: &mut Conn, application_id: Uuid) -> Result<Option<bool>> {
    let result = papers::application_id.eq(application_id).and(papers::kind.eq(PaperKind::Result.as_str()));
    let holds = papers::table.filter(result).select(papers::revoked_at.is_null());
    Ok(holds.first(conn).await.optional()?)
}

/// Why a result no longer holds.
#[derive(Debug, Clone, Copy)]
pub enum Revocation<'a> {
    /// What the officer says.
    Comment(&'a str),
    /// The number of the application whose result takes its place.
    ReplacedBy(&'a str),
}

/// Takes the result back: whoever checks it hears so from now on. False when there is none that holds.
///
/// # Errors
/// The database's.
pub async fn revoke(conn: &mut Conn, application_id: Uuid, why: Revocation<'_>) -> Result<bool> {
    let (reason, replaced_by) = match why {
        Revocation::Comment(comment) => (Some(comment), None),
        Revocation::ReplacedBy(number) => (None, Some(number)),
    };
    let holds = papers::table
        .filter(papers::application_id.eq(application_id))
        .filter(papers::kind.eq(PaperKind::Result.as_str()).and(papers::revoked_at.is_null()));
    let revoked = diesel::update(holds)
        .set((
            papers::revoked_at.eq(diesel::dsl::now),
            papers::revocation_reason.eq(reason),
            papers::replaced_by.eq(replaced_by),
        ))
        .execute(conn)
        .await?;
    Ok(revoked == 1)
}
