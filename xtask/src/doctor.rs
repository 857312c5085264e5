//! What this machine has, and what to do about what is missing.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use pg::{Binaries, process::on_path};

use crate::database;
use crate::progress::say;
use crate::workspace::{Workspace, first_line, run as run_command};

/// The target of the browser bundles.
pub const WASM: &str = "wasm32-unknown-unknown";

/// How much depends on a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Nothing works without it.
    Must,
    /// Something has a substitute or is left out.
    May,
}

#[derive(Debug)]
struct Finding {
    what: &'static str,
    need: Need,
    /// What was found, or what to do.
    state: Result<String, String>,
}

/// Prints every finding; fails if something is missing that must be there.
pub fn run(workspace: &Workspace) -> Result<()> {
    let findings = look(workspace);
    for finding in &findings {
        match (&finding.state, finding.need) {
            (Ok(found), _) => println!("  ok       {:<12} {found}", finding.what),
            (Err(remedy), Need::Must) => println!("  MISSING  {:<12} {remedy}", finding.what),
            (Err(remedy), Need::May) => println!("  without  {:<12} {remedy}", finding.what),
        }
    }
    verdict(&findings)
}

/// The same, with a word only about what stops everything, after installing what may be installed; for the commands that
/// need the machine.
pub fn require(workspace: &Workspace) -> Result<()> {
    add_wasm(workspace);
    let findings = look(workspace);
    for finding in findings.iter().filter(|finding| finding.need == Need::Must) {
        if let Err(remedy) = &finding.state {
            say(&format!("{}: {remedy}", finding.what));
        }
    }
    verdict(&findings)
}

/// Makes sure that the browser's target is there, installing it with rustup when it is not.
pub fn require_wasm(workspace: &Workspace) -> Result<()> {
    add_wasm(workspace);
    match wasm(workspace) {
        Ok(_) => Ok(()),
        Err(remedy) => bail!("the bundles cannot be built: {remedy}"),
    }
}

fn verdict(findings: &[Finding]) -> Result<()> {
    let missing = |finding: &&Finding| finding.state.is_err() && finding.need == Need::Must;
    match findings.iter().filter(missing).count() {
        0 => Ok(()),
        1 => bail!("one thing is missing on this machine"),
        count => bail!("{count} things are missing on this machine"),
    }
}

fn look(workspace: &Workspace) -> Vec<Finding> {
    let must = |what, state| Finding { what, need: Need::Must, state };
    let may = |what, state| Finding { what, need: Need::May, state };
    vec![
        must("rust", rust(workspace)),
        must("wasm target", wasm(workspace)),
        must(
            "C compiler",
            version("cc", "the cryptography is partly C: `apt install gcc` or `xcode-select --install`"),
        ),
        postgres(),
        may(
            "npm",
            version(
                "npm",
                "fonts and icons come from npm; without it the system's fonts are used: `apt install npm`",
            ),
        ),
        may("chromium", version("chromium", CHROMIUM).or_else(|_| version("google-chrome", CHROMIUM))),
        may("chromedriver", version("chromedriver", CHROMIUM)),
        may("cargo-deny", cargo_deny(workspace)),
    ]
}

const CHROMIUM: &str = "only `cargo xtask test` needs it: `apt install chromium chromium-driver`";

fn rust(workspace: &Workspace) -> Result<String, String> {
    let remedy = "install rustup from https://rustup.rs, then `rustup toolchain install` in this folder";
    first_line(workspace.command("rustc").arg("--version")).ok_or_else(|| remedy.to_owned())
}

fn wasm(workspace: &Workspace) -> Result<String, String> {
    let libraries =
        first_line(workspace.command("rustc").args(["--print", "target-libdir", "--target", WASM]));
    let is_there = libraries.is_some_and(|folder| Path::new(&folder).is_dir());
    is_there.then(|| WASM.to_owned()).ok_or_else(|| format!("`rustup target add {WASM}`"))
}

/// Adds the browser's target if it is not there. Whether that helped is seen when it is looked for.
fn add_wasm(workspace: &Workspace) {
    if wasm(workspace).is_err() {
        say(&format!("adding the target {WASM}"));
        drop(run_command(workspace.command("rustup").args(["target", "add", WASM])));
    }
}

fn postgres() -> Finding {
    let fetched = "none here; `cargo xtask up` fetches one from npm or the distribution";
    let (need, state) = if let Some(url) = database::named() {
        let release = database::probe(&url).map(|release| format!("{release}, named by DATABASE_URL"));
        (Need::Must, release.map_err(|error| format!("{error:#}")))
    } else {
        match Binaries::installed(None) {
            Ok(Some(found)) => (Need::Must, Ok(format!("{} in {}", found.major(), found.dir().display()))),
            Ok(None) => (Need::May, Err(fetched.to_owned())),
            Err(error) => (Need::Must, Err(format!("{error:#}"))),
        }
    };
    Finding { what: "postgresql", need, state }
}

fn cargo_deny(workspace: &Workspace) -> Result<String, String> {
    let without = "`cargo xtask test` installs it for itself";
    crate::licences::cargo_deny(workspace)
        .and_then(|program| first_line(Command::new(program).arg("--version")))
        .ok_or_else(|| without.to_owned())
}

fn version(program: &str, remedy: &str) -> Result<String, String> {
    let path = on_path(program).ok_or_else(|| remedy.to_owned())?;
    let version = first_line(Command::new(&path).arg("--version"));
    version.ok_or_else(|| format!("{} does not run; {remedy}", path.display()))
}
