//! The words people read: set as Russian and English are set, each used, contacts the same everywhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use backend::applications::DECLARATION_VERSION;
use catalogue::load::Catalogue;
use openapi::accounts::CONSENT_VERSION;
use serde_json::Value;
use tests::app::root;

use crate::schema::collect;

/// Placeholders that stand for a figure.
const FIGURES: [&str; 10] = [
    "{count}",
    "{n}",
    "{limit}",
    "{hours}",
    "{percent}",
    "{size}",
    "{seconds}",
    "{minutes}",
    "{width}",
    "{height}",
];
/// Short words that stay with what follows.
const SHORT: [&str; 6] = ["г.", "д.", "кв.", "корп.", "стр.", "п."];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root().join(folder), extension, &mut files);
    files.sort();
    files
}

fn json(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Every text below a value with its place.
fn texts<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a str)>) {
    match value {
        Value::String(text) => found.push((place.to_owned(), text)),
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| texts(value, &format!("{place}/{key}"), found))
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| texts(value, &format!("{place}/{i}"), found));
        }
        _ => {}
    }
}

/// The first plain space that would let a line break between a figure and its unit, or the like.
fn loose_space(text: &str, is_russian: bool) -> Option<String> {
    text.match_indices(' ').find_map(|(place, _)| {
        let before = text[..place].rsplit(char::is_whitespace).next().unwrap();
        let before = before.trim_start_matches(['«', '“', '(', '"']);
        let after = &text[place + 1..];
        let next = after.chars().next()?;
        let is_unit = next.is_alphanumeric() || "%×₽№".contains(next);
        let is_figure = before.chars().any(|letter| letter.is_ascii_digit())
            && before.chars().all(|letter| letter.is_ascii_digit() || ",.–-+".contains(letter));
        let of_figure = is_figure || FIGURES.iter().any(|figure| before.ends_with(figure));
        let numbered = before.ends_with('№') || before == "No." && (next == '{' || next.is_ascii_digit());
        let zone = after.starts_with("МСК") || before.ends_with('}') && after.starts_with("Moscow time");
        let is_initial = before.chars().count() == 2
            && before.ends_with('.')
            && before.chars().all(|letter| letter == '.' || letter.is_uppercase());
        let russian = SHORT.contains(&before) || is_initial && next.is_uppercase() || next == '—';
        let is_loose = of_figure && is_unit || numbered || zone || is_russian && russian;
        is_loose.then(|| format!("{before}␣{}", after.split(' ').next().unwrap()))
    })
}

#[test]
fn figures_stay_with_their_units() {
    for (text, is_loose) in [
        ("до 5 МБ", true),
        ("до 5\u{a0}МБ", false),
        ("№ {number}", true),
        ("в г. Москве", true),
        ("осталось {count} дня", true),
        ("в {at} МСК", true),
        ("SHA-256 файла", false),
        ("А. Б. Образцов", true),
        ("в 2026.", false),
    ] {
        assert_eq!(loose_space(text, true).is_some(), is_loose, "{text}");
    }
    let mut loose = Vec::new();
    let locales = files("frontend/locales", "json").into_iter().chain(files("catalogue/locales", "json"));
    for file in locales {
        let is_russian = file.parent().unwrap().ends_with("ru");
        let (value, mut found) = (json(&file), Vec::new());
        texts(&value, &file.strip_prefix(root()).unwrap().display().to_string(), &mut found);
        // An SMS pays for a letter outside of the small alphabet with half its length.
        let found = found.into_iter().filter(|(place, _)| !place.ends_with(".sms"));
        loose.extend(found.filter_map(|(place, text)| Some((place, loose_space(text, is_russian)?))));
    }
    let catalogue = Catalogue::read(&root().join("catalogue")).unwrap();
    let mut data = serde_json::to_value(&catalogue.services).unwrap();
    // The purpose of a payment goes to the bank.
    for service in data.as_array_mut().unwrap() {
        service["fee"]["purpose"].take();
    }
    let reasons = serde_json::to_value(&catalogue.dictionaries.refusal_reasons).unwrap();
    let words = serde_json::to_value(&catalogue.dictionaries.words).unwrap();
    for (name, value) in [("services", &data), ("refusal-reasons", &reasons), ("words", &words)] {
        let mut found = Vec::new();
        texts(value, name, &mut found);
        loose.extend(found.into_iter().filter_map(|(place, text)| {
            let is_text = place.ends_with("/ru") || place.ends_with("/en");
            Some((place.clone(), loose_space(text, place.ends_with("/ru")).filter(|_| is_text)?))
        }));
    }
    assert!(loose.is_empty(), "a non-breaking space (U+00A0) belongs there:\n{loose:#?}");
}

#[test]
fn every_text_of_the_pages_is_used() {
    let source: String =
        files("frontend", "rs").iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // Odd pieces between quotation marks are the literals, near enough for keys.
    let literals: BTreeSet<&str> = source.split('"').collect();
    // Keys that are put together: `errors.{}`, `desk.letter_{}_{part}_{}`.
    let patterns: Vec<Vec<&str>> = literals
        .iter()
        .filter(|literal| literal.contains('{') && literal.contains('.') && !literal.contains(' '))
        .map(|literal| literal.split(['{', '}']).step_by(2).collect())
        .collect();
    let is_made = |key: &str| {
        patterns.iter().any(|parts| {
            let (first, last) = (parts[0], parts[parts.len() - 1]);
            let mut rest = key;
            first.contains('.')
                && key.starts_with(first)
                && key.ends_with(last)
                && parts.iter().all(|part| {
                    let found = rest.find(part);
                    rest = found.map_or("", |at| &rest[at + part.len()..]);
                    found.is_some()
                })
        })
    };
    let mut unused = Vec::new();
    for file in files("frontend/locales/ru", "json") {
        let namespace = file.file_stem().unwrap().to_str().unwrap();
        for key in json(&file).as_object().unwrap().keys() {
            let forms = ["_one", "_few", "_many", "_other"];
            let stem = forms.iter().find_map(|form| key.strip_suffix(form)).unwrap_or(key);
            let named = [key.as_str(), stem].iter().any(|key| {
                literals.contains(format!("{namespace}.{key}").as_str())
                    // Findings of a page's own are named by their code alone.
                    || ["desk", "documents"].contains(&namespace) && literals.contains(key)
            });
            if !named && !is_made(&format!("{namespace}.{key}")) {
                unused.push(format!("{namespace}.{key}"));
            }
        }
    }
    assert_eq!(unused, Vec::<String>::new(), "nobody shows these texts");
}

#[test]
fn support_is_the_same_in_every_language() {
    let catalogue = Catalogue::read(&root().join("catalogue")).unwrap();
    for key in ["phone", "email"] {
        let said: BTreeSet<&str> = catalogue
            .locales
            .values()
            .map(|namespaces| namespaces["support"][key].as_str().unwrap())
            .collect();
        assert_eq!(said.len(), 1, "{key}: {said:?}");
    }
}

/// What people have agreed to is kept by its version, so another text is another version.
#[test]
fn what_people_agree_to_has_the_text_of_its_version() {
    let pages = json(&root().join("frontend/locales/ru/pages.json"));
    let consent = pages.as_object().unwrap().iter().filter(|(key, _)| key.starts_with("consent_"));
    let mut consent: Vec<String> = consent.map(|(key, words)| format!("{key}: {words}")).collect();
    consent.sort();
    let declaration = json(&root().join("frontend/locales/ru/drafts.json"))["consent"].to_string();
    let known = [
        ("2026-11", "490c5269057347a389aaf8745d8bc28a2b7f63951e108068f641db9fb06e646c"),
        ("2026-11", "70b1e8142b7de9fb0d2144a8083eb899c500ba1df2ae7c91cc4dab089cc0572e"),
    ];
    let now = [(CONSENT_VERSION, print(&consent.join("\n"))), (DECLARATION_VERSION, print(&declaration))];
    assert_eq!(
        known.map(|(version, print)| (version, print.to_owned())),
        now,
        "a new text needs a new version"
    );
}

fn print(text: &str) -> String {
    backend::crypto::sha256(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
