//! How answers read.

use catalogue::{definition::Kind, form::display};
use serde_json::{Value, json};

use crate::sample::{CATALOGUE, arrival, arrival_answers};

fn shown(field: &str, value: &Value, language: &str) -> String {
    display(arrival().field(field).unwrap(), value, &CATALOGUE.dictionaries, language)
}

#[test]
fn dates_choices_and_countries_speak_the_language() {
    for (field, value, ru, en) in [
        ("birth_date", "1994-05-02", "02.05.1994", "2 May 1994"),
        ("purpose", "work", "Работа", "Work"),
        ("citizenship", "UZ", "Узбекистан", "Uzbekistan"),
        ("citizenship", "SUN", "СССР (Советский Союз)", "Soviet Union (USSR)"),
        ("citizenship", "??", "??", "??"),
        ("birth_date", "вчера", "вчера", "вчера"),
        ("host_phone", "+79000000012", "+79000000012", "+79000000012"),
    ] {
        assert_eq!(shown(field, &json!(value), "ru"), ru);
        assert_eq!(shown(field, &json!(value), "en"), en);
        assert_eq!(shown(field, &json!(value), "uz"), ru, "other languages fall back to Russian");
    }
    assert_eq!(shown("purpose", &Value::Null, "ru"), "");
}

#[test]
fn an_address_is_one_line() {
    let address = &arrival_answers()["address"];
    assert_eq!(
        shown("address", address, "ru"),
        "620014, Свердловская область, Примерск, Причальная улица, д.\u{a0}12, кв.\u{a0}37"
    );
    assert_eq!(
        shown("address", address, "en"),
        "620014, Sverdlovsk Oblast, Примерск, Причальная улица, house 12, flat 37"
    );
    let moscow = json!({"region": "77", "town": "Москва", "note": "Баржа у причала", "postcode": "125009"});
    assert_eq!(shown("address", &moscow, "ru"), "125009, Москва, Баржа у причала");
    assert_eq!(shown("address", &moscow, "en"), "125009, Москва, Баржа у причала");
}

#[test]
fn a_box_is_yes_or_no() {
    let mut field = arrival().field("purpose").unwrap().clone();
    field.kind = Kind::Check {};
    let shown = |value: bool, language| display(&field, &json!(value), &CATALOGUE.dictionaries, language);
    assert_eq!(
        (shown(true, "ru"), shown(false, "ru"), shown(true, "en")),
        ("Да".into(), "Нет".into(), "Yes".into())
    );
}
