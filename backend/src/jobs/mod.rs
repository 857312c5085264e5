//! Work that happens after the answer: one row a job, claimed with a lease, repeated with growing pauses, parked
//! with an alarm when it gives up. Every job may run twice; its effect must not.

mod lane;
mod queue;
mod worker;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use queue::{enqueue, enqueue_at, enqueue_once, hasten, retry};
pub use worker::{run_until_empty, work};

use crate::app::App;
use crate::error::Result;
use crate::{accounts, applications, history, notifications, papers, payments};
use lane::Lane;

/// The list of jobs. Secrets in a payload are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// The link that opens an account, or word that there is one already.
    SignUpMail {
        sign_up_id: Uuid,
        sealed_token: String,
    },
    KnownAddressMail {
        account_id: Uuid,
    },
    /// The link to a new password.
    RecoveryMail {
        recovery_id: Uuid,
        sealed_token: String,
    },
    /// Word that a password has been tried too often; `None` for a login nobody has.
    PasswordGuessed {
        account_id: Option<Uuid>,
    },
    /// A code for a challenge.
    CodeSms {
        challenge_id: Uuid,
        send: i32,
        sealed_code: String,
    },
    NotifyByMail {
        notification_id: Uuid,
    },
    NotifyBySms {
        notification_id: Uuid,
    },
    /// The automatic check after filing or mending; `round` counts them.
    CheckRegisters {
        application_id: Uuid,
        round: i32,
    },
    MakeReceipt {
        application_id: Uuid,
    },
    /// The receipt of a payment, and word that the money has come.
    MakePaymentReceipt {
        application_id: Uuid,
    },
    MakeResult {
        application_id: Uuid,
    },
    /// Asks the bank for a payment.
    StartPayment {
        payment_id: Uuid,
    },
    /// Reads a payment from the bank, after a webhook or from time to time.
    ReadPayment {
        payment_id: Uuid,
    },
    /// Compares the bank's payments with ours.
    Reconcile {
        back_minutes: i64,
    },
    /// The term of review ends; `due` tells it from later terms of the same case.
    TermEnded {
        application_id: Uuid,
        due: DateTime<Utc>,
    },
    /// The time an applicant has an application back ends; `due` tells it from later ones of the same case.
    ReplyTermEnded {
        application_id: Uuid,
        due: DateTime<Utc>,
    },
    /// Once a minute: a signature over the histories that have moved.
    SealHistory,
    /// Once a period: forget what is old.
    Sweep,
    /// Once a day: files that no row names.
    CollectOrphans,
}

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Not yet; look again after this time. Does not count as a failure.
    Again(Duration),
}

impl Job {
    /// The name in the `kind` column.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SignUpMail { .. } => "sign_up_mail",
            Self::KnownAddressMail { .. } => "known_address_mail",
            Self::RecoveryMail { .. } => "recovery_mail",
            Self::PasswordGuessed { .. } => "password_guessed",
            Self::CodeSms { .. } => "code_sms",
            Self::NotifyByMail { .. } => "notify_by_mail",
            Self::NotifyBySms { .. } => "notify_by_sms",
            Self::CheckRegisters { .. } => "check_registers",
            Self::MakeReceipt { .. } => "make_receipt",
            Self::MakePaymentReceipt { .. } => "make_payment_receipt",
            Self::MakeResult { .. } => "make_result",
            Self::StartPayment { .. } => "start_payment",
            Self::ReadPayment { .. } => "read_payment",
            Self::Reconcile { .. } => "reconcile",
            Self::TermEnded { .. } => "term_ended",
            Self::ReplyTermEnded { .. } => "reply_term_ended",
            Self::SealHistory => "seal_history",
            Self::Sweep => "sweep",
            Self::CollectOrphans => "collect_orphans",
        }
    }

    /// Whom it waits for.
    const fn lane(&self) -> Lane {
        match self {
            Self::NotifyByMail { .. } => Lane::Mail,
            Self::SignUpMail { .. } | Self::KnownAddressMail { .. } | Self::RecoveryMail { .. } => {
                Lane::Links
            }
            Self::CodeSms { .. } => Lane::Codes,
            Self::NotifyBySms { .. } => Lane::Sms,
            Self::StartPayment { .. } | Self::ReadPayment { .. } | Self::Reconcile { .. } => Lane::Bank,
            Self::CheckRegisters { .. } => Lane::Registers,
            Self::PasswordGuessed { .. }
            | Self::MakeReceipt { .. }
            | Self::MakePaymentReceipt { .. }
            | Self::MakeResult { .. }
            | Self::TermEnded { .. }
            | Self::ReplyTermEnded { .. }
            | Self::SealHistory
            | Self::Sweep
            | Self::CollectOrphans => Lane::Own,
        }
    }

    /// Pauses between tries, in seconds (security rule 14); after the last the job is parked.
    #[must_use]
    pub const fn pauses(&self) -> &'static [u64] {
        match self {
            // A code is worthless after ten minutes.
            Self::CodeSms { .. } => &[2, 5, 15, 30, 60, 120, 240],
            _ => &[5, 30, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400],
        }
    }

    async fn run(&self, app: &App) -> Result<Outcome> {
        match self {
            Self::SignUpMail { sign_up_id, sealed_token } => {
                accounts::letters::send_link(app, *sign_up_id, sealed_token).await
            }
            Self::KnownAddressMail { account_id } => accounts::letters::send_known(app, *account_id).await,
            Self::RecoveryMail { recovery_id, sealed_token } => {
                accounts::letters::send_recovery(app, *recovery_id, sealed_token).await
            }
            Self::PasswordGuessed { account_id } => accounts::sign_in::tell_guessed(app, *account_id).await,
            Self::CodeSms { challenge_id, send, sealed_code } => {
                accounts::letters::send_code(app, *challenge_id, *send, sealed_code).await
            }
            Self::NotifyByMail { notification_id } => {
                notifications::deliver::by_mail(app, *notification_id).await
            }
            Self::NotifyBySms { notification_id } => {
                notifications::deliver::by_sms(app, *notification_id).await
            }
            Self::CheckRegisters { application_id, round } => {
                applications::checks::run(app, *application_id, *round).await
            }
            Self::MakeReceipt { application_id } => papers::make_receipt(app, *application_id).await,
            Self::MakePaymentReceipt { application_id } => {
                papers::make_payment_receipt(app, *application_id).await
            }
            Self::MakeResult { application_id } => papers::make_result(app, *application_id).await,
            Self::StartPayment { payment_id } => payments::settle::start(app, *payment_id).await,
            Self::ReadPayment { payment_id } => payments::settle::read(app, *payment_id).await,
            Self::Reconcile { back_minutes } => payments::reconcile::run(app, *back_minutes).await,
            Self::TermEnded { application_id, due } => {
                applications::overdue::tell(app, *application_id, *due).await
            }
            Self::ReplyTermEnded { application_id, due } => {
                applications::reply::expire(app, *application_id, *due).await
            }
            Self::SealHistory => history::seal::run(app).await,
            Self::Sweep => crate::sweep::run(app).await,
            Self::CollectOrphans => {
                crate::documents::vault::collect_orphans(app).await?;
                Ok(Outcome::Done)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thousands of notices delay nobody's sign-in, sign-up or new password.
    #[test]
    fn codes_and_links_stand_in_no_queue_of_notices() {
        let (id, sealed) = (Uuid::nil(), String::new());
        let notices = [Job::NotifyByMail { notification_id: id }, Job::NotifyBySms { notification_id: id }];
        for awaited in [
            Job::CodeSms { challenge_id: id, send: 1, sealed_code: sealed.clone() },
            Job::SignUpMail { sign_up_id: id, sealed_token: sealed.clone() },
            Job::KnownAddressMail { account_id: id },
            Job::RecoveryMail { recovery_id: id, sealed_token: sealed },
        ] {
            assert!(notices.iter().all(|notice| notice.lane() != awaited.lane()), "{}", awaited.kind());
        }
    }
}
