//! The data files, and what the loader says of wrong ones.

use std::{fs, path::Path};

use catalogue::{
    definition::{Condition, Format, Kind, STATES, Service, Span, Unit},
    load::{Catalogue, LoadError, validate},
    text::Text,
};

use crate::sample::{CATALOGUE, arrival, invitation};

#[test]
fn the_services_are_there() {
    let codes: Vec<&str> = CATALOGUE.current().iter().map(|service| service.code.as_str()).collect();
    assert_eq!(codes, ["arrival-notice", "invitation"]);
    assert_eq!(CATALOGUE.service("invitation", 1), Some(invitation()));
    assert_eq!(CATALOGUE.service("invitation", 999), None);
    assert!(arrival().fee.is_none());
    assert_eq!(invitation().fee.as_ref().unwrap().amount, 160_000);
    assert_eq!(arrival().statuses["approved"].get("ru"), "Зарегистрировано");
    for service in CATALOGUE.current() {
        assert!(STATES.iter().all(|state| service.statuses[*state].has("en")));
        assert!(service.steps.iter().all(|step| step.fields.len() <= 3), "{}", service.code);
    }
}

#[test]
fn services_survive_the_wire() {
    for service in CATALOGUE.current() {
        let sent = serde_json::to_string(service).unwrap();
        assert_eq!(&serde_json::from_str::<Service>(&sent).unwrap(), service);
    }
}

#[test]
fn the_dictionaries_are_complete() {
    let dictionaries = &CATALOGUE.dictionaries;
    assert!(dictionaries.countries.iter().filter(|country| country.code.len() == 2).count() == 249);
    for code in ["UZ", "SUN", "YUG", "SCG", "XXA", "XXB", "XXC", "XXX"] {
        assert!(dictionaries.country(code).is_some(), "{code}");
    }
    assert_eq!(dictionaries.country_by_any("D").unwrap().code, "DE");
    assert_eq!(dictionaries.country_by_any("UZB").unwrap().code, "UZ");
    assert!(dictionaries.countries.iter().all(|country| country.alpha3.len() == 3));
    assert!(!dictionaries.country("SUN").unwrap().current);
    let (us, stateless) = (dictionaries.country("US").unwrap(), dictionaries.country("XXA").unwrap());
    assert!(us.aliases.contains(&"США".to_owned()));
    assert_eq!(stateless.name.get("ru"), "Без гражданства", "as the hint of the form calls it");
    assert_eq!(dictionaries.regions.len(), 90);
    assert!(dictionaries.requisites["migration"].sample);
    let unused = dictionaries.refusal_reasons.iter().find(|reason| {
        !CATALOGUE.services.iter().any(|service| service.refusal_reasons.contains(&reason.code))
    });
    assert_eq!(unused, None, "every reason is used by a service");
}

/// The service with one thing spoilt, and a part of what the check says of it.
fn says(spoil: impl Fn(&mut Service), part: &str) {
    let mut service = arrival().clone();
    spoil(&mut service);
    let problems = validate(&service);
    assert!(problems.iter().any(|problem| problem.contains(part)), "{part:?} not in {problems:#?}");
}

#[test]
fn a_wrong_service_is_told_where_it_is_wrong() {
    assert_eq!(validate(arrival()), Vec::<String>::new());
    let on =
        |field: &str, value: &str| Some(Condition::Is { field: field.into(), values: vec![value.into()] });
    says(|s| s.title = Text::from_iter([("ru", "Имя")]), "title: no text in en");
    let blank = || Text::from_iter([("ru", "Имя"), ("en", " ")]);
    says(|s| s.steps[1].fields[0].label = blank(), "steps.1.fields.0.label");
    says(|s| s.steps[1].fields[0].id = "filer".into(), "fields: filer stands twice");
    says(|s| s.steps[1].id = "Шаг".into(), "small letters");
    says(|s| s.steps[0].when = on("purpose", "work"), "steps.filer.when: purpose is not an earlier question");
    says(|s| s.steps[2].when = on("filer", "cat"), "filer is never cat");
    says(|s| s.steps[3].when = on("birth_date", "x"), "birth_date is never x");
    says(|s| s.documents[0].when = on("nobody", "x"), "documents.passport.when: nobody");
    says(|s| s.documents[0].max_files = 0, "max_files");
    says(
        |s| s.documents[0].format = Some(Format { width_mm: 125, height_mm: 0 }),
        "documents.passport.format",
    );
    says(
        |s| s.result.sections[0].fields.push("nobody".into()),
        "result.sections: there is no question nobody",
    );
    says(|s| s.result.valid_to = Some("purpose".into()), "result.valid_to: purpose is not a date question");
    says(|s| s.filing = None, "result.note");
    says(|s| s.after.lines.clear(), "after.lines");
    says(|s| s.appeal.term.n = 0, "appeal.term");
    says(|s| drop(s.checks[0].fields.insert("number".into(), "nobody".into())), "checks.passport_valid");
    says(|s| drop(s.checks[0].fields.remove("number")), "the register asks for birth_date, country, number");
    says(|s| drop(s.statuses.remove("approved")), "approved has no label");
    says(|s| drop(s.statuses.insert("lost".into(), Text::default())), "there is no state lost");
    says(|s| s.review.min = 9, "review: min");
    says(|s| s.correction = Span { n: 0, unit: Unit::CalendarDays }, "correction");
    says(|s| s.fee = invitation().fee.clone(), "review.from");
    says(|s| s.filing.as_mut().unwrap().active = "9cd".into(), "filing.active");
    says(|s| s.filing.as_mut().unwrap().start.push("purpose".into()), "filing.start: purpose");
    says(|s| s.filing.as_mut().unwrap().start.clear(), "filing.start: no date");
    let choice = |field: &str, value: &str| [(field.to_owned(), value.to_owned())].into();
    says(|s| s.follow_up.as_mut().unwrap().answers = choice("occasion", "party"), "occasion is never party");
    says(|s| s.follow_up.as_mut().unwrap().answers = choice("entry_point", "x"), "entry_point is never x");
    says(|s| s.follow_up.as_mut().unwrap().answers.clear(), "nothing makes it one");
    says(
        |s| s.follow_up.as_mut().unwrap().drop.push("nobody".into()),
        "follow_up.drop: there is no question nobody",
    );
    says(|s| s.steps[0].fields[0].prefill = Some("shoe_size".into()), "an account has no shoe_size");
    says(|s| s.steps[0].fields.clear(), "0 questions");
    let crowd =
        arrival().steps[7].fields.iter().chain(&arrival().steps[6].fields).cloned().collect::<Vec<_>>();
    says(|s| s.steps[7].fields.clone_from(&crowd), "6 questions");
    says(|s| s.steps[1].fields[0].kind = Kind::Choice { options: Vec::new() }, "fewer than two options");
    says(|s| s.steps[1].fields[0].kind = Kind::Inn { length: Some(11) }, "10 or 12");
}

/// A copy of the data files, for spoiling.
fn spoilt(name: &str, file: &str, from: &str, to: &str) -> LoadError {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&copy);
    for folder in ["services", "dictionaries", "calendars", "locales/ru", "locales/en"] {
        fs::create_dir_all(copy.join(folder)).unwrap();
        for entry in fs::read_dir(home.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, copy.join(folder).join(path.file_name().unwrap())).unwrap();
        }
    }
    let text = fs::read_to_string(copy.join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(copy.join(file), text.replacen(from, to, 1)).unwrap();
    let error = Catalogue::read(&copy).unwrap_err();
    fs::remove_dir_all(&copy).unwrap();
    error
}

#[test]
fn a_wrong_file_is_named_with_the_place() {
    let cases = [
        ("services/invitation.yaml", "minutes: 20", "minutes: soon", "minutes"),
        (
            "services/invitation.yaml",
            "kind: {type: country}",
            "kind: {type: planet}",
            "steps[0].fields[1].kind",
        ),
        ("services/invitation.yaml", "  point: after_submit", "  colour: red", "fee"),
        ("services/invitation.yaml", "code: invitation", "code: party", "code"),
        ("services/invitation.yaml", "minutes: 20", "minutes: 20\nminutes: 21", "line"),
        ("services/invitation.yaml", "[O-01,", "[O-99,", "O-99 is not in the dictionary"),
        ("services/invitation.yaml", "requisites: migration", "requisites: mine", "fee.requisites: mine"),
        ("calendars/2026.yaml", "working_days: 247", "working_days: 248", "247 working days"),
        ("dictionaries/regions.yaml", "code: \"04\"", "code: \"01\"", "regions: 01 stands twice"),
        ("locales/en/errors.json", "\"required\"", "\"requird\"", "no text for required"),
        ("locales/en/terms.json", "\"hours_one\"", "\"weeks_one\"", "locales/en/terms.json: other keys"),
        ("dictionaries/requisites.yaml", "sample: true", "sample: false", "requisites.migration: inn"),
    ];
    for (index, (file, from, to, part)) in cases.into_iter().enumerate() {
        let error = spoilt(&format!("spoilt-{index}"), file, from, to).to_string();
        assert!(error.contains(part), "{file}: {from} -> {to}: {error}");
        let names_file = error.contains(file) || error.contains(file.trim_end_matches(".yaml"));
        assert!(names_file || file.starts_with("dictionaries"), "{error}");
    }
}

#[test]
fn a_missing_folder_is_an_error_with_its_name() {
    let error = Catalogue::read(Path::new("/nonexistent")).unwrap_err();
    assert!(matches!(&error, LoadError::Unreadable { file, .. } if file.ends_with("services")), "{error}");
}
