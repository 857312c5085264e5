//! The definition of a service: one YAML file in `services/`, versioned; an application keeps the version it
//! was made with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Text;

mod after;
mod form;

pub use after::{Duties, FollowUp};
pub use form::{
    Address, Choice, Condition, DateBound, DocumentItem, Field, Format, Kind, PREFILLS, Script, Step,
};

/// The states of an application (A16). Every service says what it calls them.
pub const STATES: [&str; 11] = [
    "draft",
    "submitted",
    "awaiting_payment",
    "auto_checking",
    "in_review",
    "returned_for_fix",
    "amending",
    "approved",
    "completed",
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
    /// How long the applicant has to answer a request for correction, and to send again what they have taken back to
    /// change.
    pub correction: Span,
    /// Until when the applicant may change what has been sent (C15).
    pub edit_until: EditUntil,
    /// Minutes an ordinary person needs to fill the form.
    #[schema(example = 15)]
    pub minutes: u32,
    pub steps: Vec<Step>,
    pub documents: Vec<DocumentItem>,
    /// Answers that tell which person and event an application is about: filings with the same ones are shown to
    /// officers as related (C25, CS-12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["citizenship", "passport_number", "entry_date"]))]
    pub identity: Vec<String>,
    /// Comparisons with state registers made after filing (P-07).
    #[serde(default)]
    pub checks: Vec<Check>,
    pub result: ResultTemplate,
    /// What is to be done when it is approved (SV4-12).
    pub after: Duties,
    /// How what is approved is changed later. Absent: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// What can be done against a refusal (SV4-11, SP-11).
    pub appeal: Appeal,
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

/// Until when the applicant may change what has been sent (C15, SV8-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditUntil {
    /// While no officer has the case.
    Assigned,
    /// While nobody has decided it.
    Decision,
}

/// In what a span is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days of the production calendar, see [`crate::deadline::Calendar`].
    WorkingDays,
    /// All days.
    CalendarDays,
    /// To the second.
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

/// What starts the clock of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TermStart {
    /// The moment of filing.
    Submitted,
    /// The moment the fee is acknowledged.
    Paid,
}

/// By when a person must file (C2): the variant in force is the limit, the earliest of all the target shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilingDeadline {
    /// The date fields the time may run from: the first of them that is asked counts. That day itself is not counted.
    #[schema(example = json!(["moved_on", "entry_date"]), min_items = 1)]
    pub start: Vec<String>,
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

/// Where, how and within which time a refusal is appealed, counted from the day of the decision (SP-11, SP-12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    pub term: Span,
    /// Name and address of the body.
    pub authority: Text,
    /// What to write and what to attach.
    pub how: Text,
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

/// A register of the state.
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
    /// What is printed, part by part.
    pub sections: Vec<ResultSection>,
    /// How long the document is valid from the day of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Span>,
    /// The date question whose answer the document does not outlive, such as the end of the stay. Neither this nor
    /// `valid`: the document has no last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
    /// `{filing_within}` stands for the term of filing in force.
    pub note: Text,
}

impl ResultTemplate {
    /// The questions whose answers are printed, in this order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().flat_map(|section| &section.fields).map(String::as_str)
    }
}

/// A part of the result with its heading, which says whose the answers are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultSection {
    pub title: Text,
    /// Fields printed, in this order.
    pub fields: Vec<String>,
}
