//! The places, and what happens at those that are armed.

use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::Context;

use crate::error::{Error, Result};

/// Every place there is. `tests/it/crash.rs` goes through all of them and fails when one is never reached.
pub const POINTS: [&str; 49] = [
    // Creating requests, by operation: the work is done, or even committed, and nobody has heard of it.
    "create_application.before_commit",
    "create_application.after_commit",
    "upload_document.before_commit",
    "upload_document.after_commit",
    "request_submission_code.before_commit",
    "request_submission_code.after_commit",
    "submit_application.before_commit",
    "submit_application.after_commit",
    "start_payment.before_commit",
    "start_payment.after_commit",
    "request_correction.before_commit",
    "request_correction.after_commit",
    "send_message.before_commit",
    "send_message.after_commit",
    "send_case_message.before_commit",
    "send_case_message.after_commit",
    "amend_application.before_commit",
    "amend_application.after_commit",
    "resubmit_application.before_commit",
    "resubmit_application.after_commit",
    "approve_case.before_commit",
    "approve_case.after_commit",
    // Inside of requests.
    "save_answers.before_commit",
    "upload_document.after_file",
    "code.after_count",
    "history.after_append",
    "refresh.after_consume",
    "refresh.after_commit",
    "webhook.after_insert",
    "webhook.after_commit",
    // Jobs: the queue, the providers' answers before they are recorded, what is applied.
    "job.after_claim",
    "job.before_record",
    "code_sms.after_send",
    "sms.after_send",
    "mail.after_send",
    "bank.after_create",
    "payment_begin.before_commit",
    "payment_begin.after_commit",
    "bank.after_read",
    "payment_apply.before_commit",
    "payment_apply.after_commit",
    "registers.after_answer",
    "check.before_commit",
    "check.after_commit",
    "paper.after_file",
    "paper.before_commit",
    "paper.after_commit",
    // Between two migrations.
    "migration.before_step",
    "migration.after_step",
];

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Abort,
    Error,
    Sleep(Duration),
}

/// A place that is armed, and how often it has been passed.
#[derive(Debug)]
struct Armed {
    name: &'static str,
    nth: u32,
    action: Action,
    hits: AtomicU32,
}

static ARMED: OnceLock<Vec<Armed>> = OnceLock::new();

/// Arms what `CRASH` names. Called once, before anything else.
///
/// # Errors
/// Names the place that does not exist or is not understood.
pub fn arm() -> anyhow::Result<()> {
    let wanted = std::env::var("CRASH").unwrap_or_default();
    let places = wanted.split(',').filter(|place| !place.is_empty());
    let armed = places
        .map(|place| place.parse().with_context(|| format!("CRASH: {place}")))
        .collect::<anyhow::Result<_>>()?;
    ARMED.set(armed).map_err(|_| anyhow::anyhow!("CRASH: armed twice"))
}

/// Passes a place; what is armed there happens.
///
/// # Errors
/// `internal`, if that is what shall happen.
pub async fn at(name: &str) -> Result<()> {
    let armed = ARMED.get().and_then(|places| places.iter().find(|place| place.name == name));
    match armed.filter(|place| place.hits.fetch_add(1, Ordering::Relaxed) + 1 == place.nth) {
        Some(place) => place.happen().await,
        None => Ok(()),
    }
}

/// Passes a place of an operation (`submit_application:<id>`).
///
/// # Errors
/// As [`at`].
pub async fn at_operation(operation: &str, moment: &str) -> Result<()> {
    if ARMED.get().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    let id = operation.split(':').next().unwrap_or_default();
    at(&format!("{id}.{moment}")).await
}

/// Whether a place is in [`POINTS`]; asked while compiling.
#[must_use]
pub const fn is_listed(name: &str) -> bool {
    const fn same(a: &[u8], b: &[u8]) -> bool {
        match (a.split_first(), b.split_first()) {
            (None, None) => true,
            (Some((x, a)), Some((y, b))) => *x == *y && same(a, b),
            _ => false,
        }
    }
    const fn among(points: &[&str], name: &str) -> bool {
        match points.split_first() {
            Some((point, rest)) => same(point.as_bytes(), name.as_bytes()) || among(rest, name),
            None => false,
        }
    }
    among(&POINTS, name)
}

impl Armed {
    async fn happen(&self) -> Result<()> {
        // The test reads this line; it is out before the process can die.
        tracing::error!(crash.point = self.name, crash.action = ?self.action, "crash point");
        match self.action {
            Action::Abort => std::process::abort(),
            Action::Error => Err(Error::internal(anyhow::anyhow!("crash point {}", self.name))),
            Action::Sleep(pause) => {
                tokio::time::sleep(pause).await;
                Ok(())
            }
        }
    }
}

impl FromStr for Armed {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let name = POINTS.into_iter().find(|point| *point == name).context("no such place")?;
        let nth = parts.next().map_or(Ok(1), str::parse).context("which hit: a number")?;
        let action = match parts.next() {
            None | Some("abort") => Action::Abort,
            Some("error") => Action::Error,
            Some("sleep") => Action::Sleep(Duration::from_secs(10)),
            Some(other) => {
                let pause = other.strip_prefix("sleep=").context("abort, error, sleep or sleep=<ms>")?;
                Action::Sleep(Duration::from_millis(pause.parse().context("milliseconds")?))
            }
        };
        anyhow::ensure!(parts.next().is_none(), "name:nth:action");
        Ok(Self { name, nth, action, hits: AtomicU32::new(0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(&'static str, u32, Action)> {
        text.parse().ok().map(|armed: Armed| (armed.name, armed.nth, armed.action))
    }

    #[test]
    fn places_are_named_counted_and_told_what_to_do() {
        assert_eq!(read("job.after_claim"), Some(("job.after_claim", 1, Action::Abort)));
        assert_eq!(read("job.after_claim:3:error"), Some(("job.after_claim", 3, Action::Error)));
        let ten = Action::Sleep(Duration::from_secs(10));
        assert_eq!(read("job.after_claim:1:sleep"), Some(("job.after_claim", 1, ten)));
        let short = Action::Sleep(Duration::from_millis(50));
        assert_eq!(read("job.after_claim:1:sleep=50"), Some(("job.after_claim", 1, short)));
        for wrong in
            ["", "nowhere", "job.after_claim:x", "job.after_claim:1:cry", "job.after_claim:1:abort:1"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_place_is_listed_once() {
        let mut names = POINTS.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), POINTS.len());
        assert!(POINTS.iter().all(|name| is_listed(name)) && !is_listed("job.after"));
    }
}
