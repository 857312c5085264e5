//! Files of strangers are parsed in a process of their own: short-lived, without keys or configuration, small, and with a
//! bound on memory and processor time that the system keeps. A bomb, an endless loop or a fault of a parser ends that
//! process, not the API.
//!
//! The limits are its only argument, as JSON; the file comes by standard input; the verdict goes to standard output as a
//! line of JSON, after it the rebuilt picture if there is one.

mod inspect;
mod pdf;
mod pdf_objects;
mod picture;
mod sharpness;
mod verdict;

use std::io::{Read, Write};

use anyhow::Context;
use nix::sys::resource::{Resource, setrlimit};
use serde::{Deserialize, Serialize};

use inspect::inspect;
pub use inspect::{Accepted, MEDIA_TYPES, REFUSALS, Refusal, too_large};
pub use verdict::Verdict;

/// What a file may be, and what judging it may take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limits {
    /// Of the file, and of the picture it is rebuilt to.
    pub max_bytes: u64,
    pub memory_mb: u64,
    pub cpu_seconds: u64,
    /// Longest side and number of pixels of a picture before it is decoded.
    pub max_side: u32,
    pub max_pixels: u64,
    /// Longest side after it has been encoded anew.
    pub keep_side: u32,
}

/// The whole program: gives up what it will not need, reads, answers.
///
/// # Errors
/// When the limits cannot be read or set, or a pipe breaks.
pub fn run() -> anyhow::Result<()> {
    let limits = std::env::args().nth(1).context("the limits, as JSON")?;
    let limits: Limits = serde_json::from_str(&limits)?;
    confine(&limits)?;
    let most = limits.max_bytes + 1;
    let mut content = Vec::with_capacity(usize::try_from(most)?);
    std::io::stdin().lock().take(most).read_to_end(&mut content)?;
    let (verdict, rebuilt) = Verdict::of(inspect(&content, &limits));
    let mut output = std::io::stdout().lock();
    serde_json::to_writer(&mut output, &verdict)?;
    output.write_all(b"\n")?;
    output.write_all(&rebuilt)?;
    output.flush()?;
    Ok(())
}

/// No more memory and processor time than given; no files, no other processes, no core with somebody's passport.
fn confine(limits: &Limits) -> anyhow::Result<()> {
    let memory = limits.memory_mb.saturating_mul(1024 * 1024);
    for (resource, most) in [
        (Resource::RLIMIT_AS, memory),
        (Resource::RLIMIT_CPU, limits.cpu_seconds),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NOFILE, 3),
        (Resource::RLIMIT_NPROC, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}

#[cfg(test)]
impl Limits {
    /// Like those the backend gives by default.
    fn usual() -> Self {
        Self {
            max_bytes: 5 * 1024 * 1024,
            memory_mb: 640,
            cpu_seconds: 10,
            max_side: 12_000,
            max_pixels: 60_000_000,
            keep_side: 3_500,
        }
    }
}
