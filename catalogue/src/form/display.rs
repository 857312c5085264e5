//! How an answer reads: on the page of all answers, in the desk, in a printed document.

use serde_json::{Map, Value};

use crate::{
    definition::{Field, Kind},
    dictionary::Dictionaries,
    text::{human_date, parse_iso_date},
};

/// The answer as `language` writes it, in one line (paragraphs keep theirs): a date, the label of an option, the
/// name of a country, an address. What is not understood is shown as it is; no answer is the empty text.
#[must_use]
pub fn display(field: &Field, value: &Value, dictionaries: &Dictionaries, language: &str) -> String {
    match (&field.kind, value) {
        (Kind::Check {}, Value::Bool(ticked)) => {
            dictionaries.word(if *ticked { "yes" } else { "no" }, "", language)
        }
        (Kind::Address {}, Value::Object(parts)) => address(parts, dictionaries, language),
        (kind, Value::String(text)) => shown(kind, text, dictionaries, language),
        (_, Value::Null | Value::Object(_) | Value::Array(_)) => String::new(),
        (_, other) => other.to_string(),
    }
}

fn shown(kind: &Kind, text: &str, dictionaries: &Dictionaries, language: &str) -> String {
    let known = match kind {
        Kind::Date { .. } => parse_iso_date(text).map(|date| human_date(date, language)),
        Kind::Country {} => dictionaries.country(text).map(|country| country.name.get(language).to_owned()),
        Kind::Choice { options } => options
            .iter()
            .find(|option| option.value == text)
            .map(|option| option.label.get(language).to_owned()),
        _ => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}

/// As on an envelope: postcode, region, district, town, street, house, building, flat, note. A region that is
/// named like its town (a city of federal importance) is not said twice.
fn address(parts: &Map<String, Value>, dictionaries: &Dictionaries, language: &str) -> String {
    let part = |key: &str| parts.get(key).and_then(Value::as_str).unwrap_or_default();
    let region =
        dictionaries.region(part("region")).map_or(part("region"), |region| region.name.get(language));
    let is_town = |region: &str| {
        dictionaries.region(part("region")).is_some_and(|known| {
            region == part("town") || known.name.in_all().any(|name| name == part("town"))
        })
    };
    let labelled = |key: &str| match part(key) {
        "" => String::new(),
        value => dictionaries.word(key, value, language),
    };
    let region = if is_town(region) { String::new() } else { region.to_owned() };
    [
        part("postcode").to_owned(),
        region,
        part("district").to_owned(),
        part("town").to_owned(),
        part("street").to_owned(),
        labelled("house"),
        labelled("building"),
        labelled("flat"),
        part("note").to_owned(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(", ")
}
