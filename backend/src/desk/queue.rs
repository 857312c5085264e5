//! The queue: the most urgent first, so what is overdue stands on top (CS-06).

use catalogue::identifiers::number;
use openapi::applications::{Clock, State};
use openapi::desk::{CaseSummary, Counts, Officer, Outcome, Queue};

use super::case::full_name;
use super::store::{Line, Listing, Sought};
use crate::app::App;
use crate::applications::comparison::Compared;
use crate::applications::view::{label, service_of};
use crate::applications::{clock, store};
use crate::error::Result;
use crate::http::page;

/// What is looked for by these words: a number as people type and dictate it, else a name. Nothing for blanks.
pub(super) fn sought(words: &str) -> Option<Sought> {
    let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match number::read(words) {
        Some(number) => Some(Sought::Number(number)),
        None if name.is_empty() => None,
        None => Some(Sought::Name(name)),
    }
}

/// A page from `limit + 1` rows, the last of which only says that there is more.
///
/// # Errors
/// `internal` when a row or its service cannot be read.
pub(super) fn page(app: &App, listing: Listing, limit: usize) -> Result<Queue> {
    let mut lines: Vec<Line> = serde_json::from_value(listing.items)?;
    let more = lines.len() > limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| more).map(|line| page::write(line.key, line.id));
    let now = listing.now;
    let items = lines.into_iter().map(|line| summary(app, line, now)).collect::<Result<_>>()?;
    let counts = Counts {
        queue: listing.queue,
        mine: listing.mine,
        waiting: listing.waiting,
        overdue: listing.overdue,
    };
    Ok(Queue { items, next, counts })
}

fn summary(app: &App, line: Line, now: chrono::DateTime<chrono::Utc>) -> Result<CaseSummary> {
    let service = service_of(app, &line.service, line.service_version)?;
    let state = store::parse_state(&line.state)?;
    let checks: Vec<Compared> = serde_json::from_value(line.checks.clone())?;
    let passed = checks.iter().filter(|check| check.outcome == Outcome::Passed).count();
    let skipped = checks.iter().filter(|check| check.outcome == Outcome::Skipped).count();
    let officer = line.officer_id.zip(line.officer_name.clone()).map(|(id, name)| Officer {
        id,
        name,
        language: line.officer_language.clone().unwrap_or_default(),
    });
    Ok(CaseSummary {
        id: line.id,
        title: service.title.clone(),
        applicant: full_name(&line.family_name, &line.given_name, line.patronymic.as_deref()),
        label: label(app, service, state),
        clock: case_clock(app, &line, state, service, now),
        checks_passed: u32::try_from(passed).unwrap_or(u32::MAX),
        checks_total: u32::try_from(service.checks.len().saturating_sub(skipped)).unwrap_or(u32::MAX),
        check_pending: line.checked == "pending",
        state,
        officer,
        submitted_at: line.submitted_at,
        resubmitted: line.resubmitted,
        unanswered: line.unanswered,
        number: line.number,
        service: line.service,
    })
}

fn case_clock(
    app: &App,
    line: &Line,
    state: State,
    service: &catalogue::definition::Service,
    now: chrono::DateTime<chrono::Utc>,
) -> Clock {
    let times = clock::Times {
        state,
        due_at: line.due_at,
        paused_left: line.paused_left,
        reply_due_at: line.reply_due_at,
        now,
    };
    clock::clock(&times, service, None, &app.catalogue.calendar)
}
