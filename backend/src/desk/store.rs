//! Rows and queries of the desk.

use chrono::{DateTime, Utc};
use diesel::dsl::now as db_now;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use openapi::applications::State;
use openapi::desk::{Officer, RemarkIn, View};
use openapi::messages::Author;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::applications::sealed::SealedAnswers;
use crate::applications::store::{Read, Row};
use crate::db::schema::{accounts, applications, messages, officers, remarks};
use crate::db::{Conn, prepared};
use crate::error::Result;

/// A filed application with the people around it.
pub(super) struct Head {
    pub read: Read,
    pub family_name: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    pub language: String,
    pub officer: Option<Officer>,
    /// The officer who has it works here no more.
    pub officer_left: bool,
    /// The newest message is the applicant's.
    pub unanswered: bool,
}

/// One statement.
///
/// # Errors
/// `not_found`, also for drafts: they are nobody's business.
pub(super) async fn find_head(mut conn: &Conn, id: Uuid) -> Result<Head> {
    type Person = (String, String, Option<String>, String);
    type Holder = Option<(Uuid, String, String, bool)>;
    let newest = messages::table
        .filter(messages::application_id.eq(applications::id))
        .order(messages::id.desc())
        .limit(1)
        .select(messages::author)
        .single_value();
    let (row, now, person, holder, newest): (Row, DateTime<Utc>, Person, Holder, Option<String>) =
        applications::table
            .inner_join(accounts::table)
            .left_join(officers::table)
            .filter(applications::id.eq(id))
            .filter(applications::state.ne(State::Draft.as_str()))
            .select((
                Row::as_select(),
                db_now.into_sql::<Timestamptz>(),
                (accounts::family_name, accounts::given_name, accounts::patronymic, accounts::language),
                (officers::id, officers::name, officers::language, officers::active).nullable(),
                newest,
            ))
            .first(&mut conn)
            .await?;
    let (family_name, given_name, patronymic, language) = person;
    // Of a closed case nobody is asked anything any more.
    let open = row.decided_at.is_none() && row.state != State::Withdrawn.as_str();
    Ok(Head {
        read: Read { row, now },
        family_name,
        given_name,
        patronymic,
        language,
        officer_left: holder.as_ref().is_some_and(|(.., active)| !active),
        unanswered: newest.as_deref() == Some(Author::Applicant.as_str()) && open,
        officer: holder.map(|(id, name, language, _)| Officer { id, name, language }),
    })
}

/// Whether an officer works here.
///
/// # Errors
/// The database's.
pub(super) async fn is_active(conn: &mut Conn, officer_id: Uuid) -> Result<bool> {
    let active = officers::table.find(officer_id).filter(officers::active);
    Ok(diesel::select(diesel::dsl::exists(active)).get_result(conn).await?)
}

/// A filed application, locked until the end of the transaction.
///
/// # Errors
/// `not_found`, also for drafts.
pub(super) async fn lock_case(conn: &mut Conn, id: Uuid) -> Result<Read> {
    let (row, now) = applications::table
        .find(id)
        .filter(applications::state.ne(State::Draft.as_str()))
        .select((Row::as_select(), db_now.into_sql::<Timestamptz>()))
        .for_no_key_update()
        .first(conn)
        .await?;
    Ok(Read { row, now })
}

/// Takes a case nobody has; of two officers one succeeds.
///
/// # Errors
/// The database's.
pub(super) async fn take(conn: &mut Conn, id: Uuid, officer_id: Uuid) -> Result<bool> {
    let taken = diesel::update(applications::table.find(id))
        .filter(applications::state.eq(State::InReview.as_str()))
        .filter(applications::officer_id.is_null())
        .set((
            applications::officer_id.eq(officer_id),
            applications::taken_at.eq(db_now),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    Ok(taken == 1)
}

/// The cases in these states that an officer has taken.
///
/// # Errors
/// The database's.
pub(super) async fn held_by(conn: &mut Conn, officer_id: Uuid, states: &[&str]) -> Result<Vec<Uuid>> {
    let held = applications::table.filter(applications::officer_id.eq(officer_id));
    let open = held.filter(applications::state.eq_any(states)).order(applications::id);
    Ok(open.select(applications::id).load(conn).await?)
}

/// Gives a case back.
///
/// # Errors
/// `wrong_state` when it is not the officer's any more.
pub(super) async fn release(conn: &mut Conn, row: &Row, officer_id: Uuid) -> Result<()> {
    let released = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::officer_id.eq(officer_id))
        .set((
            applications::officer_id.eq(None::<Uuid>),
            applications::taken_at.eq(None::<DateTime<Utc>>),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    if released == 1 { Ok(()) } else { Err(ErrorCode::WrongState.into()) }
}

/// The remarks of a round.
///
/// # Errors
/// The database's.
pub(super) async fn insert_remarks(conn: &mut Conn, id: Uuid, round: i32, list: &[RemarkIn]) -> Result<()> {
    let rows: Vec<_> = list
        .iter()
        .map(|remark| {
            (
                remarks::id.eq(Uuid::now_v7()),
                remarks::application_id.eq(id),
                remarks::round.eq(round),
                remarks::pointer.eq(&remark.pointer),
                remarks::reason.eq(&remark.reason),
                remarks::comment.eq(remark.comment.trim()),
            )
        })
        .collect();
    diesel::insert_into(remarks::table).values(rows).execute(conn).await?;
    Ok(())
}

/// Decides a case in review.
///
/// # Errors
/// `wrong_state` when it is not in review with this officer any more.
pub(super) async fn decide(conn: &mut Conn, row: &Row, officer_id: Uuid, to: State) -> Result<()> {
    let decided = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(State::InReview.as_str()))
        .filter(applications::officer_id.eq(officer_id))
        .filter(applications::version.eq(row.version))
        .set((
            applications::state.eq(to.as_str()),
            applications::answers_before.eq(None::<SealedAnswers>),
            applications::decided_at.eq(db_now),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(db_now),
        ))
        .execute(conn)
        .await?;
    if decided == 1 { Ok(()) } else { Err(ErrorCode::WrongState.into()) }
}

/// Marks that something around the case has changed.
///
/// # Errors
/// `wrong_state` when the case has moved on.
pub(super) async fn touch(conn: &mut Conn, row: &Row) -> Result<()> {
    let touched = diesel::update(applications::table.find(row.id))
        .filter(applications::state.eq(&row.state))
        .filter(applications::version.eq(row.version))
        .set((applications::version.eq(applications::version + 1), applications::updated_at.eq(db_now)))
        .execute(conn)
        .await?;
    if touched == 1 { Ok(()) } else { Err(ErrorCode::WrongState.into()) }
}

/// A page of a view and how much waits in each.
#[derive(QueryableByName)]
pub(super) struct Listing {
    #[diesel(sql_type = BigInt)]
    pub queue: i64,
    #[diesel(sql_type = BigInt)]
    pub mine: i64,
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    #[diesel(sql_type = BigInt)]
    pub overdue: i64,
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
    #[diesel(sql_type = Jsonb)]
    pub items: Value,
}

/// One row of a page.
#[derive(Deserialize)]
pub(super) struct Line {
    /// What the view is sorted by.
    pub key: DateTime<Utc>,
    pub id: Uuid,
    pub number: String,
    pub service: String,
    pub service_version: i32,
    pub state: String,
    pub family_name: String,
    pub given_name: String,
    pub patronymic: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_left: Option<i32>,
    pub reply_due_at: Option<DateTime<Utc>>,
    pub checked: String,
    pub checks: Value,
    pub officer_id: Option<Uuid>,
    pub officer_name: Option<String>,
    pub officer_language: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub resubmitted: bool,
    pub unanswered: bool,
}

/// What a view shows, what it is sorted by, and whether the last comes first.
const fn parts(view: View) -> (&'static str, &'static str, bool) {
    match view {
        View::Queue => ("a.state = 'in_review'", "a.due_at", false),
        View::Mine => (
            "a.officer_id = $1 and a.state in ('auto_checking', 'in_review', 'returned_for_fix', 'amending')",
            "coalesce(a.due_at, a.reply_due_at)",
            false,
        ),
        View::Waiting => ("a.state in ('returned_for_fix', 'amending')", "a.reply_due_at", false),
        View::Decided => {
            ("a.officer_id = $1 and a.state in ('approved', 'completed', 'refused')", "a.decided_at", true)
        }
    }
}

/// What an officer looks for.
pub(super) enum Sought {
    /// The case of this number, wherever it stands.
    Number(String),
    /// Cases of a view whose applicant's name begins so.
    Name(String),
}

/// Which cases to list.
pub(super) struct Wanted<'a> {
    pub officer_id: Uuid,
    pub view: View,
    pub service: Option<&'a str>,
    pub sought: Option<Sought>,
    pub after: Option<(DateTime<Utc>, Uuid)>,
    pub most: i64,
}

/// A page of a view, the most urgent first, with the counts, in one statement.
///
/// # Errors
/// The database's.
pub(super) async fn list(mut conn: &Conn, wanted: &Wanted<'_>) -> Result<Listing> {
    // A condition that is not asked for is not in the text: the database could not use an index to seek behind it. Only
    // constants are put there, so there are few texts; what is asked for is bound.
    let (shown, key, last_first) = match wanted.sought {
        Some(Sought::Number(_)) => ("a.number = $6 and a.state <> 'draft'", "a.submitted_at", false),
        _ => parts(wanted.view),
    };
    let (beyond, order) = if last_first { ("<", "desc") } else { (">", "asc") };
    let service = if wanted.service.is_some() { "and a.service = $2" } else { "" };
    let after = match wanted.after {
        Some(_) => format!("and ({key}, a.id) {beyond} ($3, $4)"),
        None => String::new(),
    };
    let (sought, named) = match &wanted.sought {
        Some(Sought::Number(number)) => (Some(number), ""),
        Some(Sought::Name(name)) => {
            (Some(name), "and starts_with(lower(p.family_name || ' ' || p.given_name), lower($6))")
        }
        None => (None, ""),
    };
    let text = format!(
        "with page as (select {key} as key, a.id, a.number, a.service, a.service_version, a.state, p.family_name, \
           p.given_name, p.patronymic, a.due_at, a.paused_left, a.reply_due_at, a.checked, a.checks, a.officer_id, \
           o.name as officer_name, o.language as officer_language, a.submitted_at, \
           exists (select from case_events e where e.application_id = a.id and e.kind = 'resubmitted') as resubmitted, \
           a.decided_at is null and coalesce((select m.author = 'applicant' from messages m where m.application_id = a.id \
             order by m.id desc limit 1), false) as unanswered \
         from applications a join accounts p on p.id = a.account_id left join officers o on o.id = a.officer_id \
         where {shown} {service} {named} {after} order by {key} {order}, a.id {order} limit $5), \
         counts as (select count(*) filter (where state = 'in_review') as queue, \
           count(*) filter (where officer_id = $1) as mine, \
           count(*) filter (where state in ('returned_for_fix', 'amending')) as waiting, \
           count(*) filter (where state = 'in_review' and due_at < now()) as overdue \
         from applications where state in ('in_review', 'returned_for_fix', 'amending', 'auto_checking')) \
         select counts.*, now() as now, \
           coalesce((select jsonb_agg(to_jsonb(page) order by key {order}, id {order}) from page), '[]') as items \
         from counts"
    );
    let listing = diesel::sql_query(text)
        .bind::<SqlUuid, _>(wanted.officer_id)
        .bind::<Nullable<Text>, _>(wanted.service)
        .bind::<Nullable<Timestamptz>, _>(wanted.after.map(|(at, _)| at))
        .bind::<Nullable<SqlUuid>, _>(wanted.after.map(|(_, id)| id))
        .bind::<BigInt, _>(wanted.most)
        .bind::<Nullable<Text>, _>(sought);
    Ok(prepared(listing).get_result(&mut conn).await?)
}
