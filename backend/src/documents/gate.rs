//! How many uploads are under way and how many files are judged at once, in all and of one person. An upload holds a
//! connection, memory and a file: one too many is turned away before its body is read. Judging costs memory and a core:
//! whoever finds no turn waits, the file on the disk, and then hears "busy", which costs nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use openapi::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::config::Uploads;
use crate::error::{Error, Result};

/// Places for uploads, and turns to have a file judged.
#[derive(Debug, Clone)]
pub struct Gate {
    under_way: Places,
    judged: Places,
    patience: Duration,
}

/// A place or a turn; it ends when this is dropped.
#[derive(Debug)]
pub struct Place {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Gate {
    /// A gate as wide as configured.
    #[must_use]
    pub fn new(limits: &Uploads) -> Self {
        Self {
            under_way: Places::new(limits.under_way, limits.under_way_each),
            judged: Places::new(limits.parallel, limits.parallel_each),
            patience: Duration::from_secs(limits.wait_seconds),
        }
    }

    /// A place for an upload, at once or not at all.
    ///
    /// # Errors
    /// `too_many_requests` when the person has taken all of theirs, `busy` when everybody together has.
    pub fn admit(&self, person: Uuid) -> Result<Place> {
        let (own, all) = (self.under_way.own(person), Arc::clone(&self.under_way.all));
        let own = own.try_acquire_owned();
        let own = own.map_err(|_| Error::new(ErrorCode::TooManyRequests).after(SOON))?;
        let all = all.try_acquire_owned().map_err(|_| busy())?;
        Ok(Place { _own: own, _all: all })
    }

    /// Waits for a turn. One person's files wait for each other first, so that they do not take everybody's turns.
    ///
    /// # Errors
    /// `busy` when there is none in the configured time.
    pub async fn enter(&self, person: Uuid) -> Result<Place> {
        let (own, all) = (self.judged.own(person), Arc::clone(&self.judged.all));
        let turn = async move {
            let own = own.acquire_owned().await.map_err(Error::internal)?;
            let all = all.acquire_owned().await.map_err(Error::internal)?;
            Ok(Place { _own: own, _all: all })
        };
        timeout(self.patience, turn).await.map_err(|_| busy())?
    }
}

/// So many in all, so many of one person.
#[derive(Debug, Clone)]
struct Places {
    all: Arc<Semaphore>,
    /// Of those who have one or wait for one.
    own: Arc<Mutex<HashMap<Uuid, Weak<Semaphore>>>>,
    each: usize,
}

impl Places {
    fn new(all: usize, each: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all.max(1))), own: Arc::default(), each: each.max(1) }
    }

    fn own(&self, person: Uuid) -> Arc<Semaphore> {
        let mut people = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, places| places.strong_count() > 0);
        people.get(&person).and_then(Weak::upgrade).unwrap_or_else(|| {
            let places = Arc::new(Semaphore::new(self.each));
            people.insert(person, Arc::downgrade(&places));
            places
        })
    }
}

/// Seconds after which whoever was turned away may try again.
const SOON: u32 = 3;

/// Told to whoever may try again in a moment.
pub(super) fn busy() -> Error {
    Error::new(ErrorCode::Busy).after(SOON)
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
        assert!(gate.judged.own.lock().unwrap().len() <= 1, "who has gone is forgotten");
    }
}
