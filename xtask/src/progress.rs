//! What is being done, how far it is, and since when.

use std::time::{Duration, Instant};

/// A numbered run of stages: `[3/8  0:14] database`.
#[derive(Debug)]
pub struct Stages {
    total: usize,
    current: usize,
    started: Instant,
}

impl Stages {
    /// A run of `total` stages that starts now.
    pub fn new(total: usize) -> Self {
        Self { total, current: 0, started: Instant::now() }
    }

    /// Says that the next stage begins.
    pub fn next(&mut self, title: &str) {
        self.current += 1;
        println!("[{}/{} {}] {title}", self.current, self.total, clock(self.started.elapsed()));
    }

    /// Time since the run began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A detail of the running stage.
pub fn say(line: &str) {
    println!("      {line}");
}

/// `75 s` is ` 1:15`.
pub fn clock(time: Duration) -> String {
    format!("{:>2}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

/// `12,345 B` or `107.9 KB`, in units of 1024.
pub fn size(bytes: u64) -> String {
    let tenths = bytes * 10 / 1024;
    format!("{}.{} KB", tenths / 10, tenths % 10)
}
