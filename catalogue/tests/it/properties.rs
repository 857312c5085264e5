//! What holds for all inputs.

use catalogue::{
    answers::Answers,
    deadline::{add, remaining, resume, working_days_left},
    definition::{Kind, Span, Unit},
    form,
    identifiers::{is_inn, is_uin, make_uin, number},
    names::{Scheme, Similarity, compare, is_latin, transliterate},
    tariff::{format_decimal, parse_decimal},
};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::sample::{CATALOGUE, arrival, arrival_answers, ctx, invitation};

fn dates() -> impl Strategy<Value = NaiveDate> {
    (0_u64..1500).prop_map(|days| NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(days))
}

/// Any JSON a client may send, near enough to answers to get past the door.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9.+ -]{0,14}".prop_map(Value::from),
        prop::sample::select(vec![
            "host_person",
            "host_organisation",
            "foreigner",
            "work",
            "family",
            "other",
            "UZ"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let keys =
            prop::sample::select(vec!["region", "town", "street", "house", "postcode", "note", "planet"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(keys, inner, 0..4)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

fn answers() -> impl Strategy<Value = Answers> {
    let ids = arrival()
        .steps
        .iter()
        .chain(&invitation().steps)
        .flat_map(|step| &step.fields)
        .map(|field| &field.id);
    let keys = prop::sample::select(ids.cloned().chain(["nobody".to_owned()]).collect::<Vec<_>>());
    (any::<bool>(), prop::collection::btree_map(keys, values(), 0..12)).prop_map(|(complete, changes)| {
        let mut answers = if complete { arrival_answers() } else { Answers::new() };
        answers.extend(changes);
        answers
    })
}

proptest! {
    #[test]
    fn normalising_twice_changes_nothing(answers in answers()) {
        for service in [arrival(), invitation()] {
            let once = form::normalise(service, &answers, &CATALOGUE.dictionaries);
            prop_assert_eq!(&form::normalise(service, &once, &CATALOGUE.dictionaries), &once);
        }
    }

    #[test]
    fn judging_does_not_depend_on_how_answers_are_written(answers in answers()) {
        let shape = form::shape(arrival(), &answers);
        if shape.is_empty() {
            let normal = form::normalise(arrival(), &answers, &CATALOGUE.dictionaries);
            prop_assert_eq!(form::judge(arrival(), &answers, &[], &ctx()), form::judge(arrival(), &normal, &[], &ctx()));
        }
    }

    #[test]
    fn what_is_accepted_is_complete_and_of_the_right_type(answers in answers()) {
        let findings = form::judge(arrival(), &answers, &["passport", "housing", "authority"], &ctx());
        if findings.is_empty() {
            let normal = form::normalise(arrival(), &answers, &CATALOGUE.dictionaries);
            for field in form::steps(arrival(), &normal).into_iter().flat_map(|step| &step.fields) {
                let asked = form::is_field_asked(arrival(), &field.id, &normal);
                match normal.get(&field.id) {
                    None => prop_assert!(!asked || !field.required, "{}", field.id),
                    Some(Value::String(text)) => {
                        if matches!(field.kind, Kind::Date { .. }) {
                            prop_assert!(text.parse::<NaiveDate>().is_ok());
                        }
                    }
                    Some(value) => {
                        let is_address = matches!(field.kind, Kind::Address {});
                        prop_assert!(is_address && value.is_object());
                    }
                }
            }
        }
    }

    #[test]
    fn findings_have_known_codes_and_point_into_the_form(answers in answers()) {
        for finding in form::judge(arrival(), &answers, &["selfie"], &ctx()) {
            prop_assert!(catalogue::answers::code::ALL.contains(&finding.code.as_str()));
            prop_assert!(finding.pointer.starts_with("/answers/") || finding.pointer.starts_with("/documents/"));
            let text = finding.message(&CATALOGUE.locales["ru"]["errors"], "ru");
            prop_assert_ne!(text, finding.code);
        }
    }

    #[test]
    fn what_is_answered_is_shown(answers in answers(), language in "[a-z]{2}") {
        for field in arrival().steps.iter().flat_map(|step| &step.fields) {
            if let Some(value) = answers.get(&field.id) {
                let shown = form::display(field, value, &CATALOGUE.dictionaries, &language);
                let says_something = value.as_str().is_some_and(|text| !text.is_empty()) || value.is_number();
                prop_assert!(!says_something || !shown.is_empty(), "{}: {}", field.id, value);
            }
        }
    }

    #[test]
    fn every_written_date_is_read_back(date in dates(), separator in "[./ -]") {
        let text = date.format(&format!("%d{separator}%m{separator}%Y")).to_string();
        prop_assert_eq!(form::parse_date(&text), Some(date));
        prop_assert_eq!(form::parse_date(&date.format("%d%m%Y").to_string()), Some(date));
    }

    #[test]
    fn a_term_of_working_days_has_that_many_and_ends_on_one(from in dates(), n in 1_u32..60) {
        let calendar = &CATALOGUE.calendar;
        let to = add(Span { n, unit: Unit::WorkingDays }, from, calendar);
        prop_assert!(calendar.is_working(to));
        prop_assert_eq!(working_days_left(from, to, calendar), i32::try_from(n).unwrap());
        prop_assert_eq!(working_days_left(to, from, calendar) <= 0, true);
    }

    #[test]
    fn a_later_start_never_ends_earlier(from in dates(), n in 1_u32..30) {
        let calendar = &CATALOGUE.calendar;
        let span = Span { n, unit: Unit::WorkingDays };
        prop_assert!(add(span, from, calendar) <= add(span, from + Days::new(1), calendar));
    }

    #[test]
    fn a_pause_of_no_length_moves_nothing(from in dates(), n in 1_u32..30, after in 0_u32..40) {
        let calendar = &CATALOGUE.calendar;
        for unit in [Unit::WorkingDays, Unit::CalendarDays] {
            let due = add(Span { n, unit }, from, calendar);
            let paused = from + Days::new(u64::from(after.min(n)));
            let left = remaining(unit, paused, due, calendar);
            if left > 0 {
                prop_assert_eq!(resume(left, unit, paused, calendar), due);
            }
        }
    }

    #[test]
    fn numbers_of_applications_are_valid_and_slips_are_found(
        year in 2000_i32..2100, random: u32, place in 0_usize..6, symbol in "[0-9A-HJKMNP-TV-Z]",
    ) {
        let made = number::make("ПР", year, random);
        prop_assert!(number::is_valid(&made));
        prop_assert_eq!(made == number::make("ПР", year, random ^ 1), false);
        let mut symbols: Vec<char> = made.chars().collect();
        let changed = symbol.chars().next().unwrap();
        if symbols[8 + place] != changed {
            symbols[8 + place] = changed;
            let wrong: String = symbols.iter().collect();
            prop_assert!(!number::is_valid(&wrong), "{} and {}", made, wrong);
        }
        let mut swapped: Vec<char> = made.chars().collect();
        swapped.swap(8 + place.min(4), 9 + place.min(4));
        let swapped: String = swapped.iter().collect();
        prop_assert!(swapped == made || !number::is_valid(&swapped), "{} and {}", made, swapped);
    }

    #[test]
    fn every_made_uin_is_one(serial in 0_u64..99_999_999_999, long: bool) {
        let uin = make_uin("18899999", serial, if long { 25 } else { 20 });
        prop_assert!(uin.is_some_and(|uin| is_uin(&uin)));
    }

    #[test]
    fn checks_never_fail_on_anything(text in any::<String>()) {
        let _ = (is_inn(&text), is_uin(&text), number::read(&text), parse_decimal(&text), form::parse_date(&text));
    }

    #[test]
    fn money_is_read_back(kopecks in 0_i64..i64::MAX) {
        prop_assert_eq!(parse_decimal(&format_decimal(kopecks)), Some(kopecks));
    }

    #[test]
    fn transliterated_names_are_latin_and_still_the_same(name in "[А-ЯЁ][а-яё]{1,12}(-[А-ЯЁ][а-яё]{1,12})?") {
        for scheme in [Scheme::Table, Scheme::Icao, Scheme::Icao2010] {
            let latin = transliterate(&name, scheme);
            prop_assert!(is_latin(&latin), "{}", latin);
            // A name of soft and hard signs only has nothing left to compare.
            if latin.chars().any(char::is_alphabetic) {
                prop_assert_eq!(compare(&name, &latin), Similarity::Equal, "{} {}", name, latin);
            }
        }
    }

    #[test]
    fn drafts_are_never_refused_for_ordinary_text(text in "[ -~А-яё]{0,60}") {
        let draft = catalogue::answers::Answers::from_iter([("entry_point".to_owned(), json!(text))]);
        prop_assert_eq!(form::shape(arrival(), &draft), []);
    }
}
