//! How often a request waits for the database: counted on the connections themselves, without a clock.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

/// What the connections to one database have said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Statements, BEGIN and COMMIT among them.
    pub statements: Vec<String>,
    /// Waits: what is on its way together is one.
    pub trips: u32,
    /// Statements the server had to parse and plan for this one time.
    pub unprepared: u32,
}

/// By the address of the database.
static COUNTS: Mutex<Option<HashMap<String, Counts>>> = Mutex::new(None);

fn counts() -> MutexGuard<'static, Option<HashMap<String, Counts>>> {
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts on every connection that is opened from now on.
pub fn watch() {
    set_default_instrumentation(|| Some(Box::new(Watch::default()))).expect("instrumentation");
}

/// What has been counted for a database since the last call.
#[must_use]
pub fn take(database_url: &str) -> Counts {
    counts().get_or_insert_default().remove(database_url).unwrap_or_default()
}

/// One connection.
#[derive(Default)]
struct Watch {
    url: String,
    under_way: u32,
    prepared: HashSet<String>,
}

impl Watch {
    fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(counts().get_or_insert_default().entry(self.url.clone()).or_default());
    }
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => url.clone_into(&mut self.url),
            InstrumentationEvent::StartQuery { query, .. } => {
                self.count(|counts| {
                    counts.statements.push(query.to_string());
                    counts.trips += u32::from(self.under_way == 0);
                });
                self.under_way += 1;
            }
            InstrumentationEvent::CacheQuery { sql, .. } => {
                self.prepared.insert(sql.to_owned());
            }
            InstrumentationEvent::FinishQuery { query, .. } => {
                self.under_way = self.under_way.saturating_sub(1);
                let sql = query.to_string();
                let is_simple =
                    ["BEGIN", "COMMIT", "ROLLBACK", "set "].iter().any(|word| sql.starts_with(word));
                if !is_simple && !self.prepared.contains(&sql) {
                    self.count(|counts| counts.unprepared += 1);
                }
            }
            _ => {}
        }
    }
}
