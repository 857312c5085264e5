//! Phrases made of data: terms, spans, sums, whose turn it is.

use catalogue::deadline::{Calendar, working_days_left};
use catalogue::definition::{Span, Term, Unit};
use catalogue::moscow;
use chrono::{DateTime, Utc};
pub use kit::office::today;
use kit::prelude::*;
use openapi::applications::{Clock, WaitingFor};

/// Whether a moment lies on the present day of the service.
#[must_use]
pub fn is_today(at: DateTime<Utc>) -> bool {
    moscow::day(at) == today()
}

const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::WorkingDays => "terms.working_days",
        Unit::CalendarDays => "terms.calendar_days",
        Unit::Hours => "terms.hours",
    }
}

/// `3 рабочих дня`.
#[must_use]
pub fn span(i18n: &I18n, span: Span) -> String {
    i18n.t_with(unit(span.unit), &[("count", &span.n.to_string())])
}

/// `1–5 рабочих дней`.
#[must_use]
pub fn term(i18n: &I18n, term: Term) -> String {
    let longest = i18n.t_with(unit(term.unit), &[("count", &term.max.to_string())]);
    if term.min < term.max { format!("{}–{longest}", term.min) } else { longest }
}

/// `1 600 ₽`, or that it is free.
#[must_use]
pub fn fee(i18n: &I18n, kopecks: Option<i64>) -> String {
    kopecks.map_or_else(|| i18n.t("services.free"), |amount| i18n.money(amount))
}

/// `Сегодня, 11:40 МСК`, `18 ноября, 10:12 МСК`.
#[must_use]
pub fn moment(i18n: &I18n, at: DateTime<Utc>) -> String {
    let time = i18n.time(at);
    let key = match today().signed_duration_since(moscow::day(at)).num_days() {
        0 => "pages.today_at",
        1 => "pages.yesterday_at",
        _ => return i18n.t_with("pages.day_at", &[("day", &i18n.day(at)), ("time", &time)]),
    };
    i18n.t_with(key, &[("time", &time)])
}

/// The clock as the person's own: while they are waited for, the day they have to answer by, and not what is left of
/// the service's paused term. With the calendar it also says how many working days that is.
#[must_use]
pub fn own_clock(clock: &Clock, calendar: Option<&Calendar>) -> Clock {
    let (true, Some(due)) = (clock.paused, clock.due_at) else { return clock.clone() };
    let last = moscow::day(due);
    let left = calendar.map(|calendar| i64::from(working_days_left(today(), last, calendar)));
    Clock { days_left: left, paused: false, ..clock.clone() }
}

/// One sentence: whose turn it is and until when.
#[must_use]
pub fn turn(i18n: &I18n, clock: &Clock) -> String {
    let key = match clock.waiting_for {
        WaitingFor::Applicant => "applications.turn_applicant",
        WaitingFor::Service if clock.due_at.is_some() => "applications.turn_service_until",
        WaitingFor::Service => "applications.turn_service",
        WaitingFor::Nobody => "applications.turn_nobody",
    };
    let date = clock.due_at.map(|due| i18n.day(due)).unwrap_or_default();
    i18n.t_with(key, &[("date", &date)])
}

/// The icon of a section of the catalogue.
#[must_use]
pub fn section_icon(section: &str) -> &'static str {
    match section {
        "migration" => "plane",
        "invitations" => "mail",
        "work" => "work",
        "family" => "family",
        _ => "file",
    }
}

/// The word of a section of the catalogue; sections without a word are shown by their code.
#[must_use]
pub fn section_title(i18n: &I18n, section: &str) -> String {
    let key = format!("services.section_{section}");
    if i18n.has(&key) { i18n.t(&key) } else { section.to_owned() }
}
