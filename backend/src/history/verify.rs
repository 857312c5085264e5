//! `backend audit verify`: every chain is whole, every case stands where its events lead, and its messages are those that
//! were said.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use openapi::applications::State;
use serde_json::Value;
use uuid::Uuid;

use super::store::{self, Stored};
use super::{Link, ORIGIN};
use crate::applications::graph::{self, CaseEvent};
use crate::db::Conn;
use crate::error::Result;
use crate::messages;

/// Cases read at a time.
const BATCH: i64 = 500;
/// Broken places told; the rest is only counted.
const MOST_TOLD: usize = 20;

/// What a walk over all histories has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub cases: u64,
    pub events: u64,
    /// How many cases have something wrong.
    pub broken_cases: u64,
    /// The first broken places, at most one per case.
    pub broken: Vec<Broken>,
}

impl Report {
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.broken_cases == 0
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cases {}, events {}, broken {}", self.cases, self.events, self.broken_cases)?;
        for broken in &self.broken {
            write!(f, "\n{} event {}: {:?}", broken.application_id, broken.n, broken.fault)?;
        }
        Ok(())
    }
}

/// The first thing wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub application_id: Uuid,
    /// Number of the event; 0: the case as a whole.
    pub n: i32,
    pub fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An event is missing before this one.
    Gap,
    /// The row does not name the hash of the row before.
    Unlinked,
    /// The row is not what was hashed.
    Changed,
    /// The event cannot happen in the state the case was in.
    NoSuchStep,
    /// The case stands in another state than its events lead to.
    OtherState,
    /// The message is gone or reads differently than its event says; of the case as a whole: one has no event.
    OtherMessage,
}

impl Fault {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Unlinked => "unlinked",
            Self::Changed => "changed",
            Self::NoSuchStep => "no_such_step",
            Self::OtherState => "other_state",
            Self::OtherMessage => "other_message",
        }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} event {}: {}", self.application_id, self.n, self.fault.as_str())
    }
}

/// Walks all cases, a few hundred at a time. Each batch is read from one snapshot, so cases that move meanwhile are
/// no fault; `conn` must not be in a transaction.
///
/// # Errors
/// The database's.
pub async fn verify(conn: &mut Conn) -> Result<Report> {
    let mut report = Report::default();
    let mut after = Uuid::nil();
    loop {
        let Batch { cases, rows, said } = batch(conn, after).await?;
        let Some((last, _)) = cases.last() else { return Ok(report) };
        after = *last;
        for (id, state) in &cases {
            let own = of(&rows, *id, |row| row.application_id);
            let said = of(&said, *id, |(case, ..)| *case);
            report.cases += 1;
            report.events += u64::try_from(own.len()).unwrap_or_default();
            if let Some((n, fault)) = first_fault(own, state)?.or_else(|| other_message(own, said)) {
                report.broken_cases += 1;
                if report.broken.len() < MOST_TOLD {
                    report.broken.push(Broken { application_id: *id, n, fault });
                }
            }
        }
    }
}

/// A message: case, id, what its text hashes to.
type Said = (Uuid, Uuid, String);

/// The next cases with their states, all their events and messages, as of one moment.
struct Batch {
    cases: Vec<(Uuid, String)>,
    rows: Vec<Stored>,
    said: Vec<Said>,
}

/// Those of a case, out of what is sorted by case.
fn of<T>(sorted: &[T], id: Uuid, case: impl Fn(&T) -> Uuid) -> &[T] {
    let from = sorted.partition_point(|one| case(one) < id);
    let to = sorted.partition_point(|one| case(one) <= id);
    sorted.get(from..to).unwrap_or_default()
}

async fn batch(conn: &mut Conn, after: Uuid) -> Result<Batch> {
    conn.build_transaction()
        .repeatable_read()
        .read_only()
        .run::<Batch, crate::error::Error, _>(async move |conn| {
            let cases = store::cases_after(conn, after, BATCH).await?;
            let ids: Vec<Uuid> = cases.iter().map(|(id, _)| *id).collect();
            let rows = store::rows_of(conn, &ids).await?;
            let said = messages::list_prints(conn, &ids).await?;
            Ok(Batch { cases, rows, said })
        })
        .await
}

/// The first thing wrong with the history of a case that stands in `state`.
fn first_fault(rows: &[Stored], state: &str) -> Result<Option<(i32, Fault)>> {
    let mut previous = ORIGIN.to_vec();
    let mut may_be = BTreeSet::from([State::Draft.as_str()]);
    for (row, expected) in rows.iter().zip(1..) {
        if row.n != expected {
            return Ok(Some((row.n, Fault::Gap)));
        }
        if row.previous_hash != previous {
            return Ok(Some((row.n, Fault::Unlinked)));
        }
        if link(row).hash(&previous)?.as_slice() != row.hash {
            return Ok(Some((row.n, Fault::Changed)));
        }
        may_be = CaseEvent::parse(&row.kind).map_or_else(BTreeSet::new, |event| follow(&may_be, event));
        if may_be.is_empty() {
            return Ok(Some((row.n, Fault::NoSuchStep)));
        }
        previous.clone_from(&row.hash);
    }
    Ok((!may_be.contains(state)).then_some((0, Fault::OtherState)))
}

/// The first message that is not as its event tells, or one that no event tells of.
fn other_message(rows: &[Stored], said: &[Said]) -> Option<(i32, Fault)> {
    let mut left: BTreeMap<String, &str> =
        said.iter().map(|(_, id, print)| (id.to_string(), print.as_str())).collect();
    for row in rows {
        let told = |name| row.data.get(name).and_then(Value::as_str);
        if let Some(id) = told("message_id")
            && left.remove(id) != told("sha256")
        {
            return Some((row.n, Fault::OtherMessage));
        }
    }
    (!left.is_empty()).then_some((0, Fault::OtherMessage))
}

/// Where `event` may lead from any of these states.
fn follow(from: &BTreeSet<&'static str>, event: CaseEvent) -> BTreeSet<&'static str> {
    graph::EDGES
        .iter()
        .filter(|edge| edge.event == event && from.contains(edge.from.as_str()))
        .map(|edge| edge.to.as_str())
        .collect()
}

fn link(row: &Stored) -> Link<'_> {
    Link {
        application_id: row.application_id,
        n: row.n,
        kind: &row.kind,
        actor_kind: &row.actor_kind,
        actor_id: row.actor_id,
        at: row.at,
        data: &row.data,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn chain(kinds: &[&str]) -> Vec<Stored> {
        let mut previous = ORIGIN.to_vec();
        let mut rows = Vec::new();
        for (kind, n) in kinds.iter().zip(1..) {
            let mut row = Stored {
                application_id: Uuid::from_u128(1),
                n,
                kind: (*kind).to_owned(),
                actor_kind: "system".to_owned(),
                actor_id: None,
                data: json!({ "n": n }),
                at: DateTime::from_timestamp_micros(i64::from(n)).unwrap(),
                previous_hash: previous.clone(),
                hash: Vec::new(),
            };
            row.hash = link(&row).hash(&previous).unwrap().to_vec();
            previous.clone_from(&row.hash);
            rows.push(row);
        }
        rows
    }

    const STORY: &[&str] = &["submitted", "charge_formed", "paid", "checked", "taken", "refused"];

    #[test]
    fn a_whole_chain_that_leads_to_its_state_has_no_fault() {
        assert_eq!(first_fault(&chain(STORY), "refused").unwrap(), None);
        assert_eq!(first_fault(&[], "draft").unwrap(), None);
    }

    #[test]
    fn every_tampering_is_found_at_its_place() {
        let mut changed = chain(STORY);
        changed[2].data = json!({ "n": 4 });
        assert_eq!(first_fault(&changed, "refused").unwrap(), Some((3, Fault::Changed)));

        let mut cut = chain(STORY);
        cut.remove(1);
        assert_eq!(first_fault(&cut, "refused").unwrap(), Some((3, Fault::Gap)));

        let mut grafted = chain(STORY);
        grafted[3] = chain(&["submitted", "checked", "taken", "refused"]).remove(3);
        assert_eq!(first_fault(&grafted, "refused").unwrap(), Some((4, Fault::Unlinked)));
    }

    #[test]
    fn a_state_nobody_led_to_is_found() {
        assert_eq!(first_fault(&chain(STORY), "approved").unwrap(), Some((0, Fault::OtherState)));
        assert_eq!(first_fault(&[], "approved").unwrap(), Some((0, Fault::OtherState)));
        let jump = chain(&["submitted", "approved"]);
        assert_eq!(first_fault(&jump, "approved").unwrap(), Some((2, Fault::NoSuchStep)));
        assert_eq!(first_fault(&chain(&["sold"]), "draft").unwrap(), Some((1, Fault::NoSuchStep)));
    }
}
