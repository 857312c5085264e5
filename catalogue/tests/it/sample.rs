//! The catalogue as it is, and complete answers to start from.

use std::{path::Path, sync::LazyLock};

use catalogue::{
    answers::{Answers, Finding},
    definition::Service,
    form::{self, Context},
    load::Catalogue,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the data files are right")
});

pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn arrival() -> &'static Service {
    CATALOGUE.latest("arrival-notice").expect("the service")
}

pub fn invitation() -> &'static Service {
    CATALOGUE.latest("invitation").expect("the service")
}

pub fn ctx() -> Context<'static> {
    Context { today: TODAY, dictionaries: &CATALOGUE.dictionaries }
}

pub fn object(value: Value) -> Answers {
    value.as_object().expect("an object").clone()
}

/// A notice of a host without anything wrong.
pub fn arrival_answers() -> Answers {
    object(json!({
        "occasion": "arrival",
        "filer": "host_person",
        "citizenship": "UZ",
        "family_name_latin": "DEMOV",
        "given_name_latin": "AZIZ",
        "birth_date": "1994-05-02",
        "birth_country": "UZ",
        "birth_place": "Самарканд",
        "family_name_cyrillic": "Демов",
        "given_name_cyrillic": "Азиз",
        "identity_document": "passport",
        "passport_country": "UZ",
        "passport_number": "FA0000000",
        "passport_authority": "MIA 26283",
        "passport_issued": "2021-03-04",
        "passport_expires": "2031-03-04",
        "entry_date": "2026-11-20",
        "entry_point": "Аэропорт Примерск",
        "purpose": "work",
        "stay_until": "2027-02-10",
        "address": {
            "region": "66", "town": "Примерск", "street": "Причальная улица", "house": "12", "flat": "37",
            "postcode": "620014"
        },
        "own_name": "Образцова Ольга Ивановна",
        "own_host_phone": "+79000000012",
        "own_host_email": "olga@example.org"
    }))
}

/// An invitation of an employer without anything wrong.
pub fn invitation_answers() -> Answers {
    let mut answers = arrival_answers();
    answers.extend(object(json!({
        "type": "work",
        "organisation_name": "Общество «Образец»",
        "organisation_inn": "7707083893",
        "organisation_ogrn": "1027700132195",
        "organisation_address": {
            "region": "77", "town": "Москва", "street": "Причальная улица", "house": "1", "postcode": "125009"
        },
        "organisation_email": "office@example.org",
        "job_title": "Инженер",
        "has_contract": "signed",
        "purpose": "Работа инженером",
        "stay_from": "2027-01-15",
        "stay_until": "2027-04-15"
    })));
    let known = |id: &String| invitation().field(id).is_some();
    answers.into_iter().filter(|(id, _)| known(id)).collect()
}

/// `answers` with some of them replaced.
pub fn with(mut answers: Answers, changes: Value) -> Answers {
    answers.extend(object(changes));
    answers
}

/// What is wrong with the notice when all its documents are there: pointer and code.
pub fn judged(changes: Value) -> Vec<(String, String)> {
    let answers = with(arrival_answers(), changes);
    short(&form::judge(arrival(), &answers, &["passport", "housing", "authority"], &ctx()))
}

pub fn short(findings: &[Finding]) -> Vec<(String, String)> {
    findings.iter().map(|finding| (finding.pointer.clone(), finding.code.clone())).collect()
}

/// The code found at `/answers/<field>`, if any. An answer may make others wrong too; those are not looked at.
pub fn found(field: &str, value: Value) -> String {
    let pointer = format!("/answers/{field}");
    let at_field = judged(json!({ field: value })).into_iter().filter(|finding| finding.0 == pointer);
    at_field.map(|finding| finding.1).collect::<Vec<_>>().join(", ")
}
