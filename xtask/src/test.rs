//! Everything that must hold before a change is taken, in the order of how fast it fails.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use nix::unistd::geteuid;
use pg::Cluster;
use pg::process::on_path;
use serde::Deserialize;

use crate::progress::{clock, say};
use crate::web::{self, BUNDLES, Mode};
use crate::workspace::{NATIVE, Workspace, output, run as run_command, select, variable};
use crate::{doctor, interrupt, licences, openapi, sizes};

/// The tools, compiled once in their own profile: the one this program runs in.
const TOOLS: [&str; 2] = ["xtask", "pg"];

/// The browser crates.
const BROWSER: [&str; 3] = ["kit", "portal", "desk"];

/// The crates that run on both sides.
const SHARED: [&str; 2] = ["openapi", "catalogue"];

/// The test binary that drives a browser, and so has a stage of its own.
const JOURNEYS: &str = "journeys";

/// Which stages to run.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Only these stages; without any, all of them
    stages: Vec<Stage>,
}

/// In the order in which they run.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Format,
    Lint,
    LintBrowser,
    Shared,
    Licences,
    Native,
    NativeBrowser,
    Document,
    Web,
    Sizes,
    Journeys,
}

/// What the stages share.
struct Session<'a> {
    workspace: &'a Workspace,
    /// Started by the first stage that needs it, deleted when the session ends.
    database: OnceCell<Cluster>,
}

/// Runs the stages, all of them even when one fails, and ends with `N passed, N failed`.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    interrupt::watch()?;
    let stages: Vec<Stage> = Stage::value_variants()
        .iter()
        .copied()
        .filter(|stage| options.stages.is_empty() || options.stages.contains(stage))
        .collect();
    let session = Session { workspace, database: OnceCell::new() };
    let started = Instant::now();
    let mut outcomes = Vec::new();
    for (number, stage) in stages.iter().enumerate() {
        println!("\n=== {}/{} {}", number + 1, stages.len(), stage.title());
        let began = Instant::now();
        let outcome = stage.run(&session);
        interrupt::check()?;
        if let Err(error) = &outcome {
            eprintln!("{error:#}");
        }
        outcomes.push((stage, outcome.is_ok(), began.elapsed()));
    }
    summary(&outcomes, started.elapsed())
}

fn summary(outcomes: &[(&Stage, bool, Duration)], total: Duration) -> Result<()> {
    println!();
    for (stage, passed, time) in outcomes {
        println!("  {:<6} {}  {}", if *passed { "ok" } else { "FAILED" }, clock(*time), stage.title());
    }
    let failed = outcomes.iter().filter(|(_, passed, _)| !passed).count();
    println!("  total  {}", clock(total));
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    if failed == 0 { Ok(()) } else { bail!("not everything holds") }
}

impl Stage {
    fn title(self) -> &'static str {
        match self {
            Self::Format => "formatting",
            Self::Lint => "lints, native, and the programs and tests themselves",
            Self::LintBrowser => "lints, browser",
            Self::Shared => "shared crates without the server's features, for the browser",
            Self::Licences => "licences, bans and sources of dependencies",
            Self::Native => "tests",
            Self::NativeBrowser => "tests of the browser crates, outside of browsers",
            Self::Document => "the API's document is the committed one",
            Self::Web => "bundles",
            Self::Sizes => "size budgets",
            Self::Journeys => "journeys in a browser",
        }
    }

    fn run(self, session: &Session<'_>) -> Result<()> {
        let workspace = session.workspace;
        match self {
            Self::Format => run_command(workspace.cargo("fmt").args(["--all", "--check"])),
            Self::Lint => build(workspace).and(build_tools(workspace)),
            Self::LintBrowser => {
                let mut command = browser(workspace, "clippy", &BROWSER)?;
                run_command(command.args(["--", "-D", "warnings"]))
            }
            Self::Shared => run_command(&mut browser(workspace, "check", &SHARED)?),
            Self::Licences => licences::check(workspace),
            Self::Native => session.native_tests(),
            Self::NativeBrowser => {
                let mut tests = workspace.cargo("test");
                run_command(tests.args(select(&BROWSER)).args(["--no-fail-fast", "--lib", "--bins"]))
            }
            Self::Document => build(workspace).and_then(|()| openapi::check(workspace)),
            Self::Web => web::build(workspace, Mode::Release).map(drop),
            Self::Sizes => sizes::check(workspace),
            Self::Journeys => session.journeys(),
        }
    }
}

/// A cargo command for browser crates, in the profile and the folder of the bundles: procedural macros and build
/// scripts are compiled once for lints and bundles.
fn browser(workspace: &Workspace, subcommand: &str, packages: &[&str]) -> Result<Command> {
    doctor::require_wasm(workspace)?;
    let mut command = workspace.cargo(subcommand);
    command.args(select(packages)).args(["--target", doctor::WASM, "--profile", "wasm-release"]);
    command.args(["--target-dir", web::TARGET]);
    Ok(command)
}

/// Tests and programs in one go, so that the programs have the features of the tests: some tests start them.
fn build(workspace: &Workspace) -> Result<()> {
    run_command(workspace.strict_cargo("build").args(select(&NATIVE)).arg("--all-targets"))
}

fn build_tools(workspace: &Workspace) -> Result<()> {
    let mut tools = workspace.strict_cargo("build");
    run_command(tools.args(select(&TOOLS)).args(["--profile", "xtask", "--all-targets"]))
}

impl Session<'_> {
    fn native_tests(&self) -> Result<()> {
        let workspace = self.workspace;
        build(workspace)?;
        let mut tests = workspace.strict_cargo("test");
        tests.args(select(&NATIVE)).args(["--no-fail-fast", "--lib", "--bins"]);
        for name in integration_tests(workspace)?.iter().filter(|name| *name != JOURNEYS) {
            tests.args(["--test", name]);
        }
        let tested = self.with_surroundings(&mut tests).and_then(run_command);
        let mut tools = workspace.strict_cargo("test");
        let tools = run_command(tools.args(select(&TOOLS)).args(["--profile", "xtask", "--no-fail-fast"]));
        tested.and(tools)
    }

    fn journeys(&self) -> Result<()> {
        let driver = chromedriver()?;
        for bundle in &BUNDLES {
            let page = Mode::Release.dist(self.workspace).join(bundle.name).join("index.html");
            ensure!(
                page.is_file(),
                "there is no bundle to visit; the stage that builds it failed or did not run"
            );
        }
        let mut tests = self.workspace.strict_cargo("test");
        tests.args(select(&NATIVE)).args(["--test", JOURNEYS]).env("CHROMEDRIVER", driver);
        run_command(self.with_surroundings(&mut tests)?)
    }

    /// Tells the tests where the database, the bundles and the programs are. One more of them runs than there are
    /// processors: each waits for a database, a browser or a hash part of its time.
    fn with_surroundings<'c>(&self, command: &'c mut Command) -> Result<&'c mut Command> {
        let url = variable("TEST_DATABASE_URL").map_or_else(|| Ok(self.database()?.url()), anyhow::Ok)?;
        command.env("TEST_DATABASE_URL", url);
        command.env("TEST_DIST_DIR", Mode::Release.dist(self.workspace));
        command.env("TEST_BACKEND", self.workspace.program("backend"));
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        command.env("RUST_TEST_THREADS", (processors + 1).to_string());
        Ok(command)
    }

    fn database(&self) -> Result<&Cluster> {
        if let Some(cluster) = self.database.get() {
            return Ok(cluster);
        }
        let cluster = Cluster::disposable(&say)?;
        say(&format!("PostgreSQL {} in {}", cluster.major(), cluster.dir().display()));
        Ok(self.database.get_or_init(|| cluster))
    }
}

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Names of the native crates' integration tests.
fn integration_tests(workspace: &Workspace) -> Result<Vec<String>> {
    let json = output(workspace.cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Metadata = serde_json::from_slice(&json).context("cargo metadata")?;
    let native = metadata.packages.into_iter().filter(|package| NATIVE.contains(&package.name.as_str()));
    let tests = native
        .flat_map(|package| package.targets)
        .filter(|target| target.kind.iter().any(|kind| kind == "test"));
    Ok(tests.map(|target| target.name).collect())
}

/// `$CHROMEDRIVER`, or the one on `PATH`, or the distribution's, installed now where that is possible.
fn chromedriver() -> Result<PathBuf> {
    if let Some(named) = variable("CHROMEDRIVER") {
        return Ok(named.into());
    }
    let found = || on_path("chromedriver").filter(|_| has_browser());
    if let Some(driver) = found() {
        return Ok(driver);
    }
    let remedy = "install Chromium and its driver: `apt install chromium chromium-driver`";
    ensure!(
        Path::new("/usr/bin/apt-get").exists() && geteuid().is_root(),
        "there is no browser to drive; {remedy}"
    );
    say("apt-get install chromium chromium-driver");
    let apt_get = |arguments: &[&str]| {
        run_command(
            Command::new("apt-get").arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    apt_get(&["update"])?;
    apt_get(&["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"])?;
    found().with_context(|| format!("the package was installed and yet there is no chromedriver; {remedy}"))
}

fn has_browser() -> bool {
    ["chromium", "chromium-browser", "google-chrome"].iter().any(|name| on_path(name).is_some())
}
