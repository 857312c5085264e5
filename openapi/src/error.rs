//! Errors: RFC 9457 problem details with a stable code. The code is the translation key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

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
    /// What is wrong; the key of the text that says how to mend it.
    ///
    /// Any request: `required`, `unknown_field`, `wrong_type`, `forbidden_character`, `length` (`min`, `max`), `range`
    /// (`min`, `max`). Other codes belong to one operation, whose description names them. Those of answers and
    /// documents are `must_accept`, `too_long`, `too_short`, `too_many_files`, `inn_length` (each with
    /// `count`), `latin_only`, `cyrillic_only`, `name_character` (with `character`), `name_no_letter`,
    /// `name_dot`, `name_scripts`, `name_character`, `document_number_character` (with `character`),
    /// `name_no_letter`, `name_dot`, `name_scripts`, `date_invalid`, `date_in_future`, `date_in_past`,
    /// `date_too_early`, `date_too_late` (with `date`), `date_order` (`date`, `field`), `time_invalid`, `country_unknown`,
    /// `choice_unknown`, `phone_country_code`, `phone_invalid`, `email_invalid`, `inn_invalid`, `ogrn_invalid`,
    /// `address_region_required`, `address_region_unknown`, `address_town_required`, `address_town_elsewhere`,
    /// `address_street_required`, `address_house_required`, `address_postcode_required`, `address_postcode_invalid`, `document_required`,
    /// `unknown_document`.
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
    ($($(#[doc = $doc:literal])+ $name:ident = $status:literal, $code:literal;)*) => {
        /// Why a request was refused. Every code belongs to one HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)*
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

            /// What the code means, in the words of this file.
            const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)* }
            }
        }
    };
}

/// Written by hand because the derived schema knows the names of the variants only, not the codes the macro gives.
impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let lines = Self::ALL
            .iter()
            .map(|code| format!("* `{}` ({}):{}", code.as_str(), code.status(), code.meaning()))
            .collect::<Vec<_>>()
            .join("\n");
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.as_str())))
            .description(Some(format!(
                "Why a request was refused. Every code belongs to one status.\n\n{lines}"
            )))
            .into()
    }
}

impl ToSchema for ErrorCode {}

error_codes! {
    /// The request cannot be read: broken JSON, a bad path or query.
    Malformed = 400, "malformed";
    /// A creating request without `Idempotency-Key`.
    IdempotencyKeyMissing = 400, "idempotency_key_missing";
    /// The `Idempotency-Key` is not a UUID.
    IdempotencyKeyInvalid = 400, "idempotency_key_invalid";
    /// A changing request without `If-Match`.
    IfMatchMissing = 400, "if_match_missing";
    /// The `If-Match` is not the `ETag` of an answer: one number in quotes.
    IfMatchInvalid = 400, "if_match_invalid";
    /// No valid access token.
    Unauthenticated = 401, "unauthenticated";
    /// Login, password or second factor do not fit. Says the same for unknown logins.
    CredentialsWrong = 401, "credentials_wrong";
    /// Signed in, but this is for somebody else's role.
    Forbidden = 403, "forbidden";
    /// The request does not come from a page of this portal, or the page was opened under another address.
    ForeignOrigin = 403, "foreign_origin";
    /// There is no such thing, or it is not yours.
    NotFound = 404, "not_found";
    /// The path is known by other methods; `Allow` names them.
    MethodNotAllowed = 405, "method_not_allowed";
    /// The first request with this key has not answered yet.
    StillRunning = 409, "still_running";
    /// The case is in a state that does not allow this.
    WrongState = 409, "wrong_state";
    /// The case is decided or withdrawn, and nobody reads what is written about it.
    CaseClosed = 409, "case_closed";
    /// Another officer has the case.
    AlreadyTaken = 409, "already_taken";
    /// The charge already has a payment that is alive or successful.
    PaymentAlive = 409, "payment_alive";
    /// The phone of this sign-up belongs to another account.
    PhoneTaken = 409, "phone_taken";
    /// The paper is still being made.
    NotReady = 409, "not_ready";
    /// Somebody changed it since it was read.
    StaleVersion = 412, "stale_version";
    /// This door does not go by the name in `Host`.
    WrongHost = 421, "wrong_host";
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
    /// The code is right, but for another application of yours; nothing has been counted.
    CodeElsewhere = 422, "code_elsewhere";
    /// The file is not what is accepted; `errors` says why and how to mend it.
    FileRefused = 422, "file_refused";
    /// Trying codes is blocked for a while (AC-08).
    CodeBlocked = 429, "code_blocked";
    /// Too many wrong codes in a row: this way of signing in is switched off.
    FactorOff = 429, "factor_off";
    /// Asked too often; `Retry-After` says when it may be tried again.
    TooManyRequests = 429, "too_many_requests";
    /// Our mistake; it has been written down under the trace id.
    Internal = 500, "internal";
    /// Too busy just now; nothing has been done.
    Busy = 503, "busy";
    /// Histories have not been sealed for hours, so nothing is decided until they are; nothing has been done.
    DecisionsStopped = 503, "decisions_stopped";
}
