//! Who runs in this checkout: one `up` or `dev` at a time, and what a killed one has left.
//!
//! A program's log is locked for as long as the program lives: the lock belongs to the open file that is its standard
//! output, so the kernel gives it up when the program ends, however it ends. A log that is locked is proof that its
//! program runs, and that the number beside it (`<name>.pid`, its process group) has not gone to another.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use pg::process::POLL;

use crate::progress::say;
use crate::workspace::Workspace;

/// How long a program may take to end what it is doing when asked to stop: requests have 30 s. A job may take longer; it
/// belongs to nobody when its worker is killed, and is done again.
pub const STOP_PATIENCE: Duration = Duration::from_secs(35);

/// The kernel's part when there is nothing left to ask.
const KILL_PATIENCE: Duration = Duration::from_secs(5);

/// What `up` starts, in the order of stopping: who asks before who answers.
const PROGRAMS: [&str; 3] = ["worker", "api", "sandbox"];

/// The right to run in this checkout; it ends with this process.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

impl Turn {
    /// Takes it, and stops what a killed run has left. Fails while another command has it.
    pub fn take(workspace: &Workspace) -> Result<Self> {
        let lock = pg::lock(&workspace.state("running")?, "this checkout")?;
        for name in PROGRAMS {
            stop_leftover(&workspace.state("logs")?.join(name), STOP_PATIENCE)?;
        }
        Ok(Self { _lock: lock })
    }
}

/// The log of a program that is about to start, empty and locked; `path` is without its ending.
pub fn open_log(path: &Path) -> Result<File> {
    let log = log(path);
    let folder = log.parent().context("a log is in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let file = File::options().create(true).truncate(false).write(true).open(&log);
    let file = file.with_context(|| format!("write {}", log.display()))?;
    file.try_lock().with_context(|| format!("{} is still written to", log.display()))?;
    file.set_len(0)?;
    Ok(file)
}

/// Writes down the process group of the program that got the log.
pub fn note(path: &Path, program: &Child) -> Result<()> {
    let pid = path.with_extension("pid");
    fs::write(&pid, program.id().to_string()).with_context(|| format!("write {}", pid.display()))
}

/// Where a program's log is.
pub fn log(path: &Path) -> PathBuf {
    path.with_extension("log")
}

fn stop_leftover(path: &Path, patience: Duration) -> Result<()> {
    if is_over(path)? {
        return Ok(());
    }
    let (pid, name) = (path.with_extension("pid"), path.file_name().unwrap_or_default().to_string_lossy());
    let group = fs::read_to_string(&pid).ok().and_then(|text| text.parse().ok()).map(Pid::from_raw);
    let group = group.with_context(|| {
        format!(
            "the {name} of a killed run still writes to {log}; find it with `fuser {log}` and stop it",
            log = log(path).display()
        )
    })?;
    say(&format!("the last run was killed and left its {name}, process {group}; stopping it"));
    for (signal, patience) in [(Signal::SIGTERM, patience), (Signal::SIGKILL, KILL_PATIENCE)] {
        // An error means that it ended between the two looks.
        let _ = killpg(group, signal);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if is_over(path)? {
                return Ok(());
            }
            thread::sleep(POLL);
        }
    }
    ensure!(is_over(path)?, "the {name}, process {group}, does not end");
    Ok(())
}

/// Whether nobody holds this log.
fn is_over(path: &Path) -> Result<bool> {
    let log = log(path);
    if !log.exists() {
        return Ok(true);
    }
    let file = File::options().write(true).open(&log).with_context(|| format!("open {}", log.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("lock {}", log.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::Command;

    use super::*;

    /// A place for the log of one test.
    fn place(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("prichal-running-{test}-{}", std::process::id()));
        folder.join("api")
    }

    /// A program as `up` starts it, and its log as a killed `up` leaves it.
    fn left(path: &Path, shell: &str) -> Child {
        let out = open_log(path).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", shell]).process_group(0).stdout(out);
        let child = command.spawn().unwrap();
        note(path, &child).unwrap();
        child
    }

    fn forget(path: &Path) {
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_a_killed_run_left_is_stopped_and_its_log_is_free() {
        let path = place("left");
        let mut child = left(&path, "exec sleep 600");
        assert!(!is_over(&path).unwrap());
        assert!(open_log(&path).is_err());

        stop_leftover(&path, STOP_PATIENCE).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(15));
        assert!(open_log(&path).is_ok());
        forget(&path);
    }

    #[test]
    fn what_does_not_listen_is_killed() {
        let path = place("deaf");
        let mut child = left(&path, "trap '' TERM; echo ready; while :; do sleep 1; done");
        while fs::read_to_string(log(&path)).unwrap().is_empty() {
            thread::sleep(POLL);
        }
        stop_leftover(&path, Duration::from_millis(50)).unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9));
        forget(&path);
    }

    #[test]
    fn a_number_that_went_to_another_is_left_alone() {
        let path = place("reused");
        left(&path, "exit 0").wait().unwrap();
        let mut stranger = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
        note(&path, &stranger).unwrap();

        stop_leftover(&path, STOP_PATIENCE).unwrap();
        assert!(stranger.try_wait().unwrap().is_none());
        stranger.kill().unwrap();
        stranger.wait().unwrap();
        forget(&path);
    }

    #[test]
    fn nothing_was_ever_started() {
        stop_leftover(&place("never"), STOP_PATIENCE).unwrap();
    }
}
