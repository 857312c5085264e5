//! One way to write an answer.

use catalogue::dictionary::find_region;
use catalogue::form::{normalise, parse_date, parse_time};
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::sample::{CATALOGUE, arrival, arrival_answers, with};

fn normal(field: &str, value: Value) -> Value {
    let answers = with(arrival_answers(), json!({ field: value }));
    normalise(arrival(), &answers, &CATALOGUE.dictionaries).get(field).cloned().unwrap_or(Value::Null)
}

#[test]
fn months_are_read_by_their_names() {
    let may = NaiveDate::from_ymd_opt(1994, 5, 2);
    for text in ["2 мая 1994", "2 мая 1994 г.", "02 МАЙ 1994 года", "2 May 1994", "02 MAY 1994", "1994-may-2"]
    {
        assert_eq!(parse_date(text), may, "{text}");
    }
    for (text, month) in [("1 марта 2026", 3), ("1 июня 2026", 6), ("1 July 2026", 7), ("1 Sept. 2026", 9)]
    {
        assert_eq!(parse_date(text), NaiveDate::from_ymd_opt(2026, month, 1), "{text}");
    }
    for text in ["2 ма 1994", "2 мэй 1994", "мая 2 1994", "31 июня 2026"] {
        assert_eq!(parse_date(text), None, "{text}");
    }
}

#[test]
fn dates_are_understood_as_people_write_them() {
    for text in [
        "1994-05-02",
        "02.05.1994",
        "2.5.1994",
        " 02/05/1994 ",
        "02-05-1994",
        "2 5 1994",
        "02051994",
        "1994.05.02",
        "02. 05. 1994",
    ] {
        assert_eq!(normal("birth_date", json!(text)), json!("1994-05-02"), "{text}");
    }
    for text in
        ["05.1994", "1994", "2.5.94", "31.02.2020", "02.05.19944", "+2.5.1994", "0205-1994", "2.5.1994 12:00"]
    {
        assert_eq!(parse_date(text), None, "{text}");
    }
}

#[test]
fn times_are_understood_as_people_write_them() {
    let organisation = with(arrival_answers(), json!({ "filer": "host_organisation" }));
    let normal = |typed: &str| {
        let answers = with(organisation.clone(), json!({ "reception_time": typed }));
        normalise(arrival(), &answers, &CATALOGUE.dictionaries)["reception_time"].clone()
    };
    for (typed, stored) in
        [("14:30", "14:30"), (" 9.05 ", "09:05"), ("9-05", "09:05"), ("1430", "14:30"), ("00 00", "00:00")]
    {
        assert_eq!(normal(typed), json!(stored), "{typed}");
    }
    for text in ["24:00", "14:5", "9", "+9:30", "14:30:00", "143", "éé", "после обеда"] {
        assert_eq!((parse_time(text), normal(text)), (None, json!(text)), "kept for the judge");
    }
}

#[test]
fn texts_are_trimmed_and_composed() {
    assert_eq!(normal("entry_point", json!("  Аэропорт \n\t Примерск\u{A0}")), json!("Аэропорт Примерск"));
    assert_eq!(normal("family_name_cyrillic", json!("Заи\u{306}цев")), json!("Зайцев"));
    assert_eq!(normal("entry_point", json!("   ")), Value::Null);
    assert_eq!(normal("entry_point", json!(null)), Value::Null);
    for unseen in ["\u{200D}", "\u{FE0F}", " \u{200C}\u{2003}"] {
        assert_eq!(normal("entry_point", json!(unseen)), Value::Null, "{unseen:?}");
    }
}

#[test]
fn telephones_become_e164() {
    for (typed, stored) in [
        ("8 (900) 000-00-12", "+79000000012"),
        ("7 900 000 00 12", "+79000000012"),
        ("+7 900 000\u{2011}00\u{2011}12", "+79000000012"),
        ("00 998 90 123 45 67", "+998901234567"),
        ("998901234567", "+998901234567"),
        ("9000000012", "9000000012"),
        ("позвоните", "позвоните"),
    ] {
        assert_eq!(normal("own_host_phone", json!(typed)), json!(stored), "{typed}");
    }
}

#[test]
fn numbers_of_documents_lose_spaces_and_become_latin() {
    for (typed, stored) in [
        ("fa 000 0000", "FA0000000"),
        ("FА-0000000", "FA0000000"), // the А is Cyrillic
        ("45 08 № 123456", "4508123456"),
        ("\u{FF26}\u{FF21} \u{FF11}234567", "FA1234567"), // typed wide
        ("ас 1234567", "AC1234567"),                      // Cyrillic letters that look Latin
        ("VII-МЮ 123", "VIIMЮ123"),
    ] {
        assert_eq!(normal("passport_number", json!(typed)), json!(stored), "{typed}");
    }
}

#[test]
fn mail_domains_are_small_letters() {
    assert_eq!(normal("own_host_email", json!(" Olga@Example.ORG ")), json!("Olga@example.org"));
}

#[test]
fn addresses_keep_known_parts_with_something_in_them() {
    let typed =
        json!({"town": "  Примерск ", "postcode": "620 014", "flat": "", "planet": "Earth", "note": null});
    assert_eq!(normal("address", typed), json!({"town": "Примерск", "postcode": "620014"}));
    assert_eq!(normal("address", json!({"flat": " "})), Value::Null);
}

#[test]
fn unknown_fields_are_dropped_and_wrong_types_kept_for_the_judge() {
    assert_eq!(normal("nobody", json!("x")), Value::Null);
    assert_eq!(normal("entry_point", json!(5)), json!(5));
}

#[test]
fn regions_are_found_by_their_names_as_people_paste_them() {
    let region = |text: &str| normal("address", json!({ "region": text }))["region"].clone();
    for (text, code) in [
        ("66", "66"),
        ("Московская область", "50"),
        ("московская обл.", "50"),
        ("обл. Московская", "50"),
        ("Московская", "50"),
        ("Moscow Oblast", "50"),
        ("МОСКВА", "77"),
        ("г. Москва", "77"),
        ("Татарстан", "16"),
        ("Респ. Татарстан", "16"),
        ("Саха /Якутия/ Респ", "14"),
        ("Кемеровская область", "42"),
        ("Ханты-Мансийский АО", "86"),
        ("Ненецкий автономный округ", "83"),
        ("Алтайский край", "22"),
        // As some programs copy it: letters and their marks apart.
        ("Алта\u{438}\u{306}ски\u{438}\u{306} край", "22"),
        ("Алтай", "04"),
        ("спб", "78"),
        ("Чувашская Республика - Чувашия", "21"),
    ] {
        assert_eq!(region(text), code, "{text}");
    }
    // What several have in common, or nobody has, is for the person to mend.
    for text in ["область", "Ненецкий", "Примерская область", "Москва, Россия"]
    {
        assert_eq!(region(text), text);
    }
    let regions = &CATALOGUE.dictionaries.regions;
    for region in regions {
        for name in region.name.in_all().chain(region.aliases.iter().map(String::as_str)) {
            assert_eq!(find_region(regions, name).map(|found| &found.code), Some(&region.code), "{name}");
        }
    }
}
