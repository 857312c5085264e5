//! Passes new pulses to the streams of this process, and ends streams whose session has ended.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use openapi::ErrorCode;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::store::{self, Row};
use super::{LATE, Numbered};
use crate::app::App;
use crate::error::{Error, Result};

/// How often sessions of open streams are looked at (abuse 33: at most five seconds).
const CHECK_EVERY: Duration = Duration::from_secs(4);
/// Open streams of one person; the oldest ends when another is opened.
const STREAMS: usize = 16;
/// Changes a slow page may be behind before its stream is ended; it comes back and asks for what it missed.
const BEHIND: usize = 256;
/// Skipped numbers that are remembered.
const SKIPPED: usize = 5_000;
/// No number is known yet.
const UNKNOWN: i64 = -1;

/// Whose changes: an account's, or the desk's.
pub(super) type Audience = Option<Uuid>;

struct Listener {
    session: Uuid,
    sender: Sender<Numbered>,
}

/// The open streams of this process. Cheap to clone.
#[derive(Clone)]
pub struct Relay {
    listeners: Arc<Mutex<HashMap<Audience, Vec<Listener>>>>,
    settled: Arc<AtomicI64>,
}

impl Default for Relay {
    fn default() -> Self {
        Self { listeners: Arc::default(), settled: Arc::new(AtomicI64::new(UNKNOWN)) }
    }
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Relay")
    }
}

impl Relay {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Polls until told to stop, then ends all streams so that the server can.
    pub async fn run(self, app: App, stop: CancellationToken) {
        let mut seen = None;
        let mut checked = Instant::now();
        while !stop.is_cancelled() {
            if let Err(error) = self.pass_on(&app, &mut seen).await {
                tracing::warn!(error.cause = %error, "pulses cannot be read");
            }
            if checked.elapsed() >= CHECK_EVERY {
                checked = Instant::now();
                if let Err(error) = self.check(&app).await {
                    // Rights that cannot be checked do not hold.
                    tracing::warn!(error.cause = %error, "sessions of open streams cannot be checked");
                    self.listeners().clear();
                }
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(app.config.jobs.poll_ms)) => {}
                () = stop.cancelled() => {}
            }
        }
        self.listeners().clear();
    }

    /// Opens a stream: what changes from now on.
    pub(super) fn listen(&self, audience: Audience, session: Uuid) -> Receiver<Numbered> {
        let (sender, receiver) = channel(BEHIND);
        let mut listeners = self.listeners();
        let streams = listeners.entry(audience).or_default();
        // The desk is one audience of many people.
        if audience.is_some() && streams.len() >= STREAMS {
            streams.remove(0);
        }
        streams.push(Listener { session, sender });
        receiver
    }

    /// The number up to which everything has been passed on, for good: whoever goes on from there misses nothing.
    ///
    /// # Errors
    /// `busy` in the first moment of a process.
    pub(super) fn settled(&self) -> Result<i64> {
        match self.settled.load(Ordering::Acquire) {
            UNKNOWN => Err(Error::new(ErrorCode::Busy).after(1)),
            settled => Ok(settled),
        }
    }

    async fn pass_on(&self, app: &App, seen: &mut Option<Seen>) -> Result<()> {
        if seen.is_none() {
            let mut conn = app.db.read().await?;
            *seen = Some(Seen::after(store::settled(&mut conn).await?));
        }
        let Some(seen) = seen else { return Ok(()) };
        let missing: Vec<i64> = seen.missing.keys().copied().collect();
        let mut conn = app.db.read().await?;
        let rows = store::list_new(&mut conn, seen.last, &missing).await?;
        drop(conn);
        for row in &rows {
            seen.note(row.id);
        }
        seen.forget_old();
        self.dispatch(&rows, seen.settled());
        self.settled.store(seen.settled(), Ordering::Release);
        Ok(())
    }

    fn dispatch(&self, rows: &[Row], settled: i64) {
        if rows.is_empty() {
            return;
        }
        let mut listeners = self.listeners();
        for row in rows {
            let (Some(change), Some(streams)) = (row.change(settled), listeners.get_mut(&row.account_id))
            else {
                continue;
            };
            // A page that is gone, or too far behind, loses its stream.
            streams.retain(|listener| listener.sender.try_send(change.clone()).is_ok());
        }
    }

    /// Ends the streams of sessions that have ended, all in one question.
    async fn check(&self, app: &App) -> Result<()> {
        let mut asked: Vec<Uuid> = {
            let mut listeners = self.listeners();
            listeners.retain(|_, streams| {
                streams.retain(|listener| !listener.sender.is_closed());
                !streams.is_empty()
            });
            listeners.values().flatten().map(|listener| listener.session).collect()
        };
        if asked.is_empty() {
            return Ok(());
        }
        asked.sort_unstable();
        asked.dedup();
        let mut conn = app.db.read().await?;
        let live = store::live(&mut conn, &asked).await?;
        // A stream opened after the question was put together is asked about next time.
        let ended = |session: &Uuid| asked.binary_search(session).is_ok() && !live.contains(session);
        for streams in self.listeners().values_mut() {
            streams.retain(|listener| !ended(&listener.session));
        }
        Ok(())
    }

    fn listeners(&self) -> MutexGuard<'_, HashMap<Audience, Vec<Listener>>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which numbers have been seen. Numbers are given out before commit, so a smaller one may appear after a
/// greater: the skipped ones are looked for until their transaction must have ended.
struct Seen {
    last: i64,
    missing: BTreeMap<i64, Instant>,
}

impl Seen {
    fn after(last: i64) -> Self {
        Self { last, missing: BTreeMap::new() }
    }

    fn note(&mut self, id: i64) {
        if id <= self.last {
            self.missing.remove(&id);
            return;
        }
        let now = Instant::now();
        let room = SKIPPED.saturating_sub(self.missing.len());
        self.missing.extend((self.last + 1..id).rev().take(room).map(|skipped| (skipped, now)));
        self.last = id;
    }

    /// No smaller number will turn up any more.
    fn settled(&self) -> i64 {
        self.missing.keys().next().map_or(self.last, |missing| missing - 1)
    }

    fn forget_old(&mut self) {
        self.missing.retain(|_, since| since.elapsed() < LATE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_commits_late_is_still_looked_for() {
        let mut seen = Seen::after(10);
        seen.note(11);
        seen.note(14);
        assert_eq!(seen.missing.keys().copied().collect::<Vec<_>>(), [12, 13]);
        assert_eq!(seen.settled(), 11, "nobody may go on from behind it");
        seen.note(12);
        assert_eq!(seen.settled(), 12);
        assert_eq!((seen.last, seen.missing.keys().copied().collect::<Vec<_>>()), (14, vec![13]));
        seen.note(13);
        assert_eq!(seen.settled(), 14);
    }

    #[test]
    fn many_skipped_numbers_do_not_fill_the_memory() {
        let mut seen = Seen::after(0);
        seen.note(1_000_000);
        assert_eq!(seen.missing.len(), SKIPPED);
    }
}
