//! Whose code we build on, and under which terms.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use pg::process::on_path;
use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::progress::say;
use crate::workspace::{Workspace, output, run};

/// The release whose configuration format `.deny.toml` follows.
const CARGO_DENY: &str = "0.20.2";

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// `cargo-deny`, if it is on this machine or was installed for this checkout.
pub fn cargo_deny(workspace: &Workspace) -> Option<PathBuf> {
    on_path("cargo-deny")
        .or_else(|| Some(workspace.path(".state/tools/bin/cargo-deny")).filter(|program| program.is_file()))
}

/// Licences, banned crates and sources. By `cargo-deny`, installed for this checkout if need be; where it cannot be
/// had, by a plain reading of the same file.
pub fn check(workspace: &Workspace) -> Result<()> {
    match cargo_deny(workspace).map_or_else(|| install(workspace), Ok) {
        Ok(program) => run(workspace.command(program).args([
            "--all-features",
            "--locked",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ])),
        Err(error) => {
            say(&format!("cargo-deny cannot be had ({error:#}); reading .deny.toml without it"));
            check_plainly(workspace)
        }
    }
}

fn install(workspace: &Workspace) -> Result<PathBuf> {
    say("installing cargo-deny into .state/tools (once, some minutes)");
    let root = workspace.state("tools/bin")?.with_file_name("");
    let mut command = workspace.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["install", "cargo-deny", "--debug", "--quiet", "--locked", "--version", CARGO_DENY, "--root"])
        .arg(root);
    run(&mut command)?;
    cargo_deny(workspace).context("it was installed and yet is not there")
}

/// The part of `.deny.toml` that can be judged without `cargo-deny`.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Debug, Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Debug, Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
}

/// `Cargo.lock`.
#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    source: Option<String>,
}

/// Bans and licences are judged on what is really compiled, which `cargo tree` knows best: the lock file also names
/// optional dependencies that no feature turns on. Sources are judged on the whole lock file.
fn check_plainly(workspace: &Workspace) -> Result<()> {
    let read = |name: &str| fs::read_to_string(workspace.path(name)).with_context(|| format!("read {name}"));
    let rules: Rules = toml::from_str(&read(".deny.toml")?).context(".deny.toml")?;
    let lock: Lock = toml::from_str(&read("Cargo.lock")?).context("Cargo.lock")?;
    let mut tree = workspace.cargo("tree");
    tree.args(["--workspace", "--all-features", "--target", "all", "--edges", "normal,build,dev"]);
    tree.args(["--prefix", "none", "--format", "{p}|{l}"]);
    let tree = String::from_utf8(output(&mut tree)?)?;
    let crates: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();

    let mut wrong: Vec<String> = crates.iter().filter_map(|line| fault(&rules, line)).collect();
    let foreign = |locked: &&Locked| locked.source.as_deref().is_some_and(|source| source != CRATES_IO);
    wrong.extend(
        lock.package.iter().filter(foreign).map(|locked| format!("{} is not from crates.io", locked.name)),
    );
    ensure!(wrong.is_empty(), "{} of {} crates:\n  {}", wrong.len(), crates.len(), wrong.join("\n  "));
    say(&format!("{} crates, each under a licence of the list", crates.len()));
    Ok(())
}

/// What is wrong with a crate, if anything; `line` is `name v1.0.0|licence`.
fn fault(rules: &Rules, line: &str) -> Option<String> {
    let (name_and_version, licence) = line.split_once('|')?;
    let name = name_and_version.split(' ').next()?;
    if rules.bans.deny.iter().any(|banned| banned.name == name) {
        return Some(format!("{name_and_version} is banned"));
    }
    if licence.is_empty() {
        return Some(format!("{name_and_version} names no licence"));
    }
    let mut allowed: BTreeSet<&str> = rules.licenses.allow.iter().map(String::as_str).collect();
    let own = rules.licenses.exceptions.iter().filter(|exception| exception.name == name);
    allowed.extend(own.flat_map(|exception| &exception.allow).map(String::as_str));
    let fits = Expression::parse_mode(licence, ParseMode::LAX)
        .is_ok_and(|terms| terms.evaluate(|needed| allowed.contains(needed.to_string().as_str())));
    (!fits).then(|| format!("{name_and_version} is under {licence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        toml::from_str(
            "[licenses]\nallow = ['MIT', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception']\n\
             exceptions = [{ crate = 'special', allow = ['MPL-2.0'] }]\n\
             [bans]\ndeny = [{ crate = 'ring' }]",
        )
        .unwrap()
    }

    #[test]
    fn judges_the_whole_expression() {
        let judge = |line| fault(&rules(), line);
        assert_eq!(judge("a v1.0.0|MIT OR GPL-3.0-only"), None);
        assert_eq!(judge("a v1.0.0|MIT/Apache-2.0"), None);
        assert_eq!(judge("a v1.0.0 (proc-macro)|Apache-2.0 WITH LLVM-exception"), None);
        assert_eq!(judge("special v1.0.0|MPL-2.0"), None);
        assert_eq!(judge("a v1.0.0|MIT AND MPL-2.0").unwrap(), "a v1.0.0 is under MIT AND MPL-2.0");
    }

    #[test]
    fn refuses_banned_and_unlicensed_crates() {
        assert_eq!(fault(&rules(), "ring v0.17.14|MIT").unwrap(), "ring v0.17.14 is banned");
        assert_eq!(fault(&rules(), "a v1.0.0|").unwrap(), "a v1.0.0 names no licence");
    }
}
