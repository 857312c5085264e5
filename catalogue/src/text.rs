//! Text in several languages, as it stands in the data files.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Month, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// The language every text exists in and falls back to.
pub const DEFAULT_LANGUAGE: &str = "ru";

/// One text in several languages: `{"ru": "…", "en": "…"}`. Russian is always there (checked at loading).
#[derive(Debug, Clone, Default, ToSchema)]
#[schema(value_type = BTreeMap<String, String>, example = json!({"ru": "Дата въезда", "en": "Date of entry"}))]
pub struct Text(Arc<Shared>);

/// Every row of a list carries texts, the same again and again: copies share them, and a server writes them as JSON once.
#[derive(Debug, Default)]
struct Shared {
    by_language: BTreeMap<String, String>,
    #[cfg(not(target_arch = "wasm32"))]
    json: std::sync::OnceLock<Option<Box<serde_json::value::RawValue>>>,
}

impl Text {
    /// The text in `language` (a BCP 47 primary tag), or in Russian.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        let texts = &self.0.by_language;
        texts.get(language).or_else(|| texts.get(DEFAULT_LANGUAGE)).map_or("", String::as_str)
    }

    /// Whether the text exists in `language` itself.
    #[must_use]
    pub fn has(&self, language: &str) -> bool {
        self.0.by_language.get(language).is_some_and(|text| !text.trim().is_empty())
    }

    /// The text in every language there is.
    pub fn in_all(&self) -> impl Iterator<Item = &str> {
        self.0.by_language.values().map(String::as_str)
    }
}

impl From<BTreeMap<String, String>> for Text {
    fn from(by_language: BTreeMap<String, String>) -> Self {
        Self(Arc::new(Shared {
            by_language,
            #[cfg(not(target_arch = "wasm32"))]
            json: std::sync::OnceLock::new(),
        }))
    }
}

impl<L: Into<String>, T: Into<String>> FromIterator<(L, T)> for Text {
    fn from_iter<I: IntoIterator<Item = (L, T)>>(texts: I) -> Self {
        let texts = texts.into_iter().map(|(language, text)| (language.into(), text.into()));
        texts.collect::<BTreeMap<_, _>>().into()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.0.by_language == other.0.by_language
    }
}

impl Eq for Text {}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(not(target_arch = "wasm32"))]
        {
            let write = || serde_json::value::to_raw_value(&self.0.by_language).ok();
            if let Some(json) = self.0.json.get_or_init(write) {
                return json.serialize(serializer);
            }
        }
        self.0.by_language.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from)
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
    let (day, month, year) = (date.day(), date.month(), date.year());
    match u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok()) {
        Some(month) if language == "en" => format!("{day} {} {year}", month.name()),
        _ => format!("{day:02}.{month:02}.{year}"),
    }
}

/// An ISO 8601 calendar date, exactly `yyyy-mm-dd`.
#[must_use]
pub fn parse_iso_date(text: &str) -> Option<NaiveDate> {
    let parts = (text.get(0..4)?, text.get(4..5)?, text.get(5..7)?, text.get(7..8)?, text.get(8..)?);
    match parts {
        (year, "-", month, "-", day) if day.len() == 2 => date_of_digits(year, month, day),
        _ => None,
    }
}

/// A date from its parts, of digits only; `None` if it is not in the calendar.
pub(crate) fn date_of_digits(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str| {
        let digits = (1..=4).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

/// The first character no text of people may have, see [`is_forbidden`].
#[must_use]
pub fn forbidden_character(text: &str) -> Option<char> {
    text.chars().find(|character| is_forbidden(*character))
}

/// Whether the character is neither seen nor white space nor needed to join letters: control (Cc, but tab and line
/// ends), format (Cf, but the zero-width joiner and non-joiner some scripts are written with), private use (Co),
/// noncharacters, and letters without a form (the fillers of Hangul, blank Braille). They hide text, turn its direction,
/// or mean something to the sender's machine only.
#[must_use]
pub fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{200C}' | '\u{200D}' => false,
        character => {
            character.is_control() || is_format(character) || is_filler(character) || is_private(character)
        }
    }
}

fn is_format(character: char) -> bool {
    matches!(u32::from(character),
        0xAD | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x180E
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF0..=0xFFFB
        | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
        | 0xE0000..=0xE007F)
}

fn is_filler(character: char) -> bool {
    matches!(character, '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}')
}

/// Whether nothing of the text is seen: white space, joiners and variation selectors only.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    let unseen = |character: char| {
        character.is_whitespace() || matches!(character, '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}')
    };
    text.chars().all(unseen)
}

fn is_private(character: char) -> bool {
    let code = u32::from(character);
    let noncharacter = code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code);
    noncharacter || matches!(code, 0xE000..=0xF8FF | 0xF0000..=0x10_FFFF)
}
