//! How many files are judged at once. Judging costs memory and a core: beyond the gate's width people wait a
//! little and then hear "busy", which costs nothing.

use std::sync::Arc;
use std::time::Duration;

use openapi::ErrorCode;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How long a file waits for its turn.
const WAIT: Duration = Duration::from_secs(2);
/// How long a file may take; an honest one takes a second or two.
const WORK: Duration = Duration::from_secs(20);

/// Bounded parallel work on the blocking threads.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A gate that lets `width` files through at once.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self(Arc::new(Semaphore::new(width.max(1))))
    }

    /// Runs `work` on a blocking thread when there is room. The room is taken until `work` really ends: a
    /// client that hangs up, or a file that takes too long, does not make room for another.
    ///
    /// # Errors
    /// `busy` when there is no room within two seconds or the work takes longer than twenty.
    pub async fn run<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce() -> R + Send + 'static,
    {
        let busy = || Error::new(ErrorCode::Busy).after(3);
        let place = timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await.map_err(|_| busy())?;
        let place = place.map_err(Error::internal)?;
        let task = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        timeout(WORK, task).await.map_err(|_| busy())?.map_err(Error::internal)
    }
}
