//! The definition of a service: one YAML file in `services/`, versioned; an application keeps the version it
//! was made with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Text;

/// The states of an application (A16). Every service says what it calls them.
pub const STATES: [&str; 9] = [
    "draft",
    "submitted",
    "awaiting_payment",
    "auto_checking",
    "in_review",
    "returned_for_fix",
    "approved",
    "refused",
    "withdrawn",
];

/// A service as its file describes it (A4, A5). Sent to clients as it is: the same definition draws the form
/// in the browser and judges it on the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Stable code, also the file name: `arrival-notice`.
    #[schema(example = "arrival-notice")]
    pub code: String,
    /// Grows by one whenever the file changes in a way that matters to a filed application.
    #[schema(example = 1, minimum = 1)]
    pub version: u32,
    /// Section of the catalogue (SC-01): `migration`, `invitations` …
    #[schema(example = "migration")]
    pub section: String,
    pub title: Text,
    pub summary: Text,
    /// Words people search by.
    #[serde(default)]
    pub keywords: Text,
    /// Who may apply (SC-03), one line each.
    pub applicants: Vec<Text>,
    /// How the filing is confirmed (C20).
    pub signature: Signature,
    /// Absent: free of charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fee>,
    /// Within which time the person must file, counted from an answer (C2). Absent: any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<FilingDeadline>,
    /// Within which time the service decides.
    pub review: Term,
    /// How long the applicant has to answer a request for correction.
    pub correction: Span,
    /// Minutes an ordinary person needs to fill the form.
    #[schema(example = 15)]
    pub minutes: u32,
    pub steps: Vec<Step>,
    pub documents: Vec<DocumentItem>,
    /// Comparisons with state registers made after filing (P-07).
    #[serde(default)]
    pub checks: Vec<Check>,
    pub result: ResultTemplate,
    /// What each state is called for this service (A16).
    pub statuses: BTreeMap<String, Text>,
    /// Codes of the dictionary `refusal-reasons` an officer may use here (CS-09).
    pub refusal_reasons: Vec<String>,
    /// What happens after sending, one line each.
    #[serde(default)]
    pub next: Vec<TextBlock>,
    #[serde(default)]
    pub questions: Vec<TextBlock>,
    /// Acts the service rests on, marked as samples (C35).
    #[serde(default)]
    pub legal_basis: Vec<LegalAct>,
}

impl Service {
    /// The field `id`, whether it is asked now or not.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.steps.iter().flat_map(|step| &step.fields).find(|field| field.id == id)
    }

    /// The document item `id`, whether it is asked now or not.
    #[must_use]
    pub fn document(&self, id: &str) -> Option<&DocumentItem> {
        self.documents.iter().find(|item| item.id == id)
    }

    /// The step with this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

/// A heading with a paragraph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBlock {
    pub title: Text,
    pub body: Text,
}

/// A legal act as the sources name it; `verified` stays false until a lawyer has looked (C35).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LegalAct {
    pub title: Text,
    #[serde(default)]
    pub verified: bool,
}

/// How a filing is confirmed (C20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Signature {
    /// A consent box only.
    None,
    /// A code sent by SMS.
    Code,
}

/// What the service costs (PY-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Kopecks.
    #[schema(example = 160_000, minimum = 1)]
    pub amount: i64,
    pub point: PaymentPoint,
    /// Purpose of payment; `{number}` stands for the application's number (PY-05).
    pub purpose: Text,
    /// Budget classification code of the charge, 20 digits.
    #[schema(example = "18810807200011000110")]
    pub kbk: String,
    /// Name of the requisites in `dictionaries/requisites.yaml`.
    pub requisites: String,
}

/// When the fee is paid (C16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentPoint {
    /// The charge is formed when the application has been sent; review starts when it is paid.
    AfterSubmit,
}

/// In what a span is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    WorkingDays,
    CalendarDays,
    Hours,
}

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    #[schema(example = 5, minimum = 1)]
    pub n: u32,
    pub unit: Unit,
}

/// The term of review, from `min` to `max`; `max` is the legal limit (CS-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub min: u32,
    pub max: u32,
    pub unit: Unit,
    /// What starts the clock.
    pub from: TermStart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TermStart {
    Submitted,
    Paid,
}

/// By when a person must file (C2): the variant in force is the limit, the earliest of all the target shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingDeadline {
    /// The date field the time runs from; that day itself is not counted.
    #[schema(example = "entry_date")]
    pub start: String,
    /// Which variant is in force.
    #[schema(example = "3wd")]
    pub active: String,
    pub variants: BTreeMap<String, Span>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// An extension for valid reasons, asked for within the base term (SV4-03).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The whole term with the extension, counted from the same start.
    pub total: Span,
    pub reasons: Vec<Text>,
}

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
    /// Account data the answer is filled from at first: `family_name`, `given_name`, `patronymic`, `email`,
    /// `phone` (FM-04).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<String>,
    /// HTML `autocomplete` token, where one fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<String>,
    pub kind: Kind,
}

/// What kind of answer a field takes. Every answer is a JSON string, except `check` (boolean) and `address`
/// (object, see [`Address`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// One line of text.
    Text {
        #[serde(default)]
        script: Script,
        #[serde(default = "one")]
        min: u32,
        #[serde(default = "line")]
        max: u32,
    },
    /// Several lines of text.
    Paragraph {
        #[serde(default = "paragraph")]
        max: u32,
    },
    /// A calendar date; ISO 8601 is stored, `dd.mm.yyyy` and pasted values are understood (C4).
    Date {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<DateBound>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<DateBound>,
        /// Date fields this one must not be earlier than.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_before: Vec<String>,
    },
    /// A code of the dictionary `countries`.
    Country {},
    /// One of a few options.
    Choice {
        options: Vec<Choice>,
    },
    /// A box that must be ticked when the field is required.
    Check {},
    /// Any E.164 telephone number (C6).
    Phone {},
    Email {},
    /// Series and number of an identity document: letters and digits, spaces are dropped (DQ-08).
    DocumentNumber {
        #[serde(default = "document_number")]
        max: u32,
    },
    /// Russian taxpayer number of a person (12 digits) or an organisation (10 digits), by check digit.
    Inn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        length: Option<u32>,
    },
    /// Primary state registration number of an organisation, by check digit.
    Ogrn {},
    /// An address in Russia (DQ-11).
    Address {},
}

/// Which letters a text may have (DQ-01).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    #[default]
    Any,
    Latin,
    Cyrillic,
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
}

/// A comparison with a register, made by a job after filing (P-07). A difference is a warning for the officer,
/// never a refusal (C19, C50).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// `passport_valid`, `entry_found` …: also the key of its text.
    pub id: String,
    pub title: Text,
    pub register: Register,
    /// What the register asks for → the field it is taken from.
    pub fields: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// Validity of identity documents.
    Passports,
    /// Border crossings and stays.
    Migration,
}

/// The document a positive decision gives (CS-11).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultTemplate {
    pub title: Text,
    pub lead: Text,
    /// Fields printed, in this order.
    pub fields: Vec<String>,
    /// How long the document is valid from the day of the decision; absent: see its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Span>,
    pub note: Text,
}

/// An address in Russia, in parts (DQ-11). Every part is a string; `house` and the rest may be empty where the
/// place has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// Code of the dictionary `regions`.
    #[schema(example = "77")]
    pub region: String,
    /// District, if any.
    pub district: String,
    #[schema(example = "Москва")]
    pub town: String,
    #[schema(example = "Тверская улица")]
    pub street: String,
    #[schema(example = "12")]
    pub house: String,
    /// Building (корпус, строение), if any.
    pub building: String,
    #[schema(example = "37")]
    pub flat: String,
    /// Six digits.
    #[schema(example = "125009")]
    pub postcode: String,
    /// Set when the street or house has no name or number: the place in words (DQ-11, free text for officers).
    pub note: String,
}

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
