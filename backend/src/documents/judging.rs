//! Has files of strangers judged, in a process of their own: the crate [`judge`].

use std::fs::File;
#[cfg(target_os = "linux")]
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use judge::{Accepted, Limits, MEDIA_TYPES, REFUSALS, Refusal, Verdict};
#[cfg(target_os = "linux")]
use nix::fcntl::{FcntlArg, fcntl};
use openapi::documents::MAX_BYTES;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

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

/// Has a file judged: `give` writes it into the pipe. Whoever stops waiting ends the work too.
///
/// # Errors
/// `busy` when the machine takes too long; `internal` when there is no process to be had; those of `give`. The inner
/// refusal is the verdict; `file_unusual` when the file takes more than it may.
pub(super) async fn judge<F>(limits: &Uploads, give: impl FnOnce(File) -> F) -> Result<Judged>
where
    F: Future<Output = Result<()>>,
{
    let patience = Duration::from_secs(limits.judge_seconds);
    let (status, answer) = timeout(patience, ask(limits, give)).await.map_err(|_| gate::busy())??;
    if status.success() {
        return read(answer).ok_or_else(|| Error::internal(anyhow::anyhow!("a verdict that is none")));
    }
    let by_the_file = status.signal().is_some() || status.code() == Some(PANICKED);
    if !by_the_file {
        return Err(Error::internal(anyhow::anyhow!("judging ended with {status}")));
    }
    tracing::warn!(%status, "a file took more than a file may");
    Ok(Err(Refusal::new("file_unusual")))
}

/// The program that judges.
fn program(limits: &Uploads) -> Result<PathBuf> {
    if limits.judge_program.as_os_str().is_empty() {
        let own = std::env::current_exe().map_err(Error::internal)?;
        return Ok(own.with_file_name("judge"));
    }
    Ok(limits.judge_program.clone())
}

/// Gives the file to a process and takes its answer. The process is killed when this is dropped.
async fn ask<F>(limits: &Uploads, give: impl FnOnce(File) -> F) -> Result<(ExitStatus, Vec<u8>)>
where
    F: Future<Output = Result<()>>,
{
    let own = Limits {
        max_bytes: MAX_BYTES,
        memory_mb: limits.judge_memory_mb,
        cpu_seconds: limits.judge_cpu_seconds,
        max_side: limits.max_side,
        max_pixels: limits.max_pixels,
        keep_side: limits.keep_side,
    };
    let mut process = Command::new(program(limits)?)
        .arg(serde_json::to_string(&own)?)
        .env_clear()
        .env(MEMORY.0, MEMORY.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::internal)?;
    let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
        return Err(Error::internal(anyhow::anyhow!("a process without pipes")));
    };
    let take = async move {
        let mut answer = Vec::new();
        output.take(MOST_ANSWERED).read_to_end(&mut answer).await.map_err(Error::internal)?;
        Ok(answer)
    };
    // One that ends before it has read all is judged by how it ended.
    let input = input.into_owned_fd().map_err(Error::internal)?;
    #[cfg(target_os = "linux")]
    widen(&input);
    let input = File::from(input);
    let ((), answer) = tokio::try_join!(give(input), take)?;
    Ok((process.wait().await.map_err(Error::internal)?, answer))
}

/// Lets the pipe hold more than the usual 64 KiB: each time it is full, two processes take turns. A system that has no
/// more to give refuses, and the usual size serves.
#[cfg(target_os = "linux")]
fn widen(pipe: &OwnedFd) {
    const BYTES: i32 = 256 * 1024;
    if let Err(error) = fcntl(pipe, FcntlArg::F_SETPIPE_SZ(BYTES)) {
        tracing::debug!(%error, "a pipe of the usual size");
    }
}

/// The verdict, in words this side knows: the other has read what strangers wrote.
fn read(mut answer: Vec<u8>) -> Option<Judged> {
    let end = memchr::memchr(b'\n', &answer)?;
    let line: Vec<u8> = answer.drain(..=end).collect();
    match serde_json::from_slice(&line).ok()? {
        Verdict::Accepted { media_type, rebuilt, size, pages, sharpness } => {
            let media_type = MEDIA_TYPES.into_iter().find(|known| *known == media_type)?;
            let rebuilt = rebuilt.then_some(answer);
            Some(Ok(Accepted { media_type, rebuilt, size, pages, sharpness }))
        }
        Verdict::Refused { code, params } => {
            let code = REFUSALS.into_iter().find(|known| *known == code)?;
            Some(Err(Refusal { code, params }))
        }
    }
}
