//! The public check of a paper by its QR code.

use catalogue::text::Text;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::applications::PaperKind;

/// What anybody may know about a paper: the least that lets them compare it with the sheet in hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verification {
    pub verdict: Verdict,
    /// Absent when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<VerifiedPaper>,
    pub checked_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Genuine,
    Revoked,
    /// No such paper, or its signature does not hold.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VerifiedPaper {
    pub kind: PaperKind,
    pub title: Text,
    /// The application's number.
    pub number: String,
    pub issued_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// Hex SHA-256 of the file: compare it with the file you were given.
    pub sha256: String,
    /// Ed25519 signature, base64.
    pub signature: String,
    pub key_id: String,
}

/// A public key papers are signed with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SigningKey {
    pub key_id: String,
    /// `Ed25519`.
    pub algorithm: String,
    /// Base64 of the 32 bytes.
    pub public_key: String,
}
