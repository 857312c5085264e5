//! The officers' desk (A9).

use catalogue::deadline::Filing;
use catalogue::text::Text;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::Secret;
use crate::applications::{Answer, Clock, Event, Paper, Remark, State};
use crate::documents::Document;
use crate::payments::Charge;

/// Password and authenticator code together; staff never sign in by SMS.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficerSignInIn {
    #[validate(length(min = 1, max = 100, code = "length"))]
    #[schema(min_length = 1, max_length = 100)]
    pub login: String,
    pub password: Secret,
    /// Six digits of the authenticator app; each works once.
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "042137")]
    pub totp: Secret,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OfficerSession {
    #[schema(value_type = String)]
    pub access_token: Secret,
    /// Seconds the access token lives.
    pub expires_in: u32,
    pub officer: Officer,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Officer {
    pub id: Uuid,
    pub name: String,
    pub language: String,
}

/// Which cases to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Waiting for an officer, nobody's or anybody's.
    #[default]
    Queue,
    /// Taken by the one who asks and not decided.
    Mine,
    /// Waiting for the applicant.
    Waiting,
    /// Decided by the one who asks.
    Decided,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CasesQuery {
    #[param(inline)]
    #[serde(default)]
    pub view: View,
    /// Only this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// A number, as people type it: the case of this number, whatever the view. Anything else: cases of the view whose
    /// applicant's name (surname, then given name) begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// `next` of the page before.
    #[param(min_length = 1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A row of the queue, the most urgent first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CaseSummary {
    pub id: Uuid,
    pub number: String,
    pub service: String,
    pub title: Text,
    pub applicant: String,
    pub state: State,
    pub label: Text,
    pub clock: Clock,
    pub checks_passed: u32,
    pub checks_total: u32,
    /// A register has not answered yet.
    pub check_pending: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<Officer>,
    pub submitted_at: DateTime<Utc>,
    /// The applicant has changed something and sent it again.
    pub resubmitted: bool,
    /// The newest message is the applicant's.
    pub unanswered: bool,
}

/// The queue and how much waits in each view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Queue {
    pub items: Vec<CaseSummary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub counts: Counts,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Counts {
    pub queue: i64,
    pub mine: i64,
    pub waiting: i64,
    pub overdue: i64,
}

/// A case as an officer sees it. `ETag` is `"<version>"`. Answers and documents are there only for the officer
/// who has taken the case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Case {
    pub id: Uuid,
    pub number: String,
    pub service: String,
    pub service_version: u32,
    pub title: Text,
    pub state: State,
    pub label: Text,
    pub version: i32,
    pub applicant: Applicant,
    /// Field id → answer, as sent: while the applicant has it back, what was sent last.
    #[schema(value_type = BTreeMap<String, Answer>)]
    pub answers: Map<String, Value>,
    pub documents: Vec<Document>,
    /// What the applicant is asked to mend, or was and has never answered.
    pub remarks: Vec<Remark>,
    /// Pointers changed when it was last sent again.
    pub mended: Vec<String>,
    /// Of the mended fields: field id → the answer before. A field that had none is not there.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = BTreeMap<String, Answer>)]
    pub before: Map<String, Value>,
    pub checks: Vec<CheckResult>,
    pub check_pending: bool,
    /// Number of the earlier application whose result is taken back when this one is approved (SV4-15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// Other open or approved cases of the service about the same person and event.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    pub clock: Clock,
    /// Whether it was filed in time, for services with a term of filing (SV4-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<Filing>,
    pub timeline: Vec<Event>,
    pub papers: Vec<Paper>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<Officer>,
    /// Whether this officer may take the issued result back: the one who decided, or anybody after that one has left.
    pub revocable: bool,
    /// The newest message is the applicant's.
    pub unanswered: bool,
    pub submitted_at: DateTime<Utc>,
}

/// Another case about the same person and event: somebody has filed twice, or two people have (C25).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Related {
    pub id: Uuid,
    pub number: String,
    pub state: State,
    /// The state's word for this service.
    pub label: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Applicant {
    pub name: String,
    pub language: String,
}

/// What a register said (P-07). Advice for the officer, never a decision (C19).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CheckResult {
    pub id: String,
    pub title: Text,
    pub outcome: Outcome,
    /// Fields that differ, with the register's value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    /// The register says otherwise.
    Differs,
    NotFound,
    /// There was nothing to ask with: an optional answer is empty.
    Skipped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    /// Field id of the form.
    pub field: String,
    pub register_value: String,
}

/// Asks the applicant to mend named fields or documents (CS-04). The clock stands still meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionIn {
    #[validate(length(min = 1, max = 40, code = "length"), nested)]
    #[schema(min_items = 1, max_items = 40)]
    pub remarks: Vec<RemarkIn>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkIn {
    /// `/answers/<field>` or `/documents/<item>`.
    #[validate(length(min = 1, max = 200, code = "length"))]
    #[schema(min_length = 1, max_length = 200, example = "/answers/address")]
    pub pointer: String,
    /// Code of the dictionary of reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[validate(length(min = 3, max = 2000, code = "length"))]
    #[schema(min_length = 3, max_length = 2000)]
    pub comment: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalIn {
    #[validate(length(max = 2000, code = "length"))]
    #[schema(max_length = 2000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A refusal always has a reason, and every reason says how to mend it (CS-09, CS-10).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalIn {
    #[validate(length(min = 1, max = 10, code = "length"), nested)]
    #[schema(min_items = 1, max_items = 10)]
    pub reasons: Vec<ReasonIn>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonIn {
    /// Code of the dictionary, one of the service's.
    #[schema(example = "O-03")]
    pub code: String,
    /// What the applicant should know beyond the dictionary's cure.
    #[validate(length(max = 2000, code = "length"))]
    #[schema(max_length = 2000)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Takes an issued result back.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevocationIn {
    #[validate(length(min = 3, max = 2000, code = "length"))]
    #[schema(min_length = 3, max_length = 2000)]
    pub comment: String,
}
