//! What a person has answered, and what is wrong with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::{human_date, parse_iso_date, plural_category};

/// Answers by field id: strings, booleans for boxes, objects for addresses (see [`crate::definition::Kind`]).
pub type Answers = serde_json::Map<String, serde_json::Value>;

/// One thing that is wrong, where, and by which figures (DQ-12, DQ-15). The browser and the server make the
/// same findings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// RFC 6901 pointer: `/answers/<field>`, `/answers/<field>/<part of an address>` or `/documents/<item>`.
    #[schema(example = "/answers/address/postcode")]
    pub pointer: String,
    /// One of [`code::ALL`]; also the key of the text in `locales/<language>/errors.json`.
    #[schema(example = "address_postcode_invalid")]
    pub code: String,
    /// What the text speaks of; dates are ISO 8601, `count` decides the plural form.
    pub params: BTreeMap<String, String>,
}

impl Finding {
    pub(crate) fn new(pointer: String, code: &str) -> Self {
        Self { pointer, code: code.to_owned(), params: BTreeMap::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// The sentence for people: the text of the code from `texts` (the namespace `errors`), with its parameters
    /// put in. A code without a text is returned as it is, so nothing is silently lost.
    #[must_use]
    pub fn message(&self, texts: &serde_json::Value, language: &str) -> String {
        fill(texts, &self.code, &self.params, language)
    }

    /// Whether the pointer leads to `field` or into it.
    #[must_use]
    pub fn concerns(&self, field: &str) -> bool {
        let own = answer_pointer(&[field]);
        self.pointer == own || self.pointer.strip_prefix(&own).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// The text `key` of a flat namespace, with `{name}` replaced from `params`. A `count` picks the plural form
/// `key_one`, `key_few`, `key_many` or `key_other` where `key` itself has no text; ISO dates are written the way
/// `language` writes them.
#[must_use]
pub fn fill(
    texts: &serde_json::Value,
    key: &str,
    params: &BTreeMap<String, String>,
    language: &str,
) -> String {
    let text = |key: &str| texts.get(key).and_then(serde_json::Value::as_str);
    let plural = || {
        let count = params.get("count")?.parse().ok()?;
        text(&format!("{key}_{}", plural_category(language, count))).or_else(|| text(&format!("{key}_other")))
    };
    let Some(template) = text(key).or_else(plural) else { return key.to_owned() };
    params.iter().fold(template.to_owned(), |filled, (name, value)| {
        let shown = parse_iso_date(value).map_or_else(|| value.clone(), |date| human_date(date, language));
        filled.replace(&format!("{{{name}}}"), &shown)
    })
}

/// `/answers/…` with every part escaped (RFC 6901).
#[must_use]
pub fn answer_pointer(parts: &[&str]) -> String {
    pointer("answers", parts)
}

/// `/documents/<item>`, escaped (RFC 6901).
#[must_use]
pub fn document_pointer(item: &str) -> String {
    pointer("documents", &[item])
}

fn pointer(root: &str, parts: &[&str]) -> String {
    parts.iter().fold(format!("/{root}"), |mut pointer, part| {
        pointer.push('/');
        pointer.push_str(&part.replace('~', "~0").replace('/', "~1"));
        pointer
    })
}

/// The codes of findings. Each has a text in every language (kept by a test).
pub mod code {
    /// The service does not ask this.
    pub const UNKNOWN_FIELD: &str = "unknown_field";
    /// A number where a text is expected, and the like.
    pub const WRONG_TYPE: &str = "wrong_type";
    /// A number below `min` or above `max`.
    pub const RANGE: &str = "range";
    /// Longer than `count` characters.
    pub const TOO_LONG: &str = "too_long";
    /// Shorter than `count` characters.
    pub const TOO_SHORT: &str = "too_short";
    /// A control, formatting or private `character` (`U+202E`).
    pub const FORBIDDEN_CHARACTER: &str = "forbidden_character";
    /// No answer.
    pub const REQUIRED: &str = "required";
    /// The box is not ticked.
    pub const MUST_ACCEPT: &str = "must_accept";
    /// `character` is not a Latin letter (DQ-01).
    pub const LATIN_ONLY: &str = "latin_only";
    /// `character` is not a Cyrillic letter (DQ-01).
    pub const CYRILLIC_ONLY: &str = "cyrillic_only";
    /// `character` does not belong into names (DQ-01).
    pub const NAME_CHARACTER: &str = "name_character";
    /// A name without a letter.
    pub const NAME_NO_LETTER: &str = "name_no_letter";
    /// A full stop inside a word of a name.
    pub const NAME_DOT: &str = "name_dot";
    /// A name in letters of two scripts.
    pub const NAME_SCRIPTS: &str = "name_scripts";
    /// Not a day of the calendar.
    pub const DATE_INVALID: &str = "date_invalid";
    /// After today.
    pub const DATE_IN_FUTURE: &str = "date_in_future";
    /// Before today.
    pub const DATE_IN_PAST: &str = "date_in_past";
    /// Before `date`.
    pub const DATE_TOO_EARLY: &str = "date_too_early";
    /// After `date`.
    pub const DATE_TOO_LATE: &str = "date_too_late";
    /// Before `date`, the answer of the field `field`.
    pub const DATE_ORDER: &str = "date_order";
    /// Not a time of day.
    pub const TIME_INVALID: &str = "time_invalid";
    /// Not in the dictionary of countries.
    pub const COUNTRY_UNKNOWN: &str = "country_unknown";
    /// Not one of the options.
    pub const CHOICE_UNKNOWN: &str = "choice_unknown";
    /// A telephone number without its country code (C6).
    pub const PHONE_COUNTRY_CODE: &str = "phone_country_code";
    /// Not an E.164 number.
    pub const PHONE_INVALID: &str = "phone_invalid";
    /// Not an e-mail address.
    pub const EMAIL_INVALID: &str = "email_invalid";
    /// `character` is neither a Latin letter nor a digit (DQ-08).
    pub const DOCUMENT_NUMBER_CHARACTER: &str = "document_number_character";
    /// Not `count` digits.
    pub const INN_LENGTH: &str = "inn_length";
    /// The check digit does not fit.
    pub const INN_INVALID: &str = "inn_invalid";
    /// Not 13 digits, or the check digit does not fit.
    pub const OGRN_INVALID: &str = "ogrn_invalid";
    /// No federal subject.
    pub const ADDRESS_REGION_REQUIRED: &str = "address_region_required";
    /// Not in the dictionary of regions.
    pub const ADDRESS_REGION_UNKNOWN: &str = "address_region_unknown";
    /// No town.
    pub const ADDRESS_TOWN_REQUIRED: &str = "address_town_required";
    /// A town that is a federal subject by itself, and another one is given (DQ-11).
    pub const ADDRESS_TOWN_ELSEWHERE: &str = "address_town_elsewhere";
    /// Neither a street nor the place in words.
    pub const ADDRESS_STREET_REQUIRED: &str = "address_street_required";
    /// Neither a house nor the place in words.
    pub const ADDRESS_HOUSE_REQUIRED: &str = "address_house_required";
    /// No postcode.
    pub const ADDRESS_POSTCODE_REQUIRED: &str = "address_postcode_required";
    /// Not six digits (DQ-11).
    pub const ADDRESS_POSTCODE_INVALID: &str = "address_postcode_invalid";
    /// The document is missing.
    pub const DOCUMENT_REQUIRED: &str = "document_required";
    /// More than `count` files.
    pub const TOO_MANY_FILES: &str = "too_many_files";
    /// The service does not ask for this document.
    pub const UNKNOWN_DOCUMENT: &str = "unknown_document";

    /// Every code above.
    pub const ALL: &[&str] = &[
        UNKNOWN_FIELD,
        WRONG_TYPE,
        RANGE,
        TOO_LONG,
        TOO_SHORT,
        FORBIDDEN_CHARACTER,
        REQUIRED,
        MUST_ACCEPT,
        LATIN_ONLY,
        CYRILLIC_ONLY,
        NAME_CHARACTER,
        NAME_NO_LETTER,
        NAME_DOT,
        NAME_SCRIPTS,
        DATE_INVALID,
        DATE_IN_FUTURE,
        DATE_IN_PAST,
        DATE_TOO_EARLY,
        DATE_TOO_LATE,
        DATE_ORDER,
        TIME_INVALID,
        COUNTRY_UNKNOWN,
        CHOICE_UNKNOWN,
        PHONE_COUNTRY_CODE,
        PHONE_INVALID,
        EMAIL_INVALID,
        DOCUMENT_NUMBER_CHARACTER,
        INN_LENGTH,
        INN_INVALID,
        OGRN_INVALID,
        ADDRESS_REGION_REQUIRED,
        ADDRESS_REGION_UNKNOWN,
        ADDRESS_TOWN_REQUIRED,
        ADDRESS_TOWN_ELSEWHERE,
        ADDRESS_STREET_REQUIRED,
        ADDRESS_HOUSE_REQUIRED,
        ADDRESS_POSTCODE_REQUIRED,
        ADDRESS_POSTCODE_INVALID,
        DOCUMENT_REQUIRED,
        TOO_MANY_FILES,
        UNKNOWN_DOCUMENT,
    ];

    /// Codes that say "not yet answered" rather than "answered wrongly".
    pub const MISSING: &[&str] = &[
        REQUIRED,
        MUST_ACCEPT,
        ADDRESS_REGION_REQUIRED,
        ADDRESS_TOWN_REQUIRED,
        ADDRESS_STREET_REQUIRED,
        ADDRESS_HOUSE_REQUIRED,
        ADDRESS_POSTCODE_REQUIRED,
        DOCUMENT_REQUIRED,
    ];
}
