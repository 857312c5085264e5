//! Terms: working days, calendar days, hours, pauses (CS-06, C2). The day a term starts on is never counted.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    answers::Answers,
    definition::{Service, Span, Unit},
    form,
    text::parse_iso_date,
};

/// Beyond this many days a term is a mistake in the data, not a term; it also bounds every loop here.
const LONGEST_TERM: u32 = 3660;

/// The production calendar: which days are off although it is a weekday, and the other way round. Years that are
/// not among `years` know Saturdays and Sundays only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Years the other two sets are complete for, decree included.
    pub years: BTreeSet<i32>,
    /// Days off from Monday to Friday: holidays, and days off moved there.
    pub days_off: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked.
    pub working_weekends: BTreeSet<NaiveDate>,
}

/// The end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Due {
    /// The last day.
    pub date: NaiveDate,
    /// The term reaches into a year whose calendar is not loaded: holidays there are not known yet.
    pub provisional: bool,
}

impl Calendar {
    /// Adds the days of another year.
    pub fn extend(&mut self, other: Self) {
        self.years.extend(other.years);
        self.days_off.extend(other.days_off);
        self.working_weekends.extend(other.working_weekends);
    }

    /// Whether offices work on this day.
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        match date.weekday() {
            Weekday::Sat | Weekday::Sun => self.working_weekends.contains(&date),
            _ => !self.days_off.contains(&date),
        }
    }

    /// Whether the calendars of all years from `from` to `to` are loaded.
    #[must_use]
    pub fn covers(&self, from: NaiveDate, to: NaiveDate) -> bool {
        (from.year()..=to.year()).all(|year| self.years.contains(&year))
    }
}

/// The last day of a term that starts on `from` (that day not counted). Working days end on a working day;
/// hours are rounded up to days, see [`due_at`] for the exact moment.
#[must_use]
pub fn add(span: Span, from: NaiveDate, calendar: &Calendar) -> NaiveDate {
    let n = span.n.min(LONGEST_TERM);
    match span.unit {
        Unit::CalendarDays => plus_days(from, n),
        Unit::Hours => plus_days(from, n.div_ceil(24)),
        Unit::WorkingDays => {
            let mut date = from;
            let mut left = n;
            while left > 0 && date < NaiveDate::MAX {
                date = plus_days(date, 1);
                left -= u32::from(calendar.is_working(date));
            }
            date
        }
    }
}

/// [`add`], saying also whether the calendars it used are known.
#[must_use]
pub fn due(span: Span, from: NaiveDate, calendar: &Calendar) -> Due {
    let date = add(span, from, calendar);
    Due { date, provisional: span.unit == Unit::WorkingDays && !calendar.covers(from, date) }
}

/// The moment a term ends: hours are counted to the second, days end with the last second of the last day, in
/// the time zone of `from` (the zone of the office).
#[must_use]
pub fn due_at<Z: TimeZone>(span: Span, from: &DateTime<Z>, calendar: &Calendar) -> DateTime<Z> {
    if span.unit == Unit::Hours {
        return from.clone() + TimeDelta::hours(i64::from(span.n.min(LONGEST_TERM * 24)));
    }
    let last_day = add(span, from.date_naive(), calendar);
    end_of_day(last_day, from)
}

/// The last second of `date` in the zone of `zone_of`.
#[must_use]
pub fn end_of_day<Z: TimeZone>(date: NaiveDate, zone_of: &DateTime<Z>) -> DateTime<Z> {
    let last_second = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    let local = date.and_time(last_second);
    // A zone may skip the hour; then the latest moment that exists is the honest one.
    zone_of.timezone().from_local_datetime(&local).latest().unwrap_or_else(|| zone_of.clone())
}

/// Working days after `from` up to and including `to`; negative when `to` lies in the past.
#[must_use]
pub fn working_days_left(from: NaiveDate, to: NaiveDate, calendar: &Calendar) -> i32 {
    let (early, late, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
    let limit = usize::try_from(LONGEST_TERM).unwrap_or(usize::MAX);
    let days = early.iter_days().skip(1).take_while(|day| *day <= late).take(limit);
    sign * i32::try_from(days.filter(|day| calendar.is_working(*day)).count()).unwrap_or(i32::MAX)
}

/// Units of a term that are left on `today` when its clock is paused (CS-04): none if it has run out. Hours are
/// counted as whole days; pause them by [`remaining_hours`].
#[must_use]
pub fn remaining(unit: Unit, today: NaiveDate, due: NaiveDate, calendar: &Calendar) -> u32 {
    let days = match unit {
        Unit::WorkingDays => i64::from(working_days_left(today, due, calendar)),
        Unit::CalendarDays => (due - today).num_days(),
        Unit::Hours => (due - today).num_days() * 24,
    };
    u32::try_from(days).unwrap_or(0)
}

/// Whole hours left at `now`, rounded up in the applicant's and the office's favour alike.
#[must_use]
pub fn remaining_hours<Z: TimeZone>(now: &DateTime<Z>, due: &DateTime<Z>) -> u32 {
    let seconds = due.clone().signed_duration_since(now.clone()).num_seconds().max(0);
    u32::try_from(seconds.unsigned_abs().div_ceil(3600)).unwrap_or(u32::MAX)
}

/// The new end of a term whose clock runs again on `today` with `left` units left: what was left at the pause
/// is added to the day of the return. Nothing left: today.
#[must_use]
pub fn resume(left: u32, unit: Unit, today: NaiveDate, calendar: &Calendar) -> NaiveDate {
    add(Span { n: left, unit }, today, calendar)
}

/// The day by which the notice must be filed: the variant in force (C2). `None` if the service has no such
/// term or the date it runs from is not answered.
#[must_use]
pub fn filing_limit(service: &Service, answers: &Answers, calendar: &Calendar) -> Option<NaiveDate> {
    let rule = service.filing.as_ref()?;
    let span = rule.variants.get(&rule.active)?;
    Some(add(*span, filing_start(service, answers)?, calendar))
}

/// Whether something was filed in time (SV4-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Filing {
    /// The day the term ran from, such as the entry to the country.
    pub start: NaiveDate,
    /// The last day of the term in force.
    pub last_day: NaiveDate,
    pub filed_on: NaiveDate,
    /// Calendar days after the last day; 0: in time.
    #[schema(minimum = 0)]
    pub days_late: u32,
}

/// How a filing of this day keeps to the term in force. `None` as for [`filing_limit`].
#[must_use]
pub fn filing(
    service: &Service,
    answers: &Answers,
    filed_on: NaiveDate,
    calendar: &Calendar,
) -> Option<Filing> {
    let last_day = filing_limit(service, answers, calendar)?;
    let days_late = u32::try_from((filed_on - last_day).num_days()).unwrap_or_default();
    Some(Filing { start: filing_start(service, answers)?, last_day, filed_on, days_late })
}

/// The day to aim for: the earliest of all variants (C2).
#[must_use]
pub fn filing_target(service: &Service, answers: &Answers, calendar: &Calendar) -> Option<NaiveDate> {
    let start = filing_start(service, answers)?;
    service.filing.as_ref()?.variants.values().map(|span| add(*span, start, calendar)).min()
}

/// The last day of the term with the extension for a valid reason (SV4-03).
#[must_use]
pub fn filing_extended(service: &Service, answers: &Answers, calendar: &Calendar) -> Option<NaiveDate> {
    let extension = service.filing.as_ref()?.extension.as_ref()?;
    Some(add(extension.total, filing_start(service, answers)?, calendar))
}

/// The answer to the first of the dates that is asked: a term that runs from a move does not run from the entry before
/// the day of the move is told.
fn filing_start(service: &Service, answers: &Answers) -> Option<NaiveDate> {
    let start = &service.filing.as_ref()?.start;
    let field = start.iter().find(|field| form::is_field_asked(service, field, answers))?;
    let text = answers.get(field)?.as_str()?;
    parse_iso_date(text).or_else(|| form::parse_date(text))
}

fn plus_days(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}
