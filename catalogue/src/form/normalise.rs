//! One way to write an answer: what people type in many ways is stored in one (DQ-08, DQ-13, C4, C6).

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Map, Value};

use super::{is_field_asked, value::ADDRESS_PARTS};
use crate::{
    answers::Answers,
    definition::{Field, Kind, Service},
    dictionary::{Dictionaries, find_region},
    names::compose,
    text::{date_of_digits, is_blank, parse_iso_date},
};

/// The answers as they are kept and compared: fields that are not asked, empty answers and unknown parts are
/// gone; texts are trimmed, with single spaces, in NFC; dates and times are ISO 8601, telephone numbers E.164, document
/// numbers upper-case without spaces, regions their codes. What cannot be understood stays as it was typed, for [`super::judge`] to
/// name. Applying it twice changes nothing.
#[must_use]
pub fn normalise(service: &Service, answers: &Answers, dictionaries: &Dictionaries) -> Answers {
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    fields
        .filter(|field| is_field_asked(service, &field.id, answers))
        .filter_map(|field| {
            Some((field.id.clone(), normalise_value(field, answers.get(&field.id)?, dictionaries)?))
        })
        .collect()
}

/// One answer in its stored form; `None` if there is nothing in it.
fn normalise_value(field: &Field, value: &Value, dictionaries: &Dictionaries) -> Option<Value> {
    match (&field.kind, value) {
        (_, Value::Null) => None,
        (Kind::Address {}, Value::Object(parts)) => {
            let parts: Map<String, Value> = ADDRESS_PARTS
                .iter()
                .filter_map(|part| {
                    Some(((*part).to_owned(), normalise_part(part, parts.get(*part)?, dictionaries)?))
                })
                .collect();
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        (kind, Value::String(text)) => {
            let text = normalise_text(kind, text);
            (!is_blank(&text)).then_some(Value::String(text))
        }
        (_, value) => Some(value.clone()),
    }
}

fn normalise_part(part: &str, value: &Value, dictionaries: &Dictionaries) -> Option<Value> {
    let Value::String(text) = value else { return Some(value.clone()).filter(|value| !value.is_null()) };
    let text = match part {
        "postcode" => without_spaces(text),
        "region" => find_region(&dictionaries.regions, text)
            .map_or_else(|| one_line(text), |region| region.code.clone()),
        _ => one_line(text),
    };
    (!is_blank(&text)).then_some(Value::String(text))
}

fn normalise_text(kind: &Kind, text: &str) -> String {
    match kind {
        Kind::Text { .. } => one_line(text),
        Kind::Paragraph { .. } => paragraph(text),
        Kind::Date { .. } => parse_date(text).map_or_else(|| one_line(text), |date| date.to_string()),
        Kind::Time {} => {
            parse_time(text).map_or_else(|| one_line(text), |time| time.format("%H:%M").to_string())
        }
        Kind::Country {} | Kind::Choice { .. } => text.trim().to_owned(),
        Kind::Phone {} => phone(text),
        Kind::Email {} => email(text),
        Kind::DocumentNumber { .. } => document_number(text),
        Kind::Inn { .. } | Kind::Ogrn {} => without_spaces(text),
        Kind::Check {} | Kind::Address {} => text.to_owned(),
    }
}

/// How the names of the months begin in passports and in letters, in Russian and in English.
const MONTHS: [&[&str]; 12] = [
    &["янв", "jan"],
    &["фев", "feb"],
    &["мар", "mar"],
    &["апр", "apr"],
    &["май", "мая", "may"],
    &["июн", "jun"],
    &["июл", "jul"],
    &["авг", "aug"],
    &["сен", "sep"],
    &["окт", "oct"],
    &["ноя", "nov"],
    &["дек", "dec"],
];

/// A date as people write and paste it: `2026-11-13`, `13.11.2026`, `13/11/2026`, `13 11 2026`, `13112026`, `13 ноября
/// 2026 г.`, `13 NOV 2026`. The year has four digits; the day stands first unless the year does.
#[must_use]
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let text = text.strip_suffix("T00:00:00Z").unwrap_or(text);
    if let Some(date) = parse_iso_date(text) {
        return Some(date);
    }
    if text.len() == 8 && text.chars().all(|character| character.is_ascii_digit()) {
        return date_of_digits(text.get(4..8)?, text.get(2..4)?, text.get(0..2)?);
    }
    let parts: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || "./-,".contains(character))
        .filter(|part| !part.is_empty() && !["г", "года"].contains(part))
        .collect();
    match parts.as_slice() {
        [day, month, year] if year.len() == 4 => date_of_digits(year, &month_number(month), day),
        [year, month, day] if year.len() == 4 => date_of_digits(year, &month_number(month), day),
        _ => None,
    }
}

/// The number of a month that is told by its name; anything else as it is.
fn month_number(month: &str) -> String {
    let name = month.to_lowercase();
    let place = MONTHS.iter().position(|names| names.iter().any(|start| name.starts_with(start)));
    place.map_or_else(|| month.to_owned(), |place| (place + 1).to_string())
}

/// A time of day as people write it: `14:30`, `14.30`, `9-05`, `9 05`, `1430`. The minutes have two digits.
#[must_use]
pub fn parse_time(text: &str) -> Option<NaiveTime> {
    let parts: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || ":.-".contains(character))
        .filter(|part| !part.is_empty())
        .collect();
    let (hours, minutes) = match parts.as_slice() {
        [hours, minutes] => (*hours, *minutes),
        [both] if both.len() == 4 => both.split_at_checked(2)?,
        _ => return None,
    };
    let is_number = |text: &str| text.chars().all(|character| character.is_ascii_digit());
    if minutes.len() != 2 || !is_number(hours) || !is_number(minutes) {
        return None;
    }
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}

/// Trimmed, single spaces, NFC.
fn one_line(text: &str) -> String {
    compose(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Lines kept, each trimmed; no empty lines at the edges and no two in a row.
fn paragraph(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(one_line) {
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned()
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// E.164 where the country is clear: a plus, `00`, a Russian trunk `8` or `7` before ten digits, or as many
/// digits as only a number with its country code has. Extensions and words stay, to be refused by name.
fn phone(text: &str) -> String {
    let bare: String = text
        .chars()
        .filter(|character| {
            !character.is_whitespace() && !"()-.\u{2010}\u{2011}\u{2012}\u{2013}".contains(*character)
        })
        .collect();
    if bare.starts_with('+') || bare.is_empty() || !bare.chars().all(|character| character.is_ascii_digit()) {
        return bare;
    }
    match (bare.len(), bare.strip_prefix('8'), bare.strip_prefix("00")) {
        (11, Some(rest), _) => format!("+7{rest}"),
        (10..=17, _, Some(rest)) if !rest.starts_with('0') => format!("+{rest}"),
        (11..=15, _, _) if !bare.starts_with('0') => format!("+{bare}"),
        _ => bare,
    }
}

/// The domain is the same in any case; before the `@` the case may matter.
fn email(text: &str) -> String {
    let text = compose(text.trim());
    match text.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain.to_lowercase()),
        None => text,
    }
}

/// Letters and digits, upper-case. The machine-readable zone of every passport is Latin, so wide letters and Cyrillic ones
/// that look like Latin become it; the judge names the others.
fn document_number(text: &str) -> String {
    let bare = text
        .chars()
        .filter(|character| !character.is_whitespace() && !"-\u{2013}\u{2116}".contains(*character))
        .map(narrow)
        .collect::<String>()
        .to_uppercase();
    compose(&bare).chars().map(crate::names::latin_lookalike).collect()
}

/// The plain form of a wide letter or digit, as East Asian keyboards give them.
fn narrow(character: char) -> char {
    match u32::from(character) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}
