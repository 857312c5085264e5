//! `up` for whoever writes the code: what changes is rebuilt, the API restarts, the page reloads itself.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::ports::Ports;
use crate::progress::say;
use crate::stack::Stack;
use crate::watch::Watched;
use crate::web::{self, Mode};
use crate::workspace::Workspace;
use crate::{interrupt, up};

/// Short enough to be there before the hand is back at the browser, long enough to cost nothing.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Sources of the programs.
const NATIVE: &[&str] = &["backend", "catalogue", "migrations", "openapi/src", "tests/sandbox", "Cargo.lock"];

/// Sources of the bundles.
const BROWSER: &[&str] = &["catalogue", "frontend", "openapi/src"];

/// Runs until Ctrl-C. A build that fails is shown, and what ran before goes on running.
pub fn run(workspace: &Workspace, ports: &Ports) -> Result<()> {
    interrupt::watch()?;
    let watch = |paths: &[&str]| Watched::new(paths.iter().map(|path| workspace.path(path)).collect());
    let (mut native, mut browser) = (watch(NATIVE), watch(BROWSER));
    let (mut stack, _) = up::start(workspace, *ports, Mode::Dev)?;
    println!("\nWatching the sources. Ctrl-C stops everything.");
    while !interrupt::asked() {
        if browser.changed() {
            report("bundles", || web::build(workspace, Mode::Dev).map(drop));
        }
        if native.changed() {
            report("backend", || restart(workspace, &mut stack));
        }
        interrupt::sleep(LOOK_EVERY);
    }
    println!("\nStopping.");
    stack.stop()
}

fn restart(workspace: &Workspace, stack: &mut Stack) -> Result<()> {
    up::build(workspace)?;
    stack.stop_backend()?;
    stack.backend(&["migrate"])?;
    stack.start_backend()
}

fn report(what: &str, work: impl FnOnce() -> Result<()>) {
    let started = Instant::now();
    match work() {
        Ok(()) => say(&format!("{what}: {:.1} s", started.elapsed().as_secs_f64())),
        Err(error) => eprintln!("{what}: {error:#}"),
    }
}
