//! What is wrong with single answers, kind by kind.

use catalogue::{
    answers::{Finding, code, fill},
    form,
};
use serde_json::{Value, json};

use crate::sample::{CATALOGUE, arrival, arrival_answers, ctx, found, judged, object, short, with};

/// `(value, code)`; no code: right.
fn cases(field: &str, cases: &[(Value, &str)]) {
    for (value, code) in cases {
        assert_eq!(found(field, value.clone()), *code, "{field} = {value}");
    }
}

#[test]
fn names_keep_to_their_script() {
    cases(
        "family_name_latin",
        &[
            (json!("O'Neill-Smith"), ""),
            (json!("Müller"), ""),
            (json!("Oʻktamov"), ""),
            (json!("DЕMOV"), code::LATIN_ONLY), // the second letter is Cyrillic
            (json!("Демов"), code::LATIN_ONLY),
            (json!("DEMOV2"), code::LATIN_ONLY),
            (json!("DEMOV, A"), code::LATIN_ONLY),
            (json!(""), code::REQUIRED),
            (json!("  "), code::REQUIRED),
            (json!(null), code::REQUIRED),
            (json!("A".repeat(80)), ""),
            (json!("A".repeat(81)), code::TOO_LONG),
        ],
    );
    cases(
        "family_name_cyrillic",
        &[
            (json!("Қодиров"), ""),
            (json!("Иванова-Петрова"), ""),
            (json!("Іваненко"), ""),
            (json!("Ivanov"), code::CYRILLIC_ONLY),
            (json!("Иванoв"), code::CYRILLIC_ONLY), // the o is Latin
        ],
    );
    cases("patronymic", &[(json!(""), ""), (json!("Рустамович"), ""), (json!("R"), code::CYRILLIC_ONLY)]);
    cases("entry_point", &[(json!("Ш"), code::TOO_SHORT), (json!("Аэропорт № 1, Sochi"), "")]);
}

#[test]
fn the_offending_letter_is_named() {
    let answers = with(arrival_answers(), json!({"family_name_latin": "DЕMOV"}));
    let findings = form::judge(arrival(), &answers, &["passport", "housing"], &ctx());
    assert_eq!(findings[0].params["character"], "Е");
}

#[test]
fn dates_are_days_of_the_calendar_within_their_bounds() {
    cases(
        "birth_date",
        &[
            (json!("02.05.1994"), ""),
            (json!("1994-02-30"), code::DATE_INVALID),
            (json!("29.02.2023"), code::DATE_INVALID),
            (json!("29.02.1996"), ""),
            (json!("2 мая 1994"), ""),
            (json!("2 мэй 1994"), code::DATE_INVALID),
            (json!("02.05.94"), code::DATE_INVALID),
            (json!("2026-11-23"), code::DATE_IN_FUTURE),
            (json!("1906-11-21"), code::DATE_TOO_EARLY),
            (json!("1906-11-22"), ""),
        ],
    );
    cases("entry_date", &[(json!("2026-11-22"), ""), (json!("2021-03-03"), code::DATE_TOO_EARLY)]);
    cases(
        "passport_expires",
        &[
            (json!("2026-11-21"), code::DATE_IN_PAST),
            (json!("2026-11-22"), ""),
            (json!("2076-11-22"), ""),
            (json!("2076-11-23"), code::DATE_TOO_LATE),
        ],
    );
}

#[test]
fn dates_follow_each_other() {
    let findings = judged(json!({"birth_date": "2022-01-01"}));
    assert_eq!(findings, [("/answers/passport_issued".into(), code::DATE_ORDER.into())]);
    let after_entry = judged(json!({"passport_issued": "2026-11-21"}));
    assert_eq!(after_entry, [("/answers/entry_date".into(), code::DATE_ORDER.into())]);
    let answers = with(arrival_answers(), json!({"passport_issued": "1990-01-01"}));
    let findings = form::judge(arrival(), &answers, &["passport", "housing"], &ctx());
    assert_eq!(
        (findings[0].params["date"].as_str(), findings[0].params["field"].as_str()),
        ("1994-05-02", "birth_date")
    );
    assert_eq!(
        judged(json!({"passport_issued": "1990-13-01"})).len(),
        1,
        "an unreadable date bounds nothing"
    );
}

#[test]
fn a_time_is_one_of_the_clock() {
    let judged = |time: &str| {
        let answers =
            with(arrival_answers(), json!({ "filer": "host_organisation", "reception_time": time }));
        let findings = form::judge(arrival(), &answers, &[], &ctx());
        findings.into_iter().find(|finding| finding.concerns("reception_time")).map(|finding| finding.code)
    };
    assert_eq!(judged("23:59"), None);
    assert_eq!(judged(""), None, "nobody has to say it");
    assert_eq!(judged("24:00").as_deref(), Some(code::TIME_INVALID));
}

#[test]
fn choices_and_countries_are_of_their_lists() {
    cases(
        "purpose",
        &[(json!("study"), ""), (json!("Study"), code::CHOICE_UNKNOWN), (json!(1), code::WRONG_TYPE)],
    );
    cases(
        "citizenship",
        &[
            (json!("SUN"), ""),
            (json!("XXA"), ""),
            (json!("UZB"), code::COUNTRY_UNKNOWN),
            (json!("Узбекистан"), code::COUNTRY_UNKNOWN),
        ],
    );
}

#[test]
fn telephones_of_any_country_are_welcome() {
    cases(
        "own_host_phone",
        &[
            (json!("+7 (900) 000-00-12"), ""),
            (json!("8 900 000 00 12"), ""),
            (json!("+998 90 123-45-67"), ""),
            (json!("00998901234567"), ""),
            (json!("+1 202 555 0123"), ""),
            (json!("9000000012"), code::PHONE_COUNTRY_CODE),
            (json!("555-35-35"), code::PHONE_COUNTRY_CODE),
            (json!("+7900000001"), code::PHONE_INVALID),
            (json!("+0901234567"), code::PHONE_INVALID),
            (json!("+1234567890123456"), code::PHONE_INVALID),
            (json!("+7 900 000-00-12 доб. 5"), code::PHONE_INVALID),
        ],
    );
}

#[test]
fn addresses_of_electronic_mail_are_judged_as_the_standards_do() {
    cases(
        "own_host_email",
        &[
            (json!("olga.o+portal_1@mail.example.org"), ""),
            (json!("ольга@почта.рф"), ""),
            (json!("o'neill@example.co.uk"), ""),
            (json!("a@b.io"), ""),
            (json!("olga@example"), code::EMAIL_INVALID),
            (json!("olga.example.org"), code::EMAIL_INVALID),
            (json!(".olga@example.org"), code::EMAIL_INVALID),
            (json!("ol..ga@example.org"), code::EMAIL_INVALID),
            (json!("olga@-example.org"), code::EMAIL_INVALID),
            (json!("ol ga@example.org"), code::EMAIL_INVALID),
            (json!("olga@127.0.0.1"), code::EMAIL_INVALID),
            (json!(format!("{}@example.org", "a".repeat(65))), code::EMAIL_INVALID),
        ],
    );
}

#[test]
fn whoever_is_the_host_has_a_name() {
    cases(
        "own_name",
        &[
            (json!("Образцова Ольга Ивановна"), ""),
            (json!("Nguyễn Văn A"), ""),
            (json!("Образцова О. И."), ""),
            (json!("Образцова 2"), code::NAME_CHARACTER),
            (json!("https://example.org"), code::NAME_CHARACTER),
            (json!("Акция на example.org"), code::NAME_SCRIPTS),
            (json!("на пример.рф"), code::NAME_DOT),
            (json!("- - -"), code::NAME_NO_LETTER),
            (json!("\u{3164}\u{3164}\u{3164}"), code::FORBIDDEN_CHARACTER),
        ],
    );
    cases("family_name_latin", &[(json!("'-."), code::NAME_NO_LETTER)]);
}

#[test]
fn numbers_of_documents_have_letters_and_digits() {
    cases(
        "passport_number",
        &[
            (json!("fa 000 0000"), ""),
            (json!("45 08 № 123456"), ""),
            (json!("FA/0000000"), code::DOCUMENT_NUMBER_CHARACTER),
            (json!("МЮ 0000000"), code::DOCUMENT_NUMBER_CHARACTER), // Ю has no Latin twin
            (json!("1".repeat(21)), code::TOO_LONG),
        ],
    );
}

#[test]
fn a_number_of_fixed_length_is_neither_cut_off_nor_filled_up() {
    cases(
        "migration_card_number",
        &[
            (json!("46241234567"), ""),
            (json!("4624 1234567"), ""),
            (json!("4624-123456"), code::TOO_SHORT),
            (json!("4624 12345678"), code::TOO_LONG),
        ],
    );
}

#[test]
fn organisations_are_known_by_check_digits() {
    let organisation = |changes: Value| {
        let base = json!({
            "filer": "host_organisation", "organisation_name": "Общество «Образец»",
            "organisation_inn": "7707083893", "organisation_ogrn": "1027700132195",
            "organisation_address": arrival_answers()["address"], "organisation_email": "office@example.org",
            "responsible_name": "Иван Образцов", "responsible_position": "Кадровик", "responsible_phone": "+79000000012"
        });
        let mut base = object(base);
        base.extend(object(changes));
        judged(Value::Object(base))
    };
    assert_eq!(organisation(json!({})), []);
    assert_eq!(organisation(json!({"organisation_inn": "77 0708 3893"})), []);
    let at = |field: &str, code: &str| vec![(format!("/answers/organisation_{field}"), code.to_owned())];
    assert_eq!(organisation(json!({"organisation_inn": "7707083894"})), at("inn", code::INN_INVALID));
    assert_eq!(organisation(json!({"organisation_inn": "500100732259"})), at("inn", code::INN_LENGTH));
    assert_eq!(organisation(json!({"organisation_inn": "77070838AB"})), at("inn", code::INN_LENGTH));
    assert_eq!(organisation(json!({"organisation_ogrn": "1027700132196"})), at("ogrn", code::OGRN_INVALID));
}

#[test]
fn an_address_has_a_place_or_words_for_it() {
    let address = |changes: Value| {
        let mut parts = object(arrival_answers()["address"].clone());
        parts.extend(object(changes));
        judged(json!({ "address": parts }))
    };
    let at = |part: &str, code: &str| (format!("/answers/address/{part}"), code.to_owned());
    assert_eq!(address(json!({})), []);
    assert_eq!(address(json!({"region": ""})), [at("region", code::ADDRESS_REGION_REQUIRED)]);
    assert_eq!(address(json!({"region": "98"})), [at("region", code::ADDRESS_REGION_UNKNOWN)]);
    assert_eq!(address(json!({"region": "Свердловская обл."})), []);
    let elsewhere = [at("town", code::ADDRESS_TOWN_ELSEWHERE)];
    for city in ["Москва", "г. Санкт-Петербург", "Moscow"] {
        assert_eq!(address(json!({"town": city})), elsewhere, "{city}");
    }
    assert_eq!(address(json!({"town": "Москва", "region": "г. Москва"})), []);
    assert_eq!(address(json!({"town": "село Москва"})), []);
    assert_eq!(address(json!({"town": "Зеленоград", "region": "77"})), []);
    assert_eq!(address(json!({"town": " "})), [at("town", code::ADDRESS_TOWN_REQUIRED)]);
    let nowhere = [at("street", code::ADDRESS_STREET_REQUIRED), at("house", code::ADDRESS_HOUSE_REQUIRED)];
    assert_eq!(address(json!({"street": null, "house": ""})), nowhere);
    assert_eq!(address(json!({"street": "", "house": "", "note": "Третий дом от моста"})), []);
    assert_eq!(address(json!({"postcode": null})), [at("postcode", code::ADDRESS_POSTCODE_REQUIRED)]);
    for wrong in ["12500", "1250099", "025009", "12500A", "９２５００９"] {
        assert_eq!(
            address(json!({"postcode": wrong})),
            [at("postcode", code::ADDRESS_POSTCODE_INVALID)],
            "{wrong}"
        );
    }
    assert_eq!(address(json!({"postcode": "620 014"})), []);
    assert_eq!(address(json!({"house": "1".repeat(31)})), [at("house", code::TOO_LONG)]);
    assert_eq!(judged(json!({"address": {}})), [("/answers/address".into(), "required".into())]);
}

#[test]
fn a_draft_may_be_wrong_but_not_hostile() {
    let shape = |changes: Value| short(&form::shape(arrival(), &object(changes)));
    let at = |field: &str, code: &str| vec![(format!("/answers/{field}"), code.to_owned())];
    assert_eq!(shape(json!({"birth_date": "когда-то", "citizenship": "Атлантида", "host_email": "@"})), []);
    assert_eq!(shape(json!({"family_name_latin": "A".repeat(320)})), []);
    assert_eq!(shape(json!({"family_name_latin": "A".repeat(321)})), at("family_name_latin", code::TOO_LONG));
    assert_eq!(shape(json!({"entry_point": "x".repeat(1 << 20)})), at("entry_point", code::TOO_LONG));
    assert_eq!(shape(json!({"a/b~c": 1})), at("a~1b~0c", code::UNKNOWN_FIELD));
    assert_eq!(shape(json!({"filer": ["host_person"]})), at("filer", code::WRONG_TYPE));
    assert_eq!(shape(json!({"address": "Москва"})), at("address", code::WRONG_TYPE));
    assert_eq!(shape(json!({"address": {"planet": "Earth"}})), at("address/planet", code::UNKNOWN_FIELD));
    assert_eq!(shape(json!({"address": {"town": 5}})), at("address/town", code::WRONG_TYPE));
    assert_eq!(shape(json!({"address": {"town": "\u{0}"}})), at("address/town", code::FORBIDDEN_CHARACTER));
    for hostile in
        ['\u{0}', '\u{1B}', '\u{AD}', '\u{200B}', '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{E000}', '\u{FFFE}']
    {
        let finding = shape(json!({"entry_point": format!("Сочи{hostile}")}));
        assert_eq!(finding, at("entry_point", code::FORBIDDEN_CHARACTER), "{hostile:?}");
    }
    for harmless in ["نیم\u{200C}فاصله", "क्\u{200D}ष", "строка\nещё", "👍🏽", "Ёж\u{308}"]
    {
        assert_eq!(shape(json!({ "entry_point": harmless })), [], "{harmless:?}");
    }
    let flood: Value =
        (0..1000).map(|n| (format!("f{n}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(shape(flood).len(), 50);
}

#[test]
fn every_finding_reads_as_a_sentence_in_every_language() {
    for (language, namespaces) in &CATALOGUE.locales {
        for code in code::ALL {
            for count in 0..130 {
                let mut finding =
                    Finding { pointer: String::new(), code: (*code).into(), params: Default::default() };
                let params =
                    [("character", "Ж"), ("date", "2026-11-13"), ("field", "birth_date"), ("min", "1")];
                for (name, value) in params.into_iter().chain([("max", "9")]) {
                    finding.params.insert(name.into(), value.into());
                }
                finding.params.insert("count".into(), count.to_string());
                let text = finding.message(&namespaces["errors"], language);
                assert_ne!(text, *code, "{language}: {code} has no text for {count}");
                assert!(!text.contains(['{', '}']) && text.ends_with('.'), "{language}: {text}");
            }
        }
    }
}

#[test]
fn texts_are_filled_with_plural_forms_and_dates_of_the_language() {
    let fill = |language: &str, key: &str, params: &[(&str, &str)]| {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        fill(&CATALOGUE.locales[language]["terms"], key, &params, language)
    };
    for (n, text) in [
        ("1", "1\u{a0}рабочий день"),
        ("3", "3\u{a0}рабочих дня"),
        ("11", "11\u{a0}рабочих дней"),
        ("21", "21\u{a0}рабочий день"),
    ] {
        assert_eq!(fill("ru", "working_days", &[("count", n)]), text);
    }
    assert_eq!(fill("en", "working_days", &[("count", "1")]), "1\u{a0}working day");
    assert_eq!(fill("en", "working_days", &[("count", "2")]), "2\u{a0}working days");
    assert_eq!(fill("en", "nothing_such", &[]), "nothing_such");
    let late = judged(json!({"passport_expires": "2090-01-01"}));
    assert_eq!(late.len(), 1);
    let answers = with(arrival_answers(), json!({"passport_expires": "2090-01-01"}));
    let finding = &form::judge(arrival(), &answers, &["passport", "housing"], &ctx())[0];
    assert!(finding.message(&CATALOGUE.locales["ru"]["errors"], "ru").contains("22.11.2076"));
    assert!(finding.message(&CATALOGUE.locales["en"]["errors"], "en").contains("22 November 2076"));
}
