//! What an applicant and the service write to each other on one case (SV4-14).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

/// One message of a thread. Nobody changes or deletes what has been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    pub id: Uuid,
    pub author: Author,
    /// As it was written, without white space at its ends.
    #[schema(example = "Здравствуйте! Нужен ли перевод договора?")]
    pub body: String,
    pub created_at: DateTime<Utc>,
}

/// Which side has written. Officers write for the service and are not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Applicant,
    Officer,
}

impl Author {
    pub const ALL: &[Self] = &[Self::Applicant, Self::Officer];

    /// As it stands on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Officer => "officer",
        }
    }
}

/// A message to send. Line breaks are allowed.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageIn {
    #[validate(length(min = 1, max = 2000, code = "length"))]
    #[schema(min_length = 1, max_length = 2000, example = "Здравствуйте! Нужен ли перевод договора?")]
    pub body: String,
}
