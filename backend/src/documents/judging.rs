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

/// A rebuilt picture is at most the largest side squared, four bytes each, when nothing of it can be compressed.
const MOST_ANSWERED: u64 = 64 * 1024 * 1024;
/// For the allocator of glibc, others do not read it: the file and its parts lie in one stretch of large pages. In small
/// ones a third of the time went into handing them out.
const MEMORY: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=67108864:glibc.malloc.top_pad=16777216",
);
/// Exit status of a Rust program that panicked.
const PANICKED: i32 = 101;

type Judged = std::result::Result<Accepted, Refusal>;

/// Has a file judged; `None` when it is not what was stored. Whoever stops waiting ends the work too.
///
/// # Errors
/// `busy` when the machine takes too long; `internal` when there is no process to be had. The inner refusal is the verdict;
/// `file_unusual` when the file takes more than it may.
pub(super) async fn judge(limits: &Uploads, sealed: Sealed) -> Result<Option<Judged>> {
    let patience = Duration::from_secs(limits.judge_seconds);
    let (status, answer) = timeout(patience, ask(limits, sealed)).await.map_err(|_| gate::busy())??;
    if status.success() {
        return read(answer).ok_or_else(|| Error::internal(anyhow::anyhow!("a verdict that is none")));
    }
    let by_the_file = status.signal().is_some() || status.code() == Some(PANICKED);
    if !by_the_file {
        return Err(Error::internal(anyhow::anyhow!("judging ended with {status}")));
    }
    tracing::warn!(%status, "a file took more than a file may");
    Ok(Some(Err(Refusal::new("file_unusual"))))
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
fn read(mut answer: Vec<u8>) -> Option<Option<Judged>> {
    let end = memchr::memchr(b'\n', &answer)?;
    let line: Vec<u8> = answer.drain(..=end).collect();
    match serde_json::from_slice(&line).ok()? {
        Verdict::Accepted { media_type, rebuilt, size, pages, sharpness } => {
            let media_type = MEDIA_TYPES.into_iter().find(|known| *known == media_type)?;
            let rebuilt = rebuilt.then_some(answer);
            Some(Some(Ok(Accepted { media_type, rebuilt, size, pages, sharpness })))
        }
        Verdict::Refused { code, params } => {
            let code = REFUSALS.into_iter().find(|known| *known == code)?;
            Some(Some(Err(Refusal { code, params })))
        }
        Verdict::Lost => Some(None),
    }
}
