//! Answers and people, right ones; a test spoils what it is about.

use catalogue::moscow;
use chrono::{Days, NaiveDate, Utc};
use openapi::accounts::{CONSENT_VERSION, SignUpIn};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A password that meets every rule.
pub const PASSWORD: &str = "Pier-and-7-lanterns";

/// A sign-up nobody else has made.
#[must_use]
pub fn sign_up() -> SignUpIn {
    let n = Uuid::new_v4().as_u128() % 10_000_000;
    SignUpIn {
        family_name: "Образцов".into(),
        given_name: "Азиз".into(),
        patronymic: None,
        email: format!("sample-{}@example.org", Uuid::new_v4().simple()),
        phone: format!("+99890{n:07}"),
        language: "ru".into(),
        consent_version: CONSENT_VERSION.into(),
    }
}

/// The day `days` from today at the office (negative: before).
#[must_use]
pub fn day(days: i64) -> NaiveDate {
    let today = moscow::day(Utc::now());
    let by = Days::new(days.unsigned_abs());
    if days < 0 { today.checked_sub_days(by).unwrap() } else { today.checked_add_days(by).unwrap() }
}

/// Complete answers of an arrival notice filed by the foreigner.
#[must_use]
pub fn arrival() -> Map<String, Value> {
    object(json!({
        "occasion": "arrival",
        "filer": "foreigner",
        "citizenship": "UZ",
        "family_name_latin": "OBRAZTSOV",
        "given_name_latin": "AZIZ",
        "birth_date": "1994-05-02",
        "birth_country": "UZ",
        "birth_place": "Самарканд",
        "family_name_cyrillic": "Образцов",
        "given_name_cyrillic": "Азиз",
        "identity_document": "passport",
        "passport_country": "UZ",
        "passport_number": "FA1234568",
        "passport_authority": "MIA 26283",
        "passport_issued": "2021-03-05",
        "passport_expires": "2031-03-04",
        "entry_date": day(-1).to_string(),
        "entry_point": "Аэропорт Примерск",
        "purpose": "work",
        "stay_until": day(60).to_string(),
        "address": address(),
        "own_phone": "+998901234567",
        "own_email": "aziz@example.org",
        "host_name": "Образцова Ольга Олеговна",
        "host_phone": "+79001234567",
    }))
}

/// Complete answers of an invitation to work.
#[must_use]
pub fn invitation() -> Map<String, Value> {
    object(json!({
        "type": "work",
        "citizenship": "UZ",
        "organisation_name": "Общество «Пример»",
        "organisation_inn": "7707083893",
        "organisation_ogrn": "1027700132195",
        "organisation_address": address(),
        "organisation_email": "office@example.org",
        "job_title": "Маляр",
        "has_contract": "signed",
        "family_name_latin": "OBRAZTSOV",
        "given_name_latin": "AZIZ",
        "birth_date": "1994-05-02",
        "family_name_cyrillic": "Образцов",
        "given_name_cyrillic": "Азиз",
        "passport_country": "UZ",
        "passport_number": "FA1234568",
        "passport_authority": "MIA 26283",
        "passport_issued": "2021-03-05",
        "passport_expires": "2031-03-04",
        "purpose": "Работа по трудовому договору",
        "stay_from": day(30).to_string(),
        "stay_until": day(90).to_string(),
        "address": address(),
    }))
}

fn address() -> Value {
    json!({ "region": "77", "town": "Москва", "street": "Причальная улица", "house": "12", "flat": "37", "postcode": "125009" })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}
