//! The person's list: the query and its pages (C42, CS-02).

use chrono::{DateTime, Utc};
use diesel::dsl::now as db_now;
use diesel::prelude::*;
use diesel::sql_types::Timestamptz;
use diesel_async::RunQueryDsl;
use openapi::Page;
use openapi::applications::{ApplicationSummary, State, Tab};
use uuid::Uuid;

use super::clock;
use super::sealed::SealedAnswers;
use super::store::parse_state;
use super::view::{label, service_of};
use crate::app::App;
use crate::db::Conn;
use crate::db::schema::applications;
use crate::error::Result;
use crate::http::page;

/// A row of the list; answers are read for drafts only.
#[derive(Debug, Queryable)]
pub(super) struct Listed {
    pub id: Uuid,
    pub number: Option<String>,
    pub service: String,
    pub service_version: i32,
    pub state: String,
    pub draft: Option<SealedAnswers>,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_left: Option<i32>,
    pub reply_due_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// The states of a tab; `None`: all.
fn states(tab: Tab) -> Option<Vec<&'static str>> {
    let states: &[State] = match tab {
        Tab::All => return None,
        Tab::Drafts => &[State::Draft],
        Tab::Active => &[
            State::AwaitingPayment,
            State::AutoChecking,
            State::InReview,
            State::ReturnedForFix,
            State::Amending,
        ],
        Tab::Closed => &[State::Approved, State::Completed, State::Refused, State::Withdrawn],
    };
    Some(states.iter().map(|state| state.as_str()).collect())
}

/// A person's applications, the last changed first, from after `(updated_at, id)`; one statement.
///
/// # Errors
/// The database's.
pub(super) async fn list_for(
    mut conn: &Conn,
    account_id: Uuid,
    tab: Tab,
    after: Option<(DateTime<Utc>, Uuid)>,
    most: i64,
) -> Result<Vec<Listed>> {
    let draft = diesel::dsl::case_when(
        applications::state.eq(State::Draft.as_str()),
        applications::answers.nullable(),
    );
    let mut query = applications::table
        .filter(applications::account_id.eq(account_id))
        .order((applications::updated_at.desc(), applications::id.desc()))
        .limit(most)
        .select((
            applications::id,
            applications::number,
            applications::service,
            applications::service_version,
            applications::state,
            draft,
            applications::due_at,
            applications::paused_left,
            applications::reply_due_at,
            applications::submitted_at,
            applications::created_at,
            applications::updated_at,
            db_now.into_sql::<Timestamptz>(),
        ))
        .into_boxed();
    if let Some(states) = states(tab) {
        query = query.filter(applications::state.eq_any(states));
    }
    if let Some((at, id)) = after {
        // The first condition is one the index can seek by.
        query = query
            .filter(applications::updated_at.le(at))
            .filter(applications::updated_at.lt(at).or(applications::id.lt(id)));
    }
    Ok(query.load(&mut conn).await?)
}

/// One page of the list from `limit + 1` rows, the last of which only says that there is more.
///
/// # Errors
/// `internal` when the catalogue has lost a service.
pub(super) fn page(
    app: &App,
    account_id: Uuid,
    mut rows: Vec<Listed>,
    limit: usize,
) -> Result<Page<ApplicationSummary>> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| page::write(row.updated_at, row.id));
    let items = rows.into_iter().map(|row| summary(app, account_id, row)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}

fn summary(app: &App, account_id: Uuid, row: Listed) -> Result<ApplicationSummary> {
    let service = service_of(app, &row.service, row.service_version)?;
    let state = parse_state(&row.state)?;
    let times = clock::Times {
        state,
        due_at: row.due_at,
        paused_left: row.paused_left,
        reply_due_at: row.reply_due_at,
        now: row.now,
    };
    // One draft that does not open must not close the whole list: it goes without its last day.
    let draft = row.draft.filter(|_| service.filing.is_some());
    let answers = draft.and_then(|answers| {
        let opened = answers.open(&app.keys, row.id, account_id);
        opened.inspect_err(|error| tracing::error!(error.cause = ?error, "a draft does not open")).ok()
    });
    Ok(ApplicationSummary {
        id: row.id,
        number: row.number,
        service: row.service,
        title: service.title.clone(),
        state,
        label: label(app, service, state),
        clock: clock::clock(&times, service, answers.as_ref(), &app.catalogue.calendar),
        created_at: row.created_at,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
    })
}
