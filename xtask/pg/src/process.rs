//! Child processes that do not outlive us, started without unsafe code.
//!
//! Linux can signal a child when its parent dies (`PR_SET_PDEATHSIG`), however the parent died. Setting it from
//! Rust takes an unsafe hook between fork and exec, so `setpriv` (util-linux) sets it instead and then becomes the
//! program: the child's process id is the program's own. Where `setpriv` is missing, children of a killed parent
//! stay until the next command stops them: a database server is found by its own pid file, the other programs by their
//! logs (`xtask/src/running.rs`).

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::Owner;

pub use nix::sys::signal::Signal;

/// How often a waiting loop looks again.
pub const POLL: Duration = Duration::from_millis(10);

/// A command in a process group of its own (Ctrl-C in the terminal reaches us alone, and we stop our children in
/// order), run as `owner` if one is given, sent `on_death` when this process dies.
pub fn bound(program: &Path, owner: Option<Owner>, on_death: Signal) -> Command {
    let mut command = match setpriv() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            if let Some(owner) = owner {
                command.arg("--reuid").arg(owner.uid().to_string());
                command.arg("--regid").arg(owner.gid().to_string()).arg("--clear-groups");
            }
            let signal = on_death.as_str().trim_start_matches("SIG");
            command.args(["--pdeathsig", signal, "--"]).arg(program);
            command
        }
        None => as_owner(program, owner),
    };
    command.process_group(0);
    command
}

/// A short-lived command run as `owner` from a folder that every user can enter.
pub fn as_owner(program: impl AsRef<OsStr>, owner: Option<Owner>) -> Command {
    let mut command = Command::new(program);
    if let Some(owner) = owner {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command.current_dir("/");
    command
}

/// Starts a [`bound`] command from a thread that lives as long as this process.
///
/// "Parent" means the *thread* that forked: a child started by a test's thread would be signalled when that one
/// test ends.
pub fn spawn(command: Command) -> Result<Child> {
    type Request = (Command, mpsc::Sender<std::io::Result<Child>>);
    static SPAWNER: OnceLock<mpsc::Sender<Request>> = OnceLock::new();

    let name = command.get_program().to_string_lossy().into_owned();
    let spawner = SPAWNER.get_or_init(|| {
        let (requests, inbox) = mpsc::channel::<Request>();
        thread::spawn(move || {
            for (mut command, answer) in inbox {
                let started = command.spawn();
                drop(answer.send(started));
            }
        });
        requests
    });
    let (answer, started) = mpsc::channel();
    spawner.send((command, answer)).ok().context("the thread that starts processes is gone")?;
    started
        .recv()
        .context("the thread that starts processes is gone")?
        .with_context(|| format!("{name} cannot be started"))
}

/// Sends `signal` and waits up to `patience` for the process to end; `false` when it is still there.
pub fn signal_and_wait(child: &mut Child, signal: Signal, patience: Duration) -> Result<bool> {
    if child.try_wait()?.is_some() {
        return Ok(true);
    }
    let pid = i32::try_from(child.id()).context("process id out of range")?;
    // An error means it ended between the two calls, which is what was wanted.
    let _ = kill(Pid::from_raw(pid), signal);
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        thread::sleep(POLL);
    }
    Ok(false)
}

fn setpriv() -> Option<&'static PathBuf> {
    static SETPRIV: OnceLock<Option<PathBuf>> = OnceLock::new();
    SETPRIV
        .get_or_init(|| {
            let path = on_path("setpriv")?;
            // Busybox has a `setpriv` without this option.
            let help = Command::new(&path).arg("--help").output().ok()?;
            String::from_utf8_lossy(&help.stdout).contains("--pdeathsig").then_some(path)
        })
        .as_ref()
}

/// The first file of this name on `PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}
