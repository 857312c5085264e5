//! How many files are judged at once, in all and of one person. Judging costs memory and a core: whoever finds no turn
//! waits, the file on the disk, and then hears "busy", which costs nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use openapi::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::config::Uploads;
use crate::error::{Error, Result};

/// Turns to have a file judged.
#[derive(Debug, Clone)]
pub struct Gate {
    all: Arc<Semaphore>,
    /// Turns of those who have one or wait for one.
    own: Arc<Mutex<HashMap<Uuid, Weak<Semaphore>>>>,
    each: usize,
    patience: Duration,
}

/// A turn; it ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate as wide as configured.
    #[must_use]
    pub fn new(limits: &Uploads) -> Self {
        Self {
            all: Arc::new(Semaphore::new(limits.parallel.max(1))),
            own: Arc::default(),
            each: limits.parallel_each.max(1),
            patience: Duration::from_secs(limits.wait_seconds),
        }
    }

    /// Waits for a turn. One person's files wait for each other first, so that they do not take everybody's turns.
    ///
    /// # Errors
    /// `busy` when there is none in the configured time.
    pub async fn enter(&self, person: Uuid) -> Result<Turn> {
        let (own, all) = (self.own(person), Arc::clone(&self.all));
        let turn = async move {
            let own = own.acquire_owned().await.map_err(Error::internal)?;
            let all = all.acquire_owned().await.map_err(Error::internal)?;
            Ok(Turn { _own: own, _all: all })
        };
        timeout(self.patience, turn).await.map_err(|_| busy())?
    }

    fn own(&self, person: Uuid) -> Arc<Semaphore> {
        let mut people = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, turns| turns.strong_count() > 0);
        people.get(&person).and_then(Weak::upgrade).unwrap_or_else(|| {
            let turns = Arc::new(Semaphore::new(self.each));
            people.insert(person, Arc::downgrade(&turns));
            turns
        })
    }
}

/// Told to whoever may try again in a moment.
pub(super) fn busy() -> Error {
    Error::new(ErrorCode::Busy).after(3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[tokio::test]
    async fn nobody_takes_the_turns_of_others() {
        let limits =
            Uploads { parallel: 2, parallel_each: 1, wait_seconds: 0, ..Config::load(None).unwrap().uploads };
        let gate = Gate::new(&limits);
        let (greedy, other, third) = (Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4());
        let turn = gate.enter(greedy).await.unwrap();
        assert_eq!(gate.enter(greedy).await.unwrap_err().code, ErrorCode::Busy, "one's second file waits");
        let beside = gate.enter(other).await.unwrap();
        assert_eq!(gate.enter(third).await.unwrap_err().code, ErrorCode::Busy, "all turns are taken");
        drop(turn);
        let again = gate.enter(greedy).await.unwrap();
        drop((again, beside));
        gate.enter(third).await.unwrap();
        assert!(gate.own.lock().unwrap().len() <= 1, "who has gone is forgotten");
    }
}
