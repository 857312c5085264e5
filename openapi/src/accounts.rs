//! Sign-up, sign-in, sessions (A2).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::Secret;

/// Shortest and longest password (AC-09). There is no truncation.
pub const PASSWORD_MIN: usize = 8;
pub const PASSWORD_MAX: usize = 128;
/// Digits of a code.
pub const CODE_LENGTH: u64 = 6;
/// The version of the consent text shown at sign-up (AC-33).
pub const CONSENT_VERSION: &str = "2026-11";

/// What a person gives to open an account (AC-01, C10).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpIn {
    #[validate(length(min = 1, max = 100, code = "length"))]
    #[schema(min_length = 1, max_length = 100, example = "Демов")]
    pub family_name: String,
    #[validate(length(min = 1, max = 100, code = "length"))]
    #[schema(min_length = 1, max_length = 100, example = "Азиз")]
    pub given_name: String,
    #[validate(length(max = 100, code = "length"))]
    #[schema(max_length = 100)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    #[validate(length(min = 3, max = 254, code = "length"))]
    #[schema(format = "email", min_length = 3, max_length = 254, example = "aziz.demov@example.org")]
    pub email: String,
    /// Any country's number with its code, written in any usual way (C6). It must be able to get an SMS.
    #[validate(length(min = 5, max = 40, code = "length"))]
    #[schema(min_length = 5, max_length = 40, example = "+998901234567")]
    pub phone: String,
    /// Language of letters: `ru`, `en`.
    #[validate(length(min = 2, max = 8, code = "length"))]
    #[schema(min_length = 2, max_length = 8, example = "ru")]
    pub language: String,
    /// The version of the consent the person agreed to (AC-33). Only the one in force is taken.
    #[validate(length(min = 1, max = 20, code = "length"))]
    #[schema(min_length = 1, max_length = 20, example = "2026-11")]
    pub consent_version: String,
}

/// The link of a mail has been opened and a password chosen (AC-06, AC-14).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkIn {
    /// The part of the mailed link after `#token=`.
    pub token: Secret,
    /// An upper-case and a lower-case letter, a digit and a sign; nothing common, nothing of the person's own data
    /// (AC-09).
    #[schema(value_type = String, min_length = 8, max_length = 128, example = "Zwei-Anker-7")]
    pub password: Secret,
}

/// The link of a mail has been opened: is there anything to be done with it?
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkCheckIn {
    /// The part of the mailed link after `#token=`.
    pub token: Secret,
}

/// Asks for a link by mail: that of a sign-up once more (AC-06), or one to a new password (AC-14).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkMailIn {
    #[validate(length(min = 3, max = 254, code = "length"))]
    #[schema(format = "email", min_length = 3, max_length = 254, example = "aziz.demov@example.org")]
    pub email: String,
}

/// A code has been sent; it belongs to this challenge and to nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Challenge {
    pub id: Uuid,
    /// Where the code went, masked.
    #[schema(example = "+998 ••• •• 67")]
    pub sent_to: String,
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Seconds until codes may be tried again, when a wrong code has blocked them (AC-08).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_for: Option<u32>,
}

/// The code that came by SMS.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeIn {
    pub challenge_id: Uuid,
    #[schema(value_type = String, pattern = "^[0-9]{6}$", example = "042137")]
    pub code: Secret,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInIn {
    /// E-mail or confirmed phone (AC-11).
    #[validate(length(min = 3, max = 254, code = "length"))]
    #[schema(min_length = 3, max_length = 254, example = "aziz.demov@example.org")]
    pub login: String,
    pub password: Secret,
}

/// A session has begun or gone on. The refresh token is in the cookie, never here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Send as `Authorization: Bearer …`; keep in memory only.
    #[schema(value_type = String)]
    pub access_token: Secret,
    /// Seconds the access token lives.
    #[schema(example = 300)]
    pub expires_in: u32,
    pub account: Account,
}

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    pub id: Uuid,
    pub family_name: String,
    pub given_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    pub email: String,
    pub phone: String,
    pub language: String,
    pub version: i32,
}

/// What a person may change of the account.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// Language of letters: `ru`, `en`.
    #[validate(length(min = 2, max = 8, code = "length"))]
    #[schema(min_length = 2, max_length = 8, example = "en")]
    pub language: String,
}

/// A place where the person is signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionInfo {
    pub id: Uuid,
    /// Browser and system as the browser says.
    pub user_agent: String,
    pub ip: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is the session that asks.
    pub current: bool,
}
