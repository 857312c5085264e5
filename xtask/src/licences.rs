//! Whose code we build on, and under which terms.

use std::collections::BTreeSet;
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
    say("installing cargo-deny into .state/tools (once, about three minutes)");
    let root = workspace.state("tools/bin")?.with_file_name("");
    let mut command = workspace.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(["install", "cargo-deny", "--quiet", "--locked", "--version", CARGO_DENY, "--root"])
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

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

fn check_plainly(workspace: &Workspace) -> Result<()> {
    let rules = std::fs::read_to_string(workspace.path(".deny.toml")).context("read .deny.toml")?;
    let rules: Rules = toml::from_str(&rules).context(".deny.toml")?;
    let metadata = output(workspace.cargo("metadata").args(["--format-version", "1", "--all-features"]))?;
    let metadata: Metadata = serde_json::from_slice(&metadata).context("cargo metadata")?;
    let wrong: Vec<String> = metadata.packages.iter().filter_map(|package| fault(&rules, package)).collect();
    ensure!(
        wrong.is_empty(),
        "{} of {} crates:\n  {}",
        wrong.len(),
        metadata.packages.len(),
        wrong.join("\n  ")
    );
    say(&format!("{} crates, each under a licence of the list", metadata.packages.len()));
    Ok(())
}

/// What is wrong with a crate, if anything.
fn fault(rules: &Rules, package: &Package) -> Option<String> {
    let Package { name, version, license, source } = package;
    if rules.bans.deny.iter().any(|banned| banned.name == *name) {
        return Some(format!("{name} {version} is banned"));
    }
    if source.as_deref().is_some_and(|source| source != CRATES_IO) {
        return Some(format!("{name} {version} does not come from crates.io"));
    }
    let Some(license) = license else {
        return Some(format!("{name} {version} names no licence"));
    };
    let mut allowed: BTreeSet<&str> = rules.licenses.allow.iter().map(String::as_str).collect();
    let own = rules.licenses.exceptions.iter().filter(|exception| exception.name == *name);
    allowed.extend(own.flat_map(|exception| &exception.allow).map(String::as_str));
    let fits = Expression::parse_mode(license, ParseMode::LAX)
        .is_ok_and(|terms| terms.evaluate(|needed| allowed.contains(needed.to_string().as_str())));
    (!fits).then(|| format!("{name} {version} is under {license}"))
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

    fn package(name: &str, license: Option<&str>, source: Option<&str>) -> Package {
        Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: license.map(Into::into),
            source: source.map(Into::into),
        }
    }

    #[test]
    fn judges_the_whole_expression() {
        let judge = |name, license| fault(&rules(), &package(name, Some(license), Some(CRATES_IO)));
        assert_eq!(judge("a", "MIT OR GPL-3.0-only"), None);
        assert_eq!(judge("a", "MIT/Apache-2.0"), None);
        assert_eq!(judge("a", "Apache-2.0 WITH LLVM-exception"), None);
        assert_eq!(judge("special", "MPL-2.0"), None);
        assert_eq!(judge("a", "MIT AND MPL-2.0").unwrap(), "a 1.0.0 is under MIT AND MPL-2.0");
    }

    #[test]
    fn refuses_banned_unlicensed_and_foreign_crates() {
        assert!(fault(&rules(), &package("ring", Some("MIT"), Some(CRATES_IO))).unwrap().contains("banned"));
        assert!(fault(&rules(), &package("a", None, Some(CRATES_IO))).unwrap().contains("no licence"));
        let foreign = package("a", Some("MIT"), Some("git+https://example.org/a"));
        assert!(fault(&rules(), &foreign).unwrap().contains("crates.io"));
    }
}
