//! Whether there is anything to do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::Mode;
use crate::workspace::Workspace;

/// Everything a bundle is made from; folders count with all that is in them. This program is among them, since a
/// change of the build is a change of what it builds.
const INPUTS: &[&str] = &[
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "catalogue",
    "frontend",
    "openapi",
    "rust-toolchain.toml",
    "xtask/src/web",
];

/// A hash over names and contents of all inputs, the mode, and whether the packages were there.
pub fn fingerprint(workspace: &Workspace, mode: Mode, with_packages: bool) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(format!("{mode:?} {with_packages}\n"));
    for input in INPUTS {
        for file in files(&workspace.path(input))? {
            let bytes = fs::read(&file).with_context(|| format!("read {}", file.display()))?;
            hash.update(file.to_string_lossy().as_bytes());
            hash.update(bytes.len().to_le_bytes());
            hash.update(&bytes);
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// All files in a folder and below, in a fixed order; a file is itself.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if name == "node_modules" || name == "target" {
                continue;
            }
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    Ok(found)
}
