//! What people can be told, with everything the sentences about it name.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::error::Result;

/// One thing to tell. Its kind is the stem of the texts (`letters.json`), its members are their placeholders:
/// `number` of the application, `service` by its code, `amount` in kopecks. A text names nothing else (kept by a
/// test), so no sender can forget a value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum News<'a> {
    NewSignIn {
        at: DateTime<Utc>,
        device: &'a str,
        ip: &'a str,
    },
    CodesOn {
        at: DateTime<Utc>,
    },
    PasswordChanged {
        at: DateTime<Utc>,
        device: &'a str,
        ip: &'a str,
    },
    /// Strangers have tried so many passwords today that they may try no more.
    PasswordGuessed {
        at: DateTime<Utc>,
    },
    Submitted {
        number: &'a str,
        service: &'a str,
    },
    /// Filed, and there is a fee to pay: one letter, because two would arrive in either order.
    ChargeFormed {
        number: &'a str,
        service: &'a str,
        amount: i64,
    },
    /// The money has come, and its receipt is there.
    Paid {
        number: &'a str,
        service: &'a str,
        amount: i64,
        /// Unless nobody decides any more.
        due: Option<NaiveDate>,
    },
    PaymentFailed {
        number: &'a str,
        service: &'a str,
        /// The bank's code, or ours.
        reason: &'a str,
    },
    InReview {
        number: &'a str,
        service: &'a str,
        due: Option<NaiveDate>,
    },
    /// In review as well, but a register has not answered yet.
    CheckPending {
        number: &'a str,
        service: &'a str,
        due: Option<NaiveDate>,
    },
    CorrectionRequested {
        number: &'a str,
        service: &'a str,
        due: NaiveDate,
    },
    Resubmitted {
        number: &'a str,
        service: &'a str,
        due: NaiveDate,
    },
    /// What the applicant had back was not sent in time, and goes on as it was.
    ReplyExpired {
        number: &'a str,
        service: &'a str,
        due: NaiveDate,
    },
    Approved {
        number: &'a str,
        service: &'a str,
        comment: Option<&'a str>,
    },
    /// The document of an approval is there.
    ResultReady {
        number: &'a str,
        service: &'a str,
        /// Whether the letter of the approval is so old that people have looked for the document in vain.
        #[serde(skip)]
        is_late: bool,
    },
    Refused {
        number: &'a str,
        service: &'a str,
        /// Codes of the dictionary.
        reasons: Vec<&'a str>,
        appeal_until: NaiveDate,
    },
    Revoked {
        number: &'a str,
        service: &'a str,
        comment: &'a str,
    },
    /// The result no longer holds, because that of a follow-up takes its place.
    Replaced {
        number: &'a str,
        service: &'a str,
        /// Number of the follow-up.
        by: &'a str,
    },
    Withdrawn {
        number: &'a str,
        service: &'a str,
    },
    /// An officer has written. What they wrote is read on the page only: letters travel open.
    MessageSent {
        number: &'a str,
        service: &'a str,
    },
    /// The term of review has ended without a decision.
    Overdue {
        number: &'a str,
        service: &'a str,
        due: NaiveDate,
    },
    /// Money came for a case that does not wait for it any more.
    PaidInVain {
        number: &'a str,
        service: &'a str,
        amount: i64,
    },
}

impl News<'_> {
    /// The kind and the data of the row it is kept in.
    ///
    /// # Errors
    /// Never in practice.
    pub(super) fn row(&self) -> Result<(String, Value)> {
        let mut row = serde_json::to_value(self)?;
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok((kind, row.get_mut("data").map(Value::take).unwrap_or_default()))
    }

    /// Whether people hear of this also by mail.
    pub(super) fn is_worth_a_mail(&self) -> bool {
        // Usually the document is there before the letter of the approval is opened.
        !matches!(self, Self::ResultReady { is_late: false, .. })
    }

    /// Whether people hear of this also by SMS (NT-03).
    pub(super) fn is_worth_an_sms(&self) -> bool {
        // A sign-in has just been confirmed by one, a conversation would cost one after another, and strangers cause none.
        self.is_worth_a_mail()
            && !matches!(
                self,
                Self::NewSignIn { .. } | Self::PasswordGuessed { .. } | Self::MessageSent { .. }
            )
    }
}
