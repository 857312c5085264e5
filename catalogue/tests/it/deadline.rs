//! Terms over the real calendars.

use catalogue::{
    deadline::{
        Calendar, Due, add, due, due_at, filing, filing_extended, filing_limit, filing_target, remaining,
        remaining_hours, resume, working_days_left,
    },
    definition::{Span, Unit},
};
use chrono::{DateTime, FixedOffset};
use serde_json::json;

use crate::sample::{CATALOGUE, arrival, arrival_answers, day, invitation, with};

fn calendar() -> &'static Calendar {
    &CATALOGUE.calendar
}

fn working(n: u32) -> Span {
    Span { n, unit: Unit::WorkingDays }
}

fn moment(text: &str) -> DateTime<FixedOffset> {
    text.parse().unwrap()
}

#[test]
fn the_year_2026_has_247_working_days() {
    let days = day("2026-01-01").iter_days().take(365);
    assert_eq!(days.filter(|date| calendar().is_working(*date)).count(), 247);
}

#[test]
fn holidays_and_moved_days_are_off() {
    for off in
        ["2026-01-09", "2026-03-09", "2026-05-11", "2026-06-12", "2026-11-04", "2026-12-31", "2026-11-22"]
    {
        assert!(!calendar().is_working(day(off)), "{off}");
    }
    for on in ["2026-01-12", "2026-11-03", "2026-11-05", "2026-12-30"] {
        assert!(calendar().is_working(day(on)), "{on}");
    }
}

#[test]
fn the_first_day_is_not_counted() {
    for (from, n, to) in [
        ("2026-11-13", 3, "2026-11-18"), // over a weekend
        ("2026-11-14", 3, "2026-11-18"), // from a Saturday
        ("2026-11-02", 3, "2026-11-06"), // over a holiday
        ("2026-04-30", 1, "2026-05-04"),
        ("2026-11-13", 0, "2026-11-13"),
    ] {
        assert_eq!(add(working(n), day(from), calendar()), day(to), "{from} + {n}");
    }
    assert_eq!(
        add(Span { n: 7, unit: Unit::CalendarDays }, day("2026-11-13"), calendar()),
        day("2026-11-20")
    );
    assert_eq!(add(Span { n: 25, unit: Unit::Hours }, day("2026-11-13"), calendar()), day("2026-11-15"));
}

#[test]
fn a_working_saturday_counts() {
    let mut calendar = calendar().clone();
    calendar.working_weekends.insert(day("2026-11-14"));
    assert_eq!(add(working(1), day("2026-11-13"), &calendar), day("2026-11-14"));
}

#[test]
fn terms_beyond_the_decreed_years_are_provisional() {
    let in_year = due(working(3), day("2026-12-01"), calendar());
    assert_eq!(in_year, Due { date: day("2026-12-04"), provisional: false });
    let beyond = due(working(3), day("2026-12-29"), calendar());
    assert_eq!(beyond, Due { date: day("2027-01-12"), provisional: true });
    let far = due(working(5), day("2031-05-01"), calendar());
    assert_eq!(far, Due { date: day("2031-05-08"), provisional: true });
    let calendar_days = Span { n: 30, unit: Unit::CalendarDays };
    assert!(!due(calendar_days, day("2026-12-29"), calendar()).provisional);
}

#[test]
fn hours_end_to_the_second_and_days_with_the_day() {
    let start = moment("2026-11-13T15:30:00+03:00");
    let hours = Span { n: 24, unit: Unit::Hours };
    assert_eq!(due_at(hours, &start, calendar()), moment("2026-11-14T15:30:00+03:00"));
    assert_eq!(due_at(working(3), &start, calendar()), moment("2026-11-18T23:59:59+03:00"));
    assert_eq!(remaining_hours(&start, &moment("2026-11-13T16:00:00+03:00")), 1);
    assert_eq!(remaining_hours(&start, &moment("2026-11-12T16:00:00+03:00")), 0);
}

#[test]
fn days_left_count_both_ways() {
    for (from, to, left) in [
        ("2026-11-16", "2026-11-18", 2),
        ("2026-11-18", "2026-11-18", 0),
        ("2026-11-13", "2026-11-15", 0),
        ("2026-11-18", "2026-11-13", -3),
    ] {
        assert_eq!(working_days_left(day(from), day(to), calendar()), left, "{from} to {to}");
    }
}

#[test]
fn a_pause_gives_back_what_was_left() {
    let limit = add(working(5), day("2026-11-09"), calendar());
    let left = remaining(Unit::WorkingDays, day("2026-11-11"), limit, calendar());
    assert_eq!((limit, left), (day("2026-11-16"), 3));
    assert_eq!(resume(left, Unit::WorkingDays, day("2026-11-20"), calendar()), day("2026-11-25"));
    assert_eq!(
        remaining(Unit::WorkingDays, day("2026-11-20"), limit, calendar()),
        0,
        "overdue gives nothing back"
    );
    assert_eq!(resume(0, Unit::WorkingDays, day("2026-11-20"), calendar()), day("2026-11-20"));
}

#[test]
fn the_notice_is_due_by_the_variant_in_force() {
    let answers = with(arrival_answers(), json!({"entry_date": "13.11.2026"}));
    assert_eq!(filing_limit(arrival(), &answers, calendar()), Some(day("2026-11-18")));
    assert_eq!(filing_target(arrival(), &answers, calendar()), Some(day("2026-11-18")));
    assert_eq!(filing_extended(arrival(), &answers, calendar()), Some(day("2026-11-27")));

    let mut other = arrival().clone();
    other.filing.as_mut().unwrap().active = "7cd".into();
    assert_eq!(filing_limit(&other, &answers, calendar()), Some(day("2026-11-20")));
    assert_eq!(filing_target(&other, &answers, calendar()), Some(day("2026-11-18")));

    assert_eq!(filing_limit(arrival(), &with(answers, json!({"entry_date": "?"})), calendar()), None);
    assert_eq!(filing_limit(invitation(), &arrival_answers(), calendar()), None);
}

#[test]
fn the_term_of_a_move_runs_from_the_move() {
    let moved = |on: serde_json::Value| {
        let changes = json!({"entry_date": "2026-09-01", "occasion": "move", "moved_on": on});
        filing_limit(arrival(), &with(arrival_answers(), changes), calendar())
    };
    assert_eq!(moved(json!("2026-11-13")), Some(day("2026-11-18")));
    assert_eq!(moved(json!(null)), None, "not from the entry while the day of the move is not told");
    let hidden = json!({"entry_date": "2026-11-13", "moved_on": "2026-11-20"});
    let answers = with(arrival_answers(), hidden);
    assert_eq!(filing_limit(arrival(), &answers, calendar()), Some(day("2026-11-18")), "nobody has moved");
}

#[test]
fn a_filing_is_in_time_up_to_its_last_day() {
    let answers = with(arrival_answers(), json!({"entry_date": "2026-11-13"}));
    let late = |filed: &str| filing(arrival(), &answers, day(filed), calendar()).unwrap().days_late;
    assert_eq!(
        (late("2026-11-13"), late("2026-11-18"), late("2026-11-19"), late("2026-11-23")),
        (0, 0, 1, 5)
    );
    let filed = filing(arrival(), &answers, day("2026-11-19"), calendar()).unwrap();
    assert_eq!((filed.start, filed.last_day), (day("2026-11-13"), day("2026-11-18")));
    assert_eq!(filing(invitation(), &arrival_answers(), day("2026-11-19"), calendar()), None);
}
