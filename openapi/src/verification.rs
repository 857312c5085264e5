//! The public check of a paper by its QR code.

use catalogue::text::Text;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::applications::PaperKind;

/// What anybody may know about a paper: the least that lets them compare it with the sheet in hand. It is also all that
/// is needed, with the token, to check the paper without us: see `VerifiedPaper.signature`.
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
    /// Number of the application whose result has taken its place, if that is why it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Hex SHA-256 of the file: compare it with the file you were given.
    pub sha256: String,
    /// Ed25519 (RFC 8032) signature, base64. What is signed is the UTF-8 of one JSON object without white space, its
    /// members in the order of their names, characters outside ASCII as they are:
    /// `{"format":"prichal-paper-1","issued_at":…,"kind":…,"number":…,"sha256":…,"title":{"en":…,"ru":…},"token":…,
    /// "valid_until":…}` (in one line). `issued_at` is `YYYY-MM-DDThh:mm:ssZ`, `valid_until` `YYYY-MM-DD` or `null`,
    /// `sha256` the lower-case hexadecimal hash of the PDF file, `token` the 26 characters at the end of the paper's
    /// address, the rest as in this answer. Verify with the key `key_id` of `list_signing_keys`. Whether the paper has
    /// been taken back since is not signed: only this answer knows.
    pub signature: String,
    /// Which of `list_signing_keys` it is verified with.
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
