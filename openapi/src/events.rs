//! What open pages are told: that something has changed. They then read it by the ordinary operations.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// One change, as the `data` of a server-sent event named `change`; the event's `id` is `seq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Give it as `after` to hear what comes later; it may stand still while an earlier change is on its way.
    pub seq: i64,
    pub subject: Subject,
    pub id: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Application,
    Notification,
    Payment,
    /// A case of the desk.
    Case,
}

impl Subject {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Notification => "notification",
            Self::Payment => "payment",
            Self::Case => "case",
        }
    }
}

/// The fallback for networks that do not let streams through: ask every few seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Changes {
    /// Ask with it next time.
    pub seq: i64,
    pub changes: Vec<Change>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// Changes after this number; absent: only the newest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}
