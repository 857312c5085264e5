//! Moscow time: legal days and hours are counted and told in it, wherever the reader is.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

/// What browsers call the zone.
pub const ZONE: &str = "Europe/Moscow";
/// Three hours ahead of UTC the whole year (Federal Law 248-FZ of 2014).
const AHEAD_SECONDS: i32 = 3 * 3_600;

/// A moment on the clocks of the office.
#[must_use]
pub fn at(moment: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(AHEAD_SECONDS) {
        Some(zone) => moment.with_timezone(&zone),
        None => moment.fixed_offset(),
    }
}

/// The day it is at the office.
#[must_use]
pub fn day(moment: DateTime<Utc>) -> NaiveDate {
    at(moment).date_naive()
}

/// When a day begins at the office.
#[must_use]
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(AHEAD_SECONDS.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_moscow() {
        let moment = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(day(moment("2026-11-22T20:59:59Z")).to_string(), "2026-11-22");
        assert_eq!(day(moment("2026-11-22T21:00:00Z")).to_string(), "2026-11-23");
        assert_eq!(midnight(day(moment("2026-11-22T21:00:00Z"))), moment("2026-11-22T21:00:00Z"));
    }
}
