//! What officers ask to mend, round by round (CS-04).

use chrono::{DateTime, Utc};
use diesel::dsl::now as db_now;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::applications::Remark;
use uuid::Uuid;

use crate::db::Conn;
use crate::db::schema::remarks;
use crate::error::Result;

/// Something an officer asks to mend.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = remarks, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    pub round: i32,
    pub pointer: String,
    pub reason: Option<String>,
    pub comment: String,
    pub created_at: DateTime<Utc>,
    pub resolved_at: Option<DateTime<Utc>>,
}

impl From<Row> for Remark {
    fn from(row: Row) -> Self {
        Self { pointer: row.pointer, reason: row.reason, comment: row.comment, created_at: row.created_at }
    }
}

/// All remarks of an application, round by round.
///
/// # Errors
/// The database's.
pub async fn list(mut conn: &Conn, id: Uuid) -> Result<Vec<Row>> {
    let rows = remarks::table
        .filter(remarks::application_id.eq(id))
        .order((remarks::round, remarks::id))
        .select(Row::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows)
}

/// Pointers of what is to be mended now.
///
/// # Errors
/// The database's.
pub async fn list_open_pointers(mut conn: &Conn, id: Uuid) -> Result<Vec<String>> {
    let pointers = remarks::table
        .filter(remarks::application_id.eq(id))
        .filter(remarks::resolved_at.is_null())
        .order(remarks::id)
        .select(remarks::pointer)
        .load(&mut conn)
        .await?;
    Ok(pointers)
}

/// Marks the open remarks as answered, or as overtaken by those of a new round.
///
/// # Errors
/// The database's.
pub async fn resolve(conn: &mut Conn, id: Uuid) -> Result<()> {
    diesel::update(
        remarks::table.filter(remarks::application_id.eq(id)).filter(remarks::resolved_at.is_null()),
    )
    .set(remarks::resolved_at.eq(db_now))
    .execute(conn)
    .await?;
    Ok(())
}
