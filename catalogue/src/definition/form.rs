//! What a service asks: steps, fields, conditions, documents.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::TextBlock;
use crate::text::Text;

/// One page of the form: few questions (at most about three).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    #[schema(example = "entry")]
    pub id: String,
    /// Heading of a group of steps in the task list.
    pub group: Text,
    pub title: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Text>,
    /// Why these questions are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<TextBlock>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    pub fields: Vec<Field>,
}

/// One question. Its answer stands in the answers object under `id`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    #[schema(example = "entry_date")]
    pub id: String,
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    #[serde(default = "yes")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Account data the answer is filled from at first: `full_name`, `family_name`, `given_name`, `patronymic`,
    /// `email`, `phone` (FM-04).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<String>,
    /// HTML `autocomplete` token, where one fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<String>,
    pub kind: Kind,
}

/// What kind of answer a field takes. Every answer is a JSON string, except `check` (boolean) and `address` (an object,
/// the schema `Address`). Below, what is understood is said first, then what is kept and given back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// One line of text, `min` to `max` characters in the letters of `script`. Kept trimmed, with single spaces.
    Text {
        #[serde(default)]
        script: Script,
        #[serde(default = "one")]
        min: u32,
        #[serde(default = "line")]
        max: u32,
    },
    /// Several lines of text, at most `max` characters.
    Paragraph {
        #[serde(default = "paragraph")]
        max: u32,
    },
    /// A calendar date: `2026-11-13`, `13.11.2026`, `13/11/2026`, `13112026`; the day stands before the month. Kept as
    /// ISO 8601, `2026-11-13` (C4).
    Date {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<DateBound>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<DateBound>,
        /// Date fields this one must not be earlier than.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_before: Vec<String>,
    },
    /// A time of day: `14:30`, `14.30`, `9:05`, `1430`. Kept as `14:30` (DQ-14).
    Time {},
    /// `code` of one of `dictionaries.countries`: `UZ`.
    Country {},
    /// `value` of one of the options.
    Choice { options: Vec<Choice> },
    /// A boolean: whether the box is ticked. Where the field is required it must be `true`.
    Check {},
    /// A telephone number of any country, with its code and in any usual spelling; `8` before ten digits is Russia's.
    /// Kept as E.164: `+998901234567` (C6).
    Phone {},
    /// An e-mail address of at most 254 bytes, international ones too. The domain is kept in lower case (C31).
    Email {},
    /// Series and number of an identity document: letters and digits, `min` to `max` of them. Kept in upper case,
    /// without spaces and dashes, which do not count: `FA1234567` (DQ-08).
    DocumentNumber {
        #[serde(default = "one")]
        min: u32,
        #[serde(default = "document_number")]
        max: u32,
    },
    /// Russian taxpayer number of a person (12 digits) or an organisation (10 digits), by check digit; `length` says
    /// which, absent: either.
    Inn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        length: Option<u32>,
    },
    /// Primary state registration number of an organisation: 13 digits, by check digit.
    Ogrn {},
    /// An address in Russia, in parts: an object, the schema `Address` (DQ-11).
    Address {},
}

/// Which letters a text may have (DQ-01).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    #[default]
    /// Any letters and signs.
    Any,
    /// A name in Latin letters, accents included.
    Latin,
    /// A name in the Cyrillic letters of any language.
    Cyrillic,
    /// A name in the letters of any one script.
    Name,
}

/// An edge of the allowed dates: a number of days or years from today (negative: before).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DateBound {
    #[serde(default)]
    pub days: i32,
    #[serde(default)]
    pub years: i32,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    #[schema(example = "work")]
    pub value: String,
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
}

/// When a step, field or document is asked for. A condition on a field that is itself not asked for is false.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum Condition {
    /// The field's answer is one of these values (`"true"`/`"false"` for a box).
    Is {
        field: String,
        values: Vec<String>,
    },
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// A document the applicant attaches (DC-13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentItem {
    #[schema(example = "passport")]
    pub id: String,
    pub title: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Text>,
    #[serde(default = "yes")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// How many files the item may have.
    #[serde(default = "files")]
    pub max_files: u32,
    /// The size of the paper, where all of the kind have the same (DC-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

/// The size of a paper, lying or standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Format {
    #[schema(example = 125, minimum = 20, maximum = 1200)]
    pub width_mm: u32,
    #[schema(example = 88, minimum = 20, maximum = 1200)]
    pub height_mm: u32,
}

/// An address in Russia, in parts (DQ-11), each a string; a part that is absent or empty is not there. Region, town and
/// postcode are always needed, street and house unless the place is told in words (`note`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// `code` of one of `dictionaries.regions`. Its name is understood as well: `Московская обл.`
    #[schema(max_length = 120, example = "77")]
    pub region: String,
    /// District, if any.
    #[schema(max_length = 120)]
    pub district: String,
    #[schema(max_length = 120, example = "Москва")]
    pub town: String,
    #[schema(max_length = 120, example = "Тверская улица")]
    pub street: String,
    #[schema(max_length = 30, example = "12")]
    pub house: String,
    /// Building (корпус, строение), if any.
    #[schema(max_length = 30)]
    pub building: String,
    #[schema(max_length = 30, example = "37")]
    pub flat: String,
    /// Six digits, the first from 1 to 6; spaces are dropped.
    #[schema(max_length = 10, example = "125009")]
    pub postcode: String,
    /// The place in words, where the street or the house has no name or number (DQ-11).
    #[schema(max_length = 500)]
    pub note: String,
}

/// What [`Field::prefill`] may name.
pub const PREFILLS: [&str; 6] = ["full_name", "family_name", "given_name", "patronymic", "email", "phone"];

const fn yes() -> bool {
    true
}
const fn one() -> u32 {
    1
}
const fn line() -> u32 {
    200
}
const fn paragraph() -> u32 {
    2000
}
const fn document_number() -> u32 {
    20
}
const fn files() -> u32 {
    5
}
