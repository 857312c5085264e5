//! Applications: draft, filing, correction, history (A6, A8, A9).

use catalogue::deadline::Filing;
use catalogue::definition::{Address, Service};
use catalogue::text::Text;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::documents::Document;
use crate::payments::Charge;

/// Where an application stands (A16). The Russian and English words are in `label` of each answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    AwaitingPayment,
    AutoChecking,
    InReview,
    ReturnedForFix,
    Amending,
    Approved,
    /// Approved, and the person has confirmed that they have the result (SV4-12).
    Completed,
    Refused,
    Withdrawn,
}

impl State {
    pub const ALL: &[Self] = &[
        Self::Draft,
        Self::AwaitingPayment,
        Self::AutoChecking,
        Self::InReview,
        Self::ReturnedForFix,
        Self::Amending,
        Self::Approved,
        Self::Completed,
        Self::Refused,
        Self::Withdrawn,
    ];

    /// As it stands on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::AwaitingPayment => "awaiting_payment",
            Self::AutoChecking => "auto_checking",
            Self::InReview => "in_review",
            Self::ReturnedForFix => "returned_for_fix",
            Self::Amending => "amending",
            Self::Approved => "approved",
            Self::Completed => "completed",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Filed, but with the applicant again: to mend what an officer has remarked, or to change it.
    #[must_use]
    pub const fn is_handed_back(self) -> bool {
        matches!(self, Self::ReturnedForFix | Self::Amending)
    }

    /// Decided or withdrawn: nobody works on it any more.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Approved | Self::Completed | Self::Refused | Self::Withdrawn)
    }

    /// Whether the applicant may change answers or documents.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft) || self.is_handed_back()
    }
}

/// Starts a draft.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationIn {
    /// Code of a service.
    #[validate(length(min = 1, max = 60, code = "length"))]
    #[schema(min_length = 1, max_length = 60, example = "arrival-notice")]
    pub service: String,
    /// A filed application of the same person and service whose answers the draft begins with (FM-04). Of an approved
    /// one, what the service's `follow_up` asks anew is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<Uuid>,
}

impl ApplicationIn {
    /// A draft of the service, based on nothing.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), based_on: None }
    }
}

/// The schema of an answer. The answers themselves are JSON values: what is wrong can be saved (FM-03), and the form
/// judges it.
#[derive(Debug, Clone, Copy)]
pub enum Answer {}

impl PartialSchema for Answer {
    fn schema() -> RefOr<Schema> {
        let simple = |kind: Type, text: &str| ObjectBuilder::new().schema_type(kind).description(Some(text));
        OneOfBuilder::new()
            .item(simple(Type::String, "Of every kind but these; spelled as the field's `kind` says."))
            .item(simple(Type::Boolean, "Of the kind `check`."))
            .item(
                Ref::builder()
                    .ref_location_from_schema_name("Address")
                    .description(Some("Of the kind `address`.")),
            )
            .item(simple(Type::Null, "Not answered; the same as no member."))
            .description(Some("One answer, in the form the field's `kind` asks for."))
            .into()
    }
}

impl ToSchema for Answer {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Address".to_owned(), Address::schema()));
    }
}

/// All answers of a draft or of an application that is being changed; or, while a correction is asked for, all answers
/// with the remarked ones mended.
/// What is invalid can be saved; what is not of the form's shape cannot.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswersIn {
    /// Field id → answer.
    #[schema(value_type = BTreeMap<String, Answer>)]
    pub answers: Map<String, Value>,
}

/// The application has been saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Saved {
    /// Send as `If-Match` next time.
    pub version: i32,
    pub saved_at: DateTime<Utc>,
}

/// Sends an application again that the applicant had back.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResubmissionIn {
    /// The person knows that nothing an officer asked for has been mended.
    #[serde(default)]
    pub unchanged: bool,
}

/// The filing itself (FM-06).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionIn {
    pub challenge_id: Uuid,
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "042137")]
    pub code: crate::Secret,
    /// The person states that the data are right; must be true.
    pub consent: bool,
}

/// An application in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ApplicationSummary {
    pub id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    pub service: String,
    pub title: Text,
    pub state: State,
    /// The state's word for this service.
    pub label: Text,
    pub clock: Clock,
    #[serde(serialize_with = "crate::moment::write")]
    pub created_at: DateTime<Utc>,
    #[serde(serialize_with = "crate::moment::write")]
    pub updated_at: DateTime<Utc>,
    #[serde(
        serialize_with = "crate::moment::write_option",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub submitted_at: Option<DateTime<Utc>>,
}

/// An application as its owner sees it. `ETag` is `"<version>"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Application {
    pub id: Uuid,
    /// Given at filing: `ПР-2026-4K7M9Q-83`, with a check number (SB-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Says with the number whose application it is (SB-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_code: Option<String>,
    pub service: String,
    pub service_version: u32,
    pub title: Text,
    pub state: State,
    pub label: Text,
    pub version: i32,
    /// Field id → answer.
    #[schema(value_type = BTreeMap<String, Answer>)]
    pub answers: Map<String, Value>,
    /// While the applicant has the application back: the answers as they were sent last. They count until it is sent
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, Answer>>)]
    pub sent: Option<Map<String, Value>>,
    pub documents: Vec<Document>,
    /// What is asked to be mended now; while the application is being changed also what was asked and never answered.
    pub remarks: Vec<Remark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    pub clock: Clock,
    /// Whether it was filed in time, once it is filed, for services with a term of filing (SV4-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Filing>,
    pub timeline: Vec<Event>,
    pub papers: Vec<Paper>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
}

/// Whose turn it is and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Clock {
    pub waiting_for: WaitingFor,
    /// End of the term of the side we wait for.
    #[serde(
        serialize_with = "crate::moment::write_option",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub due_at: Option<DateTime<Utc>>,
    /// Working days left to `due_at`, or left on the paused clock of the service; negative: overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// The service's clock stands still while it waits for the applicant.
    pub paused: bool,
    /// The day by which the person should file, for drafts of services with such a term (C2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_by: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    Applicant,
    Service,
    /// Decided: nobody.
    Nobody,
}

/// A field or document an officer asks to mend (CS-04).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Remark {
    /// `/answers/<field>` or `/documents/<item>`.
    #[schema(example = "/answers/address")]
    pub pointer: String,
    /// Code of the dictionary of reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is wrong and how to mend it.
    pub comment: String,
    pub created_at: DateTime<Utc>,
}

/// One line of the history (CS-01).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    pub n: i32,
    /// `submitted`, `charge_formed`, `paid`, `checked`, `check_pending`, `taken`, `released`,
    /// `correction_requested`, `amending`, `resubmitted`, `reply_expired`, `approved`, `result_confirmed`, `refused`,
    /// `revoked`, `replaced`, `withdrawn`, `overdue`, `message_received`, `message_sent`.
    pub kind: String,
    pub actor: Actor,
    #[serde(serialize_with = "crate::moment::write")]
    pub at: DateTime<Utc>,
    /// Officer's comment, where there is one; of `replaced` the number of the application that takes the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Reasons of a refusal, with their cure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
}

impl Event {
    /// The status the event stands for among those of the service (A16), `None` for what happens within one. `submitted` is
    /// no state: what is filed is at once waiting for something.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        match self.kind.as_str() {
            "submitted" => Some("submitted"),
            "correction_requested" => Some(State::ReturnedForFix.as_str()),
            "amending" => Some(State::Amending.as_str()),
            "approved" => Some(State::Approved.as_str()),
            "result_confirmed" => Some(State::Completed.as_str()),
            "refused" => Some(State::Refused.as_str()),
            "withdrawn" => Some(State::Withdrawn.as_str()),
            _ => None,
        }
    }
}

/// Who did it: the person, the service (with the officer's name where it may be told), or the system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    pub kind: ActorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    Citizen,
    Officer,
    System,
    Bank,
}

/// A reason of refusal and how to mend it (CS-09, CS-10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    #[schema(example = "O-03")]
    pub code: String,
    pub title: Text,
    pub cure: Text,
    /// What the officer adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A paper the service has issued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Paper {
    pub kind: PaperKind,
    pub title: Text,
    pub issued_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// Set when the result no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// Number of the application whose result has taken its place (SV4-15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Address of the public page that says whether it is genuine.
    pub verify_url: String,
    /// Hex SHA-256 of the file.
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaperKind {
    /// Of the filing.
    Receipt,
    /// Of the payment (PY-04, PY-07).
    Payment,
    Result,
}

impl PaperKind {
    pub const ALL: [Self; 3] = [Self::Receipt, Self::Payment, Self::Result];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Payment => "payment",
            Self::Result => "result",
        }
    }

    /// The kind behind its word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A paper among those of all applications of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IssuedPaper {
    pub application_id: Uuid,
    /// Of the application.
    pub number: String,
    pub paper: Paper,
}

/// Which applications to list (C42).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    Drafts,
    Active,
    Closed,
    #[default]
    All,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApplicationsQuery {
    #[param(inline)]
    #[serde(default)]
    pub tab: Tab,
    /// `next` of the page before.
    #[param(min_length = 1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The word of a state for a service: its own, or none.
#[must_use]
pub fn own_label(service: &Service, state: State) -> Option<&Text> {
    service.statuses.get(state.as_str())
}
