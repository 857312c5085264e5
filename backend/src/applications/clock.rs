//! The clock of a case: whose turn it is, until when, and what a pause leaves of the term (CS-04, CS-06). Days are
//! those of Moscow, working days those of the calendar.

use catalogue::answers::Answers;
use catalogue::deadline::{self, Calendar, Filing};
use catalogue::definition::{Service, Span, TermStart, Unit};
use catalogue::moscow;
pub use catalogue::moscow::{day, midnight};
use chrono::{DateTime, Utc};
use openapi::applications::{Clock, State, WaitingFor};

/// The end of a span that starts at `from`.
#[must_use]
pub fn end(span: Span, from: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
    deadline::due_at(span, &moscow::at(from), calendar).to_utc()
}

/// The end of the term of review that starts at `from`, at the legal limit.
#[must_use]
pub fn review_end(service: &Service, from: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
    end(Span { n: service.review.max, unit: service.review.unit }, from, calendar)
}

/// Whether the clock starts with filing: it does where nothing is paid, whatever the file says.
#[must_use]
pub fn starts_with_filing(service: &Service) -> bool {
    service.review.from == TermStart::Submitted || service.fee.is_none()
}

/// Units of the term left when its clock is paused at `now`.
#[must_use]
pub fn left(service: &Service, now: DateTime<Utc>, due: DateTime<Utc>, calendar: &Calendar) -> i32 {
    let left = match service.review.unit {
        Unit::Hours => deadline::remaining_hours(&moscow::at(now), &moscow::at(due)),
        unit => deadline::remaining(unit, day(now), day(due), calendar),
    };
    i32::try_from(left).unwrap_or(i32::MAX)
}

/// The new end of a term that runs again from `now` with `left` units left.
#[must_use]
pub fn resumed(service: &Service, now: DateTime<Utc>, left: i32, calendar: &Calendar) -> DateTime<Utc> {
    let n = u32::try_from(left).unwrap_or_default();
    end(Span { n, unit: service.review.unit }, now, calendar)
}

/// Whether what was filed at this moment was filed in time (SV4-03).
#[must_use]
pub fn filing(
    submitted_at: Option<DateTime<Utc>>,
    service: &Service,
    answers: &Answers,
    calendar: &Calendar,
) -> Option<Filing> {
    deadline::filing(service, answers, day(submitted_at?), calendar)
}

/// The columns the clock is read from.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub state: State,
    pub due_at: Option<DateTime<Utc>>,
    pub paused_left: Option<i32>,
    pub reply_due_at: Option<DateTime<Utc>>,
    /// The time of the database.
    pub now: DateTime<Utc>,
}

/// The clock as people see it. `answers` are needed for drafts only.
#[must_use]
pub fn clock(times: &Times, service: &Service, answers: Option<&Answers>, calendar: &Calendar) -> Clock {
    let quiet =
        |waiting_for| Clock { waiting_for, due_at: None, days_left: None, paused: false, file_by: None };
    match times.state {
        State::Draft => Clock {
            file_by: answers.and_then(|answers| deadline::filing_limit(service, answers, calendar)),
            ..quiet(WaitingFor::Applicant)
        },
        State::AwaitingPayment => quiet(WaitingFor::Applicant),
        State::AutoChecking | State::InReview => Clock {
            due_at: times.due_at,
            days_left: times
                .due_at
                .map(|due| i64::from(deadline::working_days_left(day(times.now), day(due), calendar))),
            ..quiet(WaitingFor::Service)
        },
        State::ReturnedForFix | State::Amending => Clock {
            due_at: times.reply_due_at,
            days_left: times.paused_left.map(i64::from),
            paused: true,
            ..quiet(WaitingFor::Applicant)
        },
        State::Approved | State::Completed | State::Refused | State::Withdrawn => quiet(WaitingFor::Nobody),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_ends_with_the_last_second_of_the_day_in_moscow() {
        let span = Span { n: 5, unit: Unit::WorkingDays };
        // A Sunday: five working days later is the Friday.
        let due = end(span, at("2026-11-22T09:00:00Z"), &Calendar::default());
        assert_eq!(due, at("2026-11-27T20:59:59Z"));
        let hours = Span { n: 24, unit: Unit::Hours };
        assert_eq!(end(hours, at("2026-11-22T09:00:01Z"), &Calendar::default()), at("2026-11-23T09:00:01Z"));
    }
}
