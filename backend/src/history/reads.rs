//! What officers have read of cases (security rule 19): a row for each object an officer opens in an hour, written by the
//! time it is shown. Not in the chain of the case: whoever looks must neither lock it nor fill its timeline.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use openapi::applications::PaperKind;
use uuid::Uuid;

use crate::db::schema::{applications, case_reads as reads, officers};
use crate::db::{Conn, prepared};
use crate::error::Result;

/// What an officer opens.
#[derive(Debug, Clone, Copy)]
pub enum Opened {
    Case,
    Messages,
    Document,
    Paper(PaperKind),
}

impl Opened {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Messages => "messages",
            Self::Document => "document",
            Self::Paper(kind) => kind.as_str(),
        }
    }

    /// The case it belongs to, as SQL.
    const fn case(self) -> &'static str {
        match self {
            Self::Case | Self::Messages => "$2",
            Self::Document => "(select application_id from documents where id = $2)",
            Self::Paper(_) => {
                "(select application_id from issued_documents where application_id = $2 and kind = $3)"
            }
        }
    }
}

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// Notes that an officer opens something: a document by its own id, the rest by that of the case. Whether it may be
/// shown: the case is filed and the officer's. Of a case that is not, the outline is noted, of anything else nothing.
///
/// One statement, to be named before those that read, so that they travel together and nothing is shown that could not
/// be noted.
///
/// # Errors
/// The database's.
pub async fn note(mut conn: &Conn, officer_id: Uuid, opened: Opened, id: Uuid) -> Result<bool> {
    let text = format!(
        "with found as (select id, officer_id is not distinct from $1 as held from applications \
           where id = {} and state <> 'draft'), \
         noted as (insert into case_reads (application_id, officer_id, what, subject_id) \
           select id, $1, case when held then $3 else 'outline' end, $2 from found where held or $3 = 'case' \
           on conflict do nothing) \
         select exists (select from found where held) as held",
        opened.case()
    );
    let note = diesel::sql_query(text)
        .bind::<SqlUuid, _>(officer_id)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(opened.as_str());
    let noted: Noted = prepared(note).get_result(&mut conn).await?;
    Ok(noted.held)
}

/// A row as the auditor reads it.
#[derive(Debug, Clone, Queryable)]
pub struct Line {
    /// The first time in its hour.
    pub at: DateTime<Utc>,
    pub login: String,
    pub number: Option<String>,
    pub what: String,
    pub subject_id: Uuid,
}

/// Tells a number or a login that is nobody's from one of which nothing was read.
///
/// # Errors
/// Names the one that is unknown; the database's.
pub async fn ensure_known(mut conn: &Conn, number: Option<&str>, login: Option<&str>) -> anyhow::Result<()> {
    if let Some(number) = number {
        let cases = applications::table.filter(applications::number.eq(number.trim()));
        let found: i64 = cases.count().get_result(&mut conn).await?;
        anyhow::ensure!(found > 0, "there is no application {number}");
    }
    if let Some(login) = login {
        let named = officers::table.filter(officers::login.eq(login.trim().to_lowercase()));
        let found: i64 = named.count().get_result(&mut conn).await?;
        anyhow::ensure!(found > 0, "there is no officer {login}");
    }
    Ok(())
}

/// What has been read of the case of this number, or by the officer of this login, or both; the oldest first.
///
/// # Errors
/// The database's.
pub async fn list(mut conn: &Conn, number: Option<&str>, login: Option<&str>) -> Result<Vec<Line>> {
    let mut wanted = reads::table.inner_join(applications::table).inner_join(officers::table).into_boxed();
    if let Some(number) = number {
        wanted = wanted.filter(applications::number.eq(number.trim()));
    }
    if let Some(login) = login {
        wanted = wanted.filter(officers::login.eq(login.trim().to_lowercase()));
    }
    let lines = wanted
        .order((reads::at, reads::application_id, reads::what, reads::subject_id))
        .select((reads::at, officers::login, applications::number, reads::what, reads::subject_id))
        .load(&mut conn)
        .await?;
    Ok(lines)
}
