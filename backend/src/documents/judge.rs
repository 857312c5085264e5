//! Files of strangers are parsed in a process of their own: short-lived, without keys or configuration, and with a
//! bound on memory and processor time that the system keeps. A bomb, an endless loop or a fault of a parser ends that
//! process, not the API.
//!
//! The process is this program in the role `judge`: the file comes by standard input; the verdict goes to standard
//! output as a line of JSON, after it the rebuilt picture if there is one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use openapi::documents::MAX_BYTES;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::inspect::{Accepted, MEDIA_TYPES, inspect};
use super::{REFUSALS, Refusal, gate};
use crate::config::Uploads;
use crate::error::{Error, Result};

/// A rebuilt picture is at most the largest side squared, four bytes each, when nothing of it can be compressed.
const MOST_ANSWERED: u64 = 64 * 1024 * 1024;
/// Exit status of a Rust program that panicked.
const PANICKED: i32 = 101;

type Judged = std::result::Result<Accepted, Refusal>;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Accepted {
        media_type: String,
        rebuilt: bool,
        size: Option<(u32, u32)>,
        pages: Option<usize>,
        sharpness: Option<u32>,
    },
    Refused {
        code: String,
        params: BTreeMap<String, String>,
    },
}

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

/// Gives the file to a process and takes its answer. The process is killed when this is dropped.
async fn ask<F>(limits: &Uploads, give: impl FnOnce(File) -> F) -> Result<(ExitStatus, Vec<u8>)>
where
    F: Future<Output = Result<()>>,
{
    let mut process = Command::new(&limits.judge_program)
        .arg("judge")
        .arg(serde_json::to_string(limits)?)
        .env_clear()
        // Memory set aside before it is needed would be taken without a bound.
        .env("MIMALLOC_ARENA_RESERVE", "0")
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
    let input = input.into_owned_fd().map_err(Error::internal)?.into();
    let ((), answer) = tokio::try_join!(give(input), take)?;
    Ok((process.wait().await.map_err(Error::internal)?, answer))
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

/// The role `judge`: gives up what it will not need, then reads.
///
/// # Errors
/// When the limits cannot be read or set, or a pipe breaks.
pub fn run(limits: &str) -> anyhow::Result<()> {
    let limits: Uploads = serde_json::from_str(limits)?;
    confine(&limits)?;
    let mut content = Vec::with_capacity(usize::try_from(MAX_BYTES + 1)?);
    std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut content)?;
    let (verdict, rebuilt) = match inspect(&content, &limits) {
        Ok(Accepted { media_type, rebuilt, size, pages, sharpness }) => {
            let said = Verdict::Accepted {
                media_type: media_type.to_owned(),
                rebuilt: rebuilt.is_some(),
                size,
                pages,
                sharpness,
            };
            (said, rebuilt)
        }
        Err(Refusal { code, params }) => (Verdict::Refused { code: code.to_owned(), params }, None),
    };
    let mut output = std::io::stdout().lock();
    serde_json::to_writer(&mut output, &verdict)?;
    output.write_all(b"\n")?;
    output.write_all(&rebuilt.unwrap_or_default())?;
    output.flush()?;
    Ok(())
}

/// No more memory and processor time than configured; no files, no other processes, no core with somebody's passport.
fn confine(limits: &Uploads) -> anyhow::Result<()> {
    let memory = limits.judge_memory_mb.saturating_mul(1024 * 1024);
    for (resource, most) in [
        (Resource::RLIMIT_AS, memory),
        (Resource::RLIMIT_CPU, limits.judge_cpu_seconds),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NOFILE, 3),
        (Resource::RLIMIT_NPROC, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}
