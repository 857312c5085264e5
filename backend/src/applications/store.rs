//! Rows and queries of applications. Whoever asks for a person's application names the person: not theirs is not
//! found.

use catalogue::answers::Answers;
use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, now as db_now};
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use openapi::applications::State;
use serde_json::Value;
use uuid::Uuid;

use super::clock::Times;
use super::graph::{self, CaseEvent};
use super::sealed::SealedAnswers;
use crate::crypto::Keys;
use crate::db::schema::{accounts, applications};
use crate::db::{Conn, prepared};
use crate::error::{Error, Result};

/// An application as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = applications, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    pub id: Uuid,
    pub account_id: Uuid,
    pub service: String,
    pub service_version: i32,
    pub state: String,
    pub answers: SealedAnswers,
    pub answers_before: Option<SealedAnswers>,
    pub version: i32,
    pub identity: Option<Vec<u8>>,
    pub number: Option<String>,
    pub control_code: Option<String>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_left: Option<i32>,
    pub reply_due_at: Option<DateTime<Utc>>,
    pub checked: String,
    pub checks: Value,
    pub officer_id: Option<Uuid>,
    pub decided_at: Option<DateTime<Utc>>,
    pub based_on: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A stored application and the time of the database at which it was read.
#[derive(Debug, Clone)]
pub struct Read {
    pub row: Row,
    pub now: DateTime<Utc>,
}

impl Row {
    /// The state, typed.
    ///
    /// # Errors
    /// `internal` for a word that is no state.
    pub fn state(&self) -> Result<State> {
        parse_state(&self.state)
    }

    /// The answers as they stand.
    ///
    /// # Errors
    /// `internal` when they do not open.
    pub fn answers(&self, keys: &Keys) -> Result<Answers> {
        self.answers.open(keys, self.id, self.account_id)
    }

    /// The answers as they were sent when the applicant last got the application back; none where they never did.
    ///
    /// # Errors
    /// As [`Row::answers`].
    pub fn answers_before(&self, keys: &Keys) -> Result<Option<Answers>> {
        self.answers_before.as_ref().map(|before| before.open(keys, self.id, self.account_id)).transpose()
    }

    /// The answers that count: while the applicant has the application back, those that were sent last.
    ///
    /// # Errors
    /// As [`Row::state`] and [`Row::answers`].
    pub fn answers_sent(&self, keys: &Keys) -> Result<Answers> {
        self.sealed_sent()?.open(keys, self.id, self.account_id)
    }

    /// The same as they are stored.
    ///
    /// # Errors
    /// As [`Row::state`].
    pub fn sealed_sent(&self) -> Result<&SealedAnswers> {
        let before = self.answers_before.as_ref();
        Ok(if self.state()?.is_handed_back() { before.unwrap_or(&self.answers) } else { &self.answers })
    }

    /// Other answers, sealed for this application.
    ///
    /// # Errors
    /// Only when the system has no randomness.
    pub fn seal(&self, keys: &Keys, answers: &Answers) -> Result<SealedAnswers> {
        SealedAnswers::seal(keys, self.id, self.account_id, answers)
    }

    /// The number, which everything filed has.
    #[must_use]
    pub fn number(&self) -> &str {
        self.number.as_deref().unwrap_or_default()
    }
}

impl Read {
    /// What the clock is read from.
    ///
    /// # Errors
    /// As [`Row::state`].
    pub fn times(&self) -> Result<Times> {
        Ok(Times {
            state: self.row.state()?,
            due_at: self.row.due_at,
            paused_left: self.row.paused_left,
            reply_due_at: self.row.reply_due_at,
            now: self.now,
        })
    }

    /// Refuses what cannot happen in this state, then what is based on another version.
    ///
    /// # Errors
    /// `wrong_state`, `stale_version`.
    pub fn ensure(&self, event: CaseEvent, version: i32) -> Result<()> {
        if !graph::can(self.row.state()?, event) {
            return Err(ErrorCode::WrongState.into());
        }
        self.ensure_version(version)
    }

    /// Refuses what is based on another version.
    ///
    /// # Errors
    /// `stale_version`.
    pub fn ensure_version(&self, version: i32) -> Result<()> {
        if self.row.version == version { Ok(()) } else { Err(ErrorCode::StaleVersion.into()) }
    }
}

/// The state of this name.
///
/// # Errors
/// `internal` for a word that is no state.
pub fn parse_state(name: &str) -> Result<State> {
    let found = State::ALL.iter().copied().find(|state| state.as_str() == name);
    found.ok_or_else(|| Error::internal(anyhow::anyhow!("unknown state {name}")))
}

/// A person's application.
///
/// # Errors
/// `not_found` also for somebody else's.
pub async fn find_for(mut conn: &Conn, account_id: Uuid, id: Uuid) -> Result<Read> {
    let (row, now) = applications::table
        .find(id)
        .filter(applications::account_id.eq(account_id))
        .select((Row::as_select(), db_now.into_sql::<Timestamptz>()))
        .first(&mut conn)
        .await?;
    Ok(Read { row, now })
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// `not_found` also for somebody else's.
pub async fn lock_for(mut conn: &Conn, account_id: Uuid, id: Uuid) -> Result<Read> {
    let (row, now) = applications::table
        .find(id)
        .filter(applications::account_id.eq(account_id))
        .select((Row::as_select(), db_now.into_sql::<Timestamptz>()))
        .for_no_key_update()
        .first(&mut conn)
        .await?;
    Ok(Read { row, now })
}

/// Anybody's application: for jobs, which act for nobody, and for officers who have been let to the case already.
///
/// # Errors
/// `not_found`.
pub async fn find_unscoped(conn: &mut Conn, id: Uuid) -> Result<Read> {
    let (row, now) = applications::table
        .find(id)
        .select((Row::as_select(), db_now.into_sql::<Timestamptz>()))
        .first(conn)
        .await?;
    Ok(Read { row, now })
}

/// The same, locked until the end of the transaction.
///
/// # Errors
/// `not_found`.
pub async fn lock_unscoped(conn: &mut Conn, id: Uuid) -> Result<Read> {
    let (row, now) = applications::table
        .find(id)
        .select((Row::as_select(), db_now.into_sql::<Timestamptz>()))
        .for_no_key_update()
        .first(conn)
        .await?;
    Ok(Read { row, now })
}

/// How many drafts a person has. People who start drafts at the same time are counted one after the other.
///
/// # Errors
/// The database's.
pub(super) async fn count_drafts(conn: &mut Conn, account_id: Uuid) -> Result<i64> {
    accounts::table.find(account_id).select(accounts::id).for_no_key_update().first::<Uuid>(conn).await?;
    let drafts = applications::table
        .filter(applications::account_id.eq(account_id))
        .filter(applications::state.eq(State::Draft.as_str()))
        .select(count_star())
        .first(conn)
        .await?;
    Ok(drafts)
}

/// A filed application of this person and service.
///
/// # Errors
/// The database's.
pub(super) async fn find_filed_for(
    conn: &mut Conn,
    account_id: Uuid,
    service: &str,
    id: Uuid,
) -> Result<Option<Row>> {
    let own = applications::table.find(id).filter(applications::account_id.eq(account_id));
    let filed =
        own.filter(applications::service.eq(service)).filter(applications::state.ne(State::Draft.as_str()));
    Ok(filed.select(Row::as_select()).first(conn).await.optional()?)
}

/// A new draft.
#[derive(Debug, Insertable)]
#[diesel(table_name = applications)]
pub(super) struct NewDraft<'a> {
    pub id: Uuid,
    pub account_id: Uuid,
    pub service: &'a str,
    pub service_version: i32,
    pub answers: SealedAnswers,
    pub based_on: Option<Uuid>,
}

/// Adds a draft.
///
/// # Errors
/// The database's.
pub(super) async fn insert_draft(conn: &mut Conn, draft: NewDraft<'_>) -> Result<()> {
    diesel::insert_into(applications::table).values(draft).execute(conn).await?;
    Ok(())
}

/// Writes the answers if the application still stands where it was read; `None` if it does not.
///
/// # Errors
/// The database's.
pub(super) async fn save_answers(
    conn: &mut Conn,
    read: &Row,
    answers: &SealedAnswers,
) -> Result<Option<(i32, DateTime<Utc>)>> {
    let save = diesel::update(applications::table.find(read.id))
        .filter(applications::account_id.eq(read.account_id))
        .filter(applications::state.eq(&read.state))
        .filter(applications::version.eq(read.version))
        .set((
            applications::answers.eq(answers),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .returning((applications::version, applications::updated_at));
    Ok(prepared(save).get_result(conn).await.optional()?)
}

/// Deletes a draft with its documents' rows; files without a row are collected later.
///
/// # Errors
/// `not_found`; `wrong_state` for what has been filed.
pub(super) async fn delete_draft(conn: &mut Conn, account_id: Uuid, id: Uuid) -> Result<()> {
    let deleted = diesel::delete(applications::table.find(id))
        .filter(applications::account_id.eq(account_id))
        .filter(applications::state.eq(State::Draft.as_str()))
        .execute(conn)
        .await?;
    if deleted == 1 {
        return Ok(());
    }
    find_for(conn, account_id, id).await?;
    Err(ErrorCode::WrongState.into())
}
