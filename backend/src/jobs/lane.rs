//! Lanes: jobs that wait for the same party. Each lane has places of its own in a worker, so that a party that hangs holds
//! up nothing but its own jobs.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whom a job waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Mail,
    /// The same server as [`Lane::Mail`], but somebody waits for the letter: no queue of notices stands before a link.
    Links,
    /// The same provider as [`Lane::Sms`], but somebody waits on the page: no queue of notices stands before a code.
    Codes,
    Sms,
    Bank,
    Registers,
    /// Nobody: our own work.
    Own,
}

impl Lane {
    pub const ALL: [Self; 7] =
        [Self::Mail, Self::Links, Self::Codes, Self::Sms, Self::Bank, Self::Registers, Self::Own];

    /// The name in the `lane` column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Links => "links",
            Self::Codes => "codes",
            Self::Sms => "sms",
            Self::Bank => "bank",
            Self::Registers => "registers",
            Self::Own => "own",
        }
    }
}

/// The places of a worker, `each` in every lane.
pub(super) struct Places {
    lanes: [(Lane, Arc<Semaphore>); 7],
    each: usize,
}

impl Places {
    pub fn new(each: usize) -> Self {
        Self { lanes: Lane::ALL.map(|lane| (lane, Arc::new(Semaphore::new(each)))), each }
    }

    /// Lanes that have places, and how many.
    pub fn free(&self) -> Vec<(Lane, usize)> {
        let free = self.lanes.iter().map(|(lane, places)| (*lane, places.available_permits()));
        free.filter(|(_, places)| *places > 0).collect()
    }

    /// A place, given back when dropped.
    pub async fn take(&self, lane: Lane) -> Option<OwnedSemaphorePermit> {
        let (_, places) = self.lanes.iter().find(|(other, _)| *other == lane)?;
        Arc::clone(places).acquire_owned().await.ok()
    }

    /// Waits until every job has ended.
    pub async fn all_free(&self) {
        let all = u32::try_from(self.each).unwrap_or(u32::MAX);
        for (_, places) in &self.lanes {
            // A semaphore is never closed.
            let _ = places.acquire_many(all).await;
        }
    }
}
