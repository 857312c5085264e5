//! The worker: polls, claims, runs, records.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

use super::lane::{Lane, Places};
use super::queue::{self, Claimed};
use super::{Job, Outcome, enqueue_once};
use crate::app::App;
use crate::crash::crash_point;
use crate::error::Result;

/// How often it is looked whether a period has begun, seconds.
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Runs beyond the tries of a job that nobody lived to record: what kills its worker each time is parked.
const DEATHS: usize = 3;

/// Works until told to stop; then lets running jobs end.
pub async fn work(app: &App, stop: CancellationToken) {
    let places = Places::new(app.config.jobs.parallel);
    let pause = Duration::from_millis(app.config.jobs.poll_ms);
    let mut minute = None;
    while !stop.is_cancelled() {
        let now = chrono::Utc::now().timestamp();
        if minute != Some(now / MINUTE) && begin_periods(app, now).await.is_ok() {
            minute = Some(now / MINUTE);
        }
        let busy = match round(app, &places).await {
            Ok(claimed) => claimed > 0,
            Err(error) => {
                tracing::error!(error.cause = %error, "the queue cannot be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
                false
            }
        };
        if !busy {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }
    places.all_free().await;
}

/// What comes back by itself, and how often, seconds.
fn periodic(app: &App) -> [(Job, i64); 5] {
    let bank = &app.config.bank;
    let reconcile = |back_minutes| Job::Reconcile { back_minutes };
    [
        (Job::SealHistory, MINUTE),
        (Job::Sweep, 10 * MINUTE),
        (Job::CollectOrphans, DAY),
        (reconcile(bank.reconcile_back_minutes), bank.reconcile_minutes * MINUTE),
        (reconcile(bank.reconcile_daily_hours * HOUR / MINUTE), DAY),
    ]
}

/// Puts the periodic jobs into the queue, each once in its period; of many workers one succeeds.
async fn begin_periods(app: &App, now: i64) -> Result<()> {
    let mut conn = app.db.read().await?;
    for (job, every) in periodic(app) {
        // Of one kind there are several, by their periods.
        enqueue_once(&mut conn, &job, &format!("{}:{every}:{}", job.kind(), now / every)).await?;
    }
    Ok(())
}

async fn round(app: &App, places: &Places) -> Result<usize> {
    let free = places.free();
    if free.is_empty() {
        return Ok(0);
    }
    let conn = app.db.read().await?;
    let claimed = queue::claim(&conn, &free, app.config.jobs.lease_seconds).await?;
    drop(conn);
    let count = claimed.len();
    for (lane, job) in claimed {
        // Only this loop takes places, so there is one.
        let place = places.take(lane).await;
        let app = app.clone();
        tokio::spawn(async move {
            run(&app, &job).await;
            drop(place);
        });
    }
    Ok(count)
}

/// Runs what is due, one after another, until nothing is due any more. Returns how many ran.
///
/// # Errors
/// When the queue cannot be read.
pub async fn run_until_empty(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let conn = app.db.read().await?;
        let claimed =
            queue::claim(&conn, &Lane::ALL.map(|lane| (lane, 16)), app.config.jobs.lease_seconds).await?;
        drop(conn);
        if claimed.is_empty() {
            return Ok(count);
        }
        for (_, job) in claimed {
            run(app, &job).await;
            count += 1;
        }
    }
}

async fn run(app: &App, claimed: &Claimed) {
    let started = std::time::Instant::now();
    let recorded = match serde_json::from_value::<Job>(claimed.payload.clone()) {
        Err(error) => record(app, claimed, None, Err(format!("unreadable payload: {error}"))).await,
        Ok(job) => {
            let outcome = attempt(app, claimed, &job).await;
            record(app, claimed, Some(&job), outcome).await
        }
    };
    match recorded {
        Ok(outcome) => app.metrics.job(&claimed.kind, outcome, started.elapsed()),
        // The lease runs out and another worker takes the job.
        Err(error) => {
            tracing::error!(job.id = %claimed.id, job.kind = claimed.kind, error.cause = %error, "outcome not recorded");
        }
    }
}

/// One try, within the lease and whatever happens inside.
async fn attempt(app: &App, claimed: &Claimed, job: &Job) -> std::result::Result<Outcome, String> {
    let tries = usize::try_from(claimed.attempts).unwrap_or(usize::MAX);
    if tries > job.pauses().len() + 1 + DEATHS {
        return Err("its worker has died of it again and again".to_owned());
    }
    let lease = Duration::from_secs(u64::try_from(app.config.jobs.lease_seconds).unwrap_or(60));
    let run = AssertUnwindSafe(job.run(app)).catch_unwind();
    match tokio::time::timeout(lease.saturating_sub(Duration::from_secs(5)), run).await {
        Ok(Ok(Ok(outcome))) => Ok(outcome),
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(_)) => Err("panicked".to_owned()),
        Err(_) => Err("took longer than its lease".to_owned()),
    }
}

/// Writes down how a job ended; says it in a word.
async fn record(
    app: &App,
    claimed: &Claimed,
    job: Option<&Job>,
    outcome: std::result::Result<Outcome, String>,
) -> Result<&'static str> {
    crash_point!("job.before_record");
    let mut conn = app.db.read().await?;
    match outcome {
        Ok(Outcome::Done) => {
            queue::finish(&mut conn, claimed).await?;
            Ok("done")
        }
        Ok(Outcome::Again(pause)) => {
            let seconds = i32::try_from(pause.as_secs()).unwrap_or(i32::MAX);
            queue::postpone(&mut conn, claimed, seconds, None).await?;
            Ok("again")
        }
        Err(reason) => {
            tracing::warn!(job.id = %claimed.id, job.kind = claimed.kind, job.attempts = claimed.attempts, error.cause = reason, "job failed");
            let tries = usize::try_from(claimed.attempts - 1).unwrap_or_default();
            match job.and_then(|job| job.pauses().get(tries)) {
                Some(pause) => {
                    let seconds = i32::try_from(spread(*pause, claimed.fence)).unwrap_or(i32::MAX);
                    queue::postpone(&mut conn, claimed, seconds, Some(&reason)).await?;
                    Ok("failed")
                }
                None => {
                    queue::park(&mut conn, claimed, &reason).await?;
                    Ok("parked")
                }
            }
        }
    }
}

/// A pause shifted by up to a fifth, so that jobs that failed together do not come back together.
fn spread(seconds: u64, salt: i64) -> u64 {
    let fifth = seconds / 5;
    let shift = salt.unsigned_abs().wrapping_mul(2_654_435_761) % (2 * fifth + 1);
    seconds - fifth + shift
}
