//! Where things are, and how cargo is called.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

/// The native crates, always selected together: cargo then gives their dependencies the same features in every
/// stage and compiles each once.
pub const NATIVE: [&str; 9] =
    ["openapi", "catalogue", "backend", "judge", "paper", "sealed", "sandbox", "tests", "load"];

/// The checkout we work on.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The checkout that this program was started in by `cargo xtask`.
    pub fn find() -> Result<Self> {
        let room = std::env::var_os("CARGO_MANIFEST_DIR").context("start it as `cargo xtask …`")?;
        let root = Path::new(&room).parent().context("xtask has no parent folder")?;
        Ok(Self { root: root.to_owned() })
    }

    /// A file or folder of the checkout.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A file or folder in `.state`, where everything is kept that one machine needs and nobody commits. Its
    /// parents are made.
    pub fn state(&self, relative: impl AsRef<Path>) -> Result<PathBuf> {
        let path = self.root.join(".state").join(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("create {}", parent.display()))?;
        }
        Ok(path)
    }

    /// Eight letters that tell this checkout from others on the machine.
    pub fn key(&self) -> String {
        short_hash(self.root.as_os_str().as_encoded_bytes())
    }

    /// The private database of this checkout.
    pub fn database(&self) -> Result<pg::Home> {
        pg::Home::new(&self.key(), &self.state("logs/postgres.log")?)
    }

    /// A cargo command with the committed lock file.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.arg(subcommand);
        if subcommand != "fmt" && subcommand != "deny" {
            command.arg("--locked");
        }
        command
    }

    /// The same, judging our crates by clippy while it compiles them; every warning is an error. What they are built upon
    /// is compiled once for lints, tests and programs alike, where `cargo clippy` would check all of it apart.
    pub fn strict_cargo(&self, subcommand: &str) -> Command {
        let mut command = self.cargo(subcommand);
        command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", "-Dwarnings");
        command
    }

    /// Any command, started in the root of the checkout.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// A program of ours, built by [`Workspace::cargo`] in the development profile.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target().join("debug").join(name)
    }

    /// The same, built with `--release`.
    pub fn release(&self, name: &str) -> PathBuf {
        self.target().join("release").join(name)
    }

    fn target(&self) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), PathBuf::from);
        self.root.join(target)
    }
}

/// A variable of the environment; an empty one counts as not set, which is how scripts write "none".
pub fn variable(name: &str) -> Option<String> {
    filled(std::env::var_os(name))
}

fn filled(value: Option<OsString>) -> Option<String> {
    value.filter(|value| !value.is_empty()).map(|value| value.to_string_lossy().into_owned())
}

/// `-p` for each.
pub fn select<'a>(packages: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    packages.iter().flat_map(|package| ["-p", package])
}

/// Runs a command to its end with its output shown; an error names it.
pub fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("`{line}` cannot be started"))?;
    ensure!(status.success(), "`{line}` failed ({status})");
    Ok(())
}

/// Runs a command to its end and returns what it printed; its errors stay visible.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let line = line(command);
    let done =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("`{line}` cannot be started"))?;
    ensure!(done.status.success(), "`{line}` failed ({})", done.status);
    Ok(done.stdout)
}

/// Runs a command for its first line, such as a version; `None` when it cannot be had.
pub fn first_line(command: &mut Command) -> Option<String> {
    let done = command.stderr(Stdio::null()).output().ok().filter(|done| done.status.success())?;
    let text = String::from_utf8_lossy(&done.stdout);
    Some(text.lines().next()?.trim().to_owned())
}

/// The first four bytes of the SHA-256, in hex.
pub fn short_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(filled(None), None);
        assert_eq!(filled(Some(OsString::new())), None);
        assert_eq!(filled(Some("postgres://there".into())).as_deref(), Some("postgres://there"));
    }
}
