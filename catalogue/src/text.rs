//! Text in several languages, as it stands in the data files.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The language every text exists in and falls back to.
pub const DEFAULT_LANGUAGE: &str = "ru";

/// One text in several languages: `{"ru": "…", "en": "…"}`. Russian is always there (checked at loading).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = json!({"ru": "Дата въезда", "en": "Date of entry"}))]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    /// The text in `language` (a BCP 47 primary tag), or in Russian.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get(DEFAULT_LANGUAGE)).map_or("", String::as_str)
    }

    /// Whether the text exists in `language` itself.
    #[must_use]
    pub fn has(&self, language: &str) -> bool {
        self.0.get(language).is_some_and(|text| !text.trim().is_empty())
    }
}

/// The CLDR plural category of a whole number: `one`, `few`, `many` or `other`. East Slavic languages have four
/// forms, the other languages here at most two.
#[must_use]
pub fn plural_category(language: &str, n: u64) -> &'static str {
    match language {
        "ru" | "uk" | "be" => match (n % 10, n % 100) {
            (1, tens) if tens != 11 => "one",
            (2..=4, tens) if !(12..=14).contains(&tens) => "few",
            _ => "many",
        },
        _ if n == 1 => "one",
        _ => "other",
    }
}

/// A date the way `language` writes it: `13 November 2026` in English, `13.11.2026` elsewhere (C4).
#[must_use]
pub fn human_date(date: NaiveDate, language: &str) -> String {
    let format = if language == "en" { "%-d %B %Y" } else { "%d.%m.%Y" };
    date.format(format).to_string()
}

/// An ISO 8601 calendar date, exactly `yyyy-mm-dd`.
#[must_use]
pub fn parse_iso_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}
