//! The API measured beside the bare database: everything built as it is delivered, a durable server of its own.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use pg::process::{self, Signal};
use pg::{Cluster, DATABASE, Home};

use crate::interrupt;
use crate::progress::{Stages, say};
use crate::running::STOP_PATIENCE;
use crate::workspace::{Workspace, run as run_command};

/// Room for a million applications, and no checkpoint in the middle of a run. What makes the server durable stays.
const SETTINGS: &[&str] =
    &["shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=1h", "autovacuum_naptime=1h"];

/// What to measure; see `docs/performance.md`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Options and scenarios of the load generator: --applications N, --seconds S, --rounds R, --force, list, open,
    /// autosave, submit, login, upload-pdf, upload-jpeg
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    load: Vec<String>,
}

/// Builds, brings an empty database, measures, and takes the database away again.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    interrupt::watch()?;
    let mut stages = Stages::new(3);
    stages.next(
        "the backend and the load generator, optimised (the first time: a quarter of an hour on two cores)",
    );
    run_command(workspace.cargo("build").args(["--release", "-p", "backend", "-p", "judge", "-p", "load"]))?;

    stages.next("an empty database");
    let home =
        Home::new(&format!("{}-bench", workspace.key()), &workspace.state("logs/bench-postgres.log")?)?;
    home.delete()?;
    let cluster = Cluster::durable_with(&home, SETTINGS, &say)?;
    say(&format!("PostgreSQL {} in {}", cluster.major(), cluster.dir().display()));

    stages.next("measuring");
    let state = workspace.state("bench")?;
    let files = state.join("files");
    fs::create_dir_all(&files).with_context(|| format!("create {}", files.display()))?;
    let outcome = measure(workspace, &state, &cluster, &options.load);
    cluster.stop()?;
    home.delete()?;
    // Gigabytes, if files were sent.
    fs::remove_dir_all(&files).with_context(|| format!("delete {}", files.display()))?;
    outcome
}

fn measure(workspace: &Workspace, state: &Path, cluster: &Cluster, options: &[String]) -> Result<()> {
    let mut command = process::bound(&workspace.release("load"), None, Signal::SIGTERM);
    command.current_dir(workspace.path(""));
    command.arg("--root").arg(workspace.path("")).arg("--state").arg(state);
    command.arg("--socket").arg(cluster.socket()).arg("--database").arg(DATABASE);
    command.arg("--postgres-bin").arg(cluster.binaries().dir());
    command.arg("--backend").arg(workspace.release("backend")).args(options);
    let mut load = process::spawn(command)?;
    loop {
        if let Some(status) = load.try_wait()? {
            ensure!(status.success(), "the load generator failed ({status})");
            return Ok(());
        }
        // It has a process group of its own, so Ctrl-C reaches us alone; the server it measures dies with it.
        if interrupt::asked() {
            process::signal_and_wait(&mut load, Signal::SIGKILL, STOP_PATIENCE)?;
            bail!("stopped");
        }
        interrupt::sleep(Duration::from_millis(200));
    }
}
