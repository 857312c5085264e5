//! Errors: RFC 9457 problem details with a stable code. The code is the translation key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error answer (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:prichal:problem:<code>`.
    #[serde(rename = "type")]
    #[schema(example = "urn:prichal:problem:stale_version")]
    pub kind: String,
    /// What happened, in the reader's language (`Accept-Language`).
    pub title: String,
    #[schema(example = 412)]
    pub status: u16,
    /// How to mend it, in the reader's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    pub code: ErrorCode,
    /// Names this answer in our logs; tell it to support.
    pub trace_id: String,
    /// What exactly is wrong with the request, by place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds to wait before the next try (also the `Retry-After` header).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// One thing wrong at one place of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the request body, or into the application: `/answers/entry_date`.
    #[schema(example = "/answers/entry_date")]
    pub pointer: String,
    /// Key of the text that says what is wrong and how to mend it.
    #[schema(example = "date_in_future")]
    pub code: String,
    /// Values for the placeholders of that text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl From<catalogue::answers::Finding> for FieldError {
    fn from(finding: catalogue::answers::Finding) -> Self {
        Self { pointer: finding.pointer, code: finding.code, params: finding.params }
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:literal;)*) => {
        /// Why a request was refused. Every code belongs to one HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl ErrorCode {
            /// All codes, in the order of their status.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The HTTP status the code goes with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The code as it stands on the wire and in the locale files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

error_codes! {
    /// The request cannot be read: broken JSON, a bad path or query.
    Malformed = 400, "malformed";
    /// A creating request without `Idempotency-Key`.
    IdempotencyKeyMissing = 400, "idempotency_key_missing";
    /// A changing request without `If-Match`.
    IfMatchMissing = 400, "if_match_missing";
    /// No valid access token.
    Unauthenticated = 401, "unauthenticated";
    /// Login, password or second factor do not fit. Says the same for unknown logins.
    CredentialsWrong = 401, "credentials_wrong";
    /// Signed in, but this is for somebody else's role.
    Forbidden = 403, "forbidden";
    /// There is no such thing, or it is not yours.
    NotFound = 404, "not_found";
    MethodNotAllowed = 405, "method_not_allowed";
    /// The first request with this key has not answered yet.
    StillRunning = 409, "still_running";
    /// The case is in a state that does not allow this.
    WrongState = 409, "wrong_state";
    /// Another officer has the case.
    AlreadyTaken = 409, "already_taken";
    /// The charge already has a payment that is alive or successful.
    PaymentAlive = 409, "payment_alive";
    /// Another account has confirmed this phone.
    PhoneTaken = 409, "phone_taken";
    /// The paper is still being made.
    NotReady = 409, "not_ready";
    /// Somebody changed it since it was read.
    StaleVersion = 412, "stale_version";
    /// The body or file is larger than allowed.
    TooLarge = 413, "too_large";
    /// The body is not of a type this operation reads.
    UnsupportedMediaType = 415, "unsupported_media_type";
    /// The request is readable but not right; `errors` says where.
    Invalid = 422, "invalid";
    /// The key was used with another body.
    IdempotencyKeyReused = 422, "idempotency_key_reused";
    /// The link of a mail is unknown, used or too old.
    LinkInvalid = 422, "link_invalid";
    /// The code is not right; the next try is possible after the block.
    CodeWrong = 422, "code_wrong";
    /// The code is too old or used; ask for another.
    CodeExpired = 422, "code_expired";
    /// The file is not what is accepted; `errors` says why and how to mend it.
    FileRefused = 422, "file_refused";
    /// Trying codes is blocked for a while (AC-08).
    CodeBlocked = 429, "code_blocked";
    /// Too many wrong codes in a row: this way of signing in is switched off.
    FactorOff = 429, "factor_off";
    TooManyRequests = 429, "too_many_requests";
    /// Our mistake; it has been written down under the trace id.
    Internal = 500, "internal";
    /// Too busy just now; nothing has been done.
    Busy = 503, "busy";
}
