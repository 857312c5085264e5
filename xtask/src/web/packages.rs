//! Fonts and icon shapes, from npm. A machine without npm builds bundles that use the system's fonts.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result};
use pg::process::on_path;

use super::read_text;
use crate::progress::say;
use crate::workspace::{Workspace, short_hash};

/// The installed packages, or none.
#[derive(Debug)]
pub struct Packages {
    modules: Option<PathBuf>,
}

impl Packages {
    /// Installs what `frontend/assets/package-lock.json` names, once per version of that file. The lock file holds
    /// the hash of every package and no download address, so any registry will do.
    ///
    /// Fails only on the file system; a registry that cannot be reached is said and lived with.
    pub fn install(workspace: &Workspace) -> Result<Self> {
        let assets = workspace.path("frontend/assets");
        let lock = read_text(&assets.join("package-lock.json"))?;
        let folder = workspace.state(format!("npm/{}", short_hash(lock.as_bytes())))?;
        let modules = folder.join("node_modules");
        // npm writes this file last.
        if modules.join(".package-lock.json").is_file() {
            return Ok(Self { modules: Some(modules) });
        }
        let Some(npm) = on_path("npm") else {
            say("npm is not installed: building with the system's fonts");
            return Ok(Self { modules: None });
        };
        fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(assets.join(file), folder.join(file)).with_context(|| format!("copy {file}"))?;
        }
        say("fetching fonts and icons from the npm registry");
        let done = workspace
            .command(npm)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .args(["--fetch-retries=1", "--fetch-timeout=30000"])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .output()
            .context("npm cannot be started")?;
        if done.status.success() {
            return Ok(Self { modules: Some(modules) });
        }
        let reason = String::from_utf8_lossy(&done.stderr);
        say(&format!("npm: {}", reason.trim().lines().last().unwrap_or("failed without a word")));
        say("building with the system's fonts");
        Ok(Self { modules: None })
    }

    /// Whether the packages were installed.
    pub fn is_there(&self) -> bool {
        self.modules.is_some()
    }

    /// A file in the packages, if they are there.
    pub fn file(&self, path: &str) -> Option<PathBuf> {
        self.modules.as_ref().map(|modules| modules.join(path)).filter(|file| file.is_file())
    }
}
