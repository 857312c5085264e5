//! Requests to the API, as many as it takes in a time.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::http::Connection;
use crate::measure::{self, Cpu};
use crate::scenarios::{Desk, Often, Scenario};
use crate::server::Server;

/// How often the memory is looked at; every look costs the driver a walk through all processes.
const LOOK: Duration = Duration::from_millis(10);

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Run {
    pub seconds: f64,
    /// Milliseconds of each request, the shortest first.
    pub latencies: Vec<f64>,
    pub cpu: Cpu,
    /// Bytes the process and its children grew by at most; looked at for uploads only.
    pub grown: u64,
}

impl Run {
    pub fn per_second(&self) -> f64 {
        count(self.latencies.len()) / self.seconds
    }

    /// The latency that this part of the requests stays below.
    pub fn percentile(&self, part: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (0..=last).find(|at| count(*at) >= part * count(last)).unwrap_or(last);
        self.latencies.get(at).copied().unwrap_or_default()
    }

    /// Milliseconds of processor time for one request.
    pub fn milliseconds(&self, seconds: f64) -> f64 {
        seconds * 1_000.0 / count(self.latencies.len())
    }
}

/// A number of things as a number to calculate with.
pub fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}

/// How many people a range has.
pub fn count_of(people: &Range<u64>) -> f64 {
    f64::from(u32::try_from(people.end - people.start).unwrap_or(u32::MAX))
}

/// The people a run goes through.
struct Queue {
    people: Range<u64>,
    often: Often,
    next: AtomicU64,
}

impl Queue {
    /// The next person; `None` when everybody has had their turn.
    fn next(&self) -> Option<u64> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let all = self.people.end - self.people.start;
        let at = match self.often {
            Often::Once => n,
            // A step that has no divisor in common with most sizes: everybody's turn, in no order of the disk.
            Often::Again => n.wrapping_mul(7_368_787) % all,
        };
        (at < all).then(|| self.people.start + at)
    }
}

/// Sends requests over `clients` connections until the time is over or everybody had their turn.
pub async fn run(
    server: &Server,
    postmaster: u32,
    desk: &Arc<Desk>,
    scenario: Scenario,
    people: Range<u64>,
    time: Duration,
) -> Result<Run> {
    let queue = Arc::new(Queue { people, often: scenario.often(), next: AtomicU64::new(0) });
    let mut connections = Vec::new();
    for _ in 0..scenario.clients() {
        connections.push(Connection::open(server.address).await?);
    }
    let over = Arc::new(AtomicBool::new(!scenario.is_upload()));
    let memory = tokio::spawn(watch_memory(server.pid(), Arc::clone(&over)));
    let before = Cpu::now(Some(server.pid()), postmaster)?;
    let began = Instant::now();
    let end = began + time;
    let tasks: Vec<_> = connections
        .into_iter()
        .map(|connection| {
            tokio::spawn(client(connection, Arc::clone(desk), Arc::clone(&queue), scenario, end))
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    let seconds = began.elapsed().as_secs_f64();
    let cpu = Cpu::now(Some(server.pid()), postmaster)? - before;
    over.store(true, Ordering::Relaxed);
    latencies.sort_by(f64::total_cmp);
    Ok(Run { seconds, latencies, cpu, grown: memory.await?? })
}

async fn client(
    mut connection: Connection,
    desk: Arc<Desk>,
    queue: Arc<Queue>,
    scenario: Scenario,
    end: Instant,
) -> Result<Vec<f64>> {
    let mut latencies = Vec::new();
    while Instant::now() < end {
        let Some(person) = queue.next() else { break };
        let request = desk.request(scenario, person)?;
        let sent = Instant::now();
        let (status, body) = connection.send(request).await?;
        latencies.push(sent.elapsed().as_secs_f64() * 1_000.0);
        ensure!(
            status == scenario.status(),
            "{} answered {status}: {}",
            scenario.name(),
            String::from_utf8_lossy(&body)
        );
    }
    Ok(latencies)
}

/// The most by which a process grows while it is watched, bytes.
async fn watch_memory(pid: u32, over: Arc<AtomicBool>) -> Result<u64> {
    let before = measure::memory(pid)?;
    let mut most = before;
    while !over.load(Ordering::Relaxed) {
        most = most.max(measure::memory(pid)?);
        tokio::time::sleep(LOOK).await;
    }
    Ok(most - before)
}
