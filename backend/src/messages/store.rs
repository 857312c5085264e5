//! The rows of threads. They are only ever added (the database refuses changes), and read only by a side of the case.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::RunQueryDsl;
use futures_util::future::try_join;
use openapi::messages::{Author, Message};
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::{applications, messages};
use crate::error::Result;

/// Who reads a thread.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reader {
    /// The account whose application it is.
    Applicant(Uuid),
    /// The officer who has the case.
    Officer(Uuid),
}

impl Reader {
    /// The case, if the thread is theirs to read.
    fn case<'a>(self, id: Uuid) -> applications::BoxedQuery<'a, Pg, SqlUuid> {
        let case = applications::table.select(applications::id).filter(applications::id.eq(id)).into_boxed();
        match self {
            Self::Applicant(account_id) => case.filter(applications::account_id.eq(account_id)),
            Self::Officer(officer_id) => case.filter(applications::officer_id.eq(officer_id)),
        }
    }
}

/// A message as it is stored.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = messages, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    author: String,
    body: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Message {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        let author = super::author(&row.author)?;
        Ok(Self { id: row.id, author, body: row.body, created_at: row.created_at })
    }
}

/// Adds a message: of the officer, or of the applicant.
///
/// # Errors
/// The database's.
pub(super) async fn insert(
    mut conn: &Conn,
    application_id: Uuid,
    officer_id: Option<Uuid>,
    body: &str,
) -> Result<Message> {
    let author = if officer_id.is_some() { Author::Officer } else { Author::Applicant };
    let row: Row = diesel::insert_into(messages::table)
        .values((
            messages::id.eq(Uuid::now_v7()),
            messages::application_id.eq(application_id),
            messages::author.eq(author.as_str()),
            messages::officer_id.eq(officer_id),
            messages::body.eq(body),
        ))
        .returning(Row::as_returning())
        .get_result(&mut conn)
        .await?;
    row.try_into()
}

/// The thread before `before`, the newest first, in one round trip.
///
/// # Errors
/// `not_found` for a case that is not the reader's.
pub(super) async fn list_for(
    conn: &Conn,
    reader: Reader,
    id: Uuid,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<Message>> {
    let (mut first, mut second) = (conn, conn);
    // An empty thread and somebody else's have no rows alike.
    let case = reader.case(id).first::<Uuid>(&mut first);
    let mut thread = messages::table
        .filter(messages::application_id.eq_any(reader.case(id)))
        .order(messages::id.desc())
        .limit(most)
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        thread = thread.filter(messages::id.lt(before));
    }
    let (_, rows) = try_join(case, thread.load::<Row>(&mut second)).await?;
    rows.into_iter().map(Message::try_from).collect()
}

/// All messages of these cases, for the auditor: case, id, text; by case.
///
/// # Errors
/// The database's.
pub(super) async fn list_said(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, Uuid, String)>> {
    let said = messages::table
        .filter(messages::application_id.eq_any(ids))
        .order((messages::application_id, messages::id))
        .select((messages::application_id, messages::id, messages::body))
        .load(conn)
        .await?;
    Ok(said)
}
