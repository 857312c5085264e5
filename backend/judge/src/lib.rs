//! Files of strangers are parsed in a process of their own: short-lived, without configuration, with the key of that one
//! file only, small, and with a bound on memory and processor time that the system keeps. A bomb, an endless loop or a
//! fault of a parser ends that process, not the API.
//!
//! The [`Question`] comes by standard input as JSON: the limits, and where the sealed file lies. The [`Verdict`] goes to
//! standard output as a line of JSON, after it the rebuilt picture if there is one.

mod inspect;
mod pdf;
mod pdf_objects;
mod pdf_tokens;
mod picture;
mod sharpness;
mod verdict;

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use nix::sys::resource::{Resource, setrlimit};
use sealed::FileKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

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

/// A file as it lies on the disk.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sealed {
    pub file: PathBuf,
    /// Of this file and no other.
    pub key: Zeroizing<Vec<u8>>,
    /// What the file was sealed for; see [`FileKey::new`].
    pub place: String,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({})", self.place)
    }
}

/// What the program is asked.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    pub limits: Limits,
    pub sealed: Sealed,
}

/// The whole program: reads the question, gives up what it will not need, answers.
///
/// # Errors
/// When the question cannot be read, the limits cannot be set, or a pipe breaks.
pub fn run() -> anyhow::Result<()> {
    let Question { limits, sealed } = serde_json::from_reader(std::io::stdin().lock())?;
    let file = File::open(&sealed.file);
    confine(&limits)?;
    let (verdict, rebuilt) = match file.ok().and_then(|file| open(file, sealed, limits.max_bytes)) {
        Some(content) => Verdict::of(inspect(&content, &limits)),
        None => (Verdict::Lost, Vec::new()),
    };
    let mut output = std::io::stdout().lock();
    serde_json::to_writer(&mut output, &verdict)?;
    output.write_all(b"\n")?;
    output.write_all(&rebuilt)?;
    output.flush()?;
    Ok(())
}

/// The content, at most a piece longer than it may be; `None` when the file is not what was stored.
fn open(file: File, sealed: Sealed, most: u64) -> Option<Vec<u8>> {
    let most = usize::try_from(most).ok()?;
    let mut content = Vec::with_capacity(usize::try_from(file.metadata().ok()?.len()).ok()?.min(most));
    let take = |piece: &[u8]| {
        content.extend_from_slice(piece);
        content.len() <= most
    };
    FileKey::new(&sealed.key, sealed.place).ok()?.open(file, take).ok()?;
    Some(content)
}

/// No more memory and processor time than given; nothing more is opened, no other processes, no core with somebody's passport.
fn confine(limits: &Limits) -> anyhow::Result<()> {
    let memory = limits.memory_mb.saturating_mul(1024 * 1024);
    for (resource, most) in [
        (Resource::RLIMIT_AS, memory),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NOFILE, 0),
        (Resource::RLIMIT_NPROC, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    // Told from being killed by somebody else: the first second too much is SIGXCPU.
    setrlimit(Resource::RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds.saturating_add(1))?;
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
