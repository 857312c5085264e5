//! Has files of strangers judged, in a process of their own: the crate [`judge`].

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use judge::{Accepted, Limits, MEDIA_TYPES, Question, REFUSALS, Refusal, Sealed, Verdict};
use openapi::documents::MAX_BYTES;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::gate;
use crate::config::Uploads;
use crate::error::{Error, Result};

/// A rebuilt picture is no larger than a file may be; before it stands the verdict.
const MOST_ANSWERED: u64 = MAX_BYTES + 64 * 1024;
/// For the allocator of glibc, others do not read it: the file and its parts lie in one stretch of large pages. In small
/// ones a third of the time went into handing them out.
const MEMORY: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=67108864:glibc.malloc.top_pad=16777216",
);
/// Exit status of a Rust program that panicked.
const PANICKED: i32 = 101;
/// The signal nobody but the system and its operators send: what a file costs too much ends with others (`SIGXCPU`, `SIGABRT`).
const KILLED: i32 = 9;

type Judged = std::result::Result<Accepted, Refusal>;

/// How judging ends.
pub(super) enum Outcome {
    Judged(Judged),
    /// The file took more memory or time than it may.
    Costly,
    /// It is not what was stored.
    Lost,
}

/// Has a file judged. Whoever stops waiting ends the work too.
///
/// # Errors
/// `busy` when the machine takes too long, or has ended the process; `internal` when there is no process to be had.
pub(super) async fn judge(limits: &Uploads, sealed: Sealed) -> Result<Outcome> {
    let patience = Duration::from_secs(limits.judge_seconds);
    let (status, answer) = timeout(patience, ask(limits, sealed)).await.map_err(|_| gate::busy())??;
    if status.success() {
        return read(answer).ok_or_else(|| Error::internal(anyhow::anyhow!("a verdict that is none")));
    }
    match status.signal() {
        // By the operator, or because the machine has no memory left: the file need not be at fault.
        Some(KILLED) => Err(gate::busy()),
        None if status.code() != Some(PANICKED) => {
            Err(Error::internal(anyhow::anyhow!("judging ended with {status}")))
        }
        _ => {
            tracing::warn!(%status, "a file took more than a file may");
            Ok(Outcome::Costly)
        }
    }
}

/// The program that judges.
fn program(limits: &Uploads) -> Result<PathBuf> {
    if limits.judge_program.as_os_str().is_empty() {
        let own = std::env::current_exe().map_err(Error::internal)?;
        return Ok(own.with_file_name("judge"));
    }
    Ok(limits.judge_program.clone())
}

/// Asks a process and takes its answer. The process is killed when this is dropped.
async fn ask(limits: &Uploads, sealed: Sealed) -> Result<(ExitStatus, Vec<u8>)> {
    let limits_of_one = Limits {
        max_bytes: MAX_BYTES,
        memory_mb: limits.judge_memory_mb,
        cpu_seconds: limits.judge_cpu_seconds,
        max_side: limits.max_side,
        max_pixels: limits.max_pixels,
        keep_side: limits.keep_side,
    };
    let question = Zeroizing::new(serde_json::to_vec(&Question { limits: limits_of_one, sealed })?);
    let mut process = Command::new(program(limits)?)
        .env_clear()
        .env(MEMORY.0, MEMORY.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::internal)?;
    let (Some(mut input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
        return Err(Error::internal(anyhow::anyhow!("a process without pipes")));
    };
    // One that ends before it has read all is judged by how it ended.
    let _ = input.write_all(&question).await;
    drop(input);
    let mut answer = Vec::new();
    output.take(MOST_ANSWERED).read_to_end(&mut answer).await.map_err(Error::internal)?;
    Ok((process.wait().await.map_err(Error::internal)?, answer))
}

/// The verdict, in words this side knows: the other has read what strangers wrote.
fn read(mut answer: Vec<u8>) -> Option<Outcome> {
    let end = memchr::memchr(b'\n', &answer)?;
    let line: Vec<u8> = answer.drain(..=end).collect();
    let judged = match serde_json::from_slice(&line).ok()? {
        Verdict::Accepted { media_type, rebuilt, size, pages, sharpness } => {
            let media_type = MEDIA_TYPES.into_iter().find(|known| *known == media_type)?;
            let is_right = rebuilt == media_type.starts_with("image/") && rebuilt != answer.is_empty();
            let rebuilt = is_right.then(|| rebuilt.then_some(answer))?;
            Ok(Accepted { media_type, rebuilt, size, pages, sharpness })
        }
        Verdict::Refused { code, params } => {
            Err(Refusal { code: REFUSALS.into_iter().find(|known| *known == code)?, params })
        }
        Verdict::Lost => return Some(Outcome::Lost),
    };
    Some(Outcome::Judged(judged))
}
