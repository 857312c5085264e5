//! The contract's document, as the program that serves it writes it.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::up;
use crate::workspace::{Workspace, output};

const COMMITTED: &str = "openapi/openapi.json";

/// Writes the committed document.
pub fn run(workspace: &Workspace) -> Result<()> {
    up::build(workspace)?;
    let document = served(workspace)?;
    fs::write(workspace.path(COMMITTED), &document).with_context(|| format!("write {COMMITTED}"))?;
    println!("{COMMITTED}: {} bytes", document.len());
    Ok(())
}

/// Compares the committed document with the one of the backend as it was last built, and says at which line they part.
pub fn check(workspace: &Workspace) -> Result<()> {
    let served = String::from_utf8(served(workspace)?).context("the document is not UTF-8")?;
    let committed = fs::read_to_string(workspace.path(COMMITTED)).unwrap_or_default();
    if committed == served {
        return Ok(());
    }
    let same = committed.lines().zip(served.lines()).take_while(|(left, right)| left == right).count();
    bail!(
        "{COMMITTED} is not what the backend serves; they part at line {}:\n  committed: {}\n  served:    {}\n\
         To take over what is served: cargo xtask openapi",
        same + 1,
        committed.lines().nth(same).unwrap_or("(end)").trim(),
        served.lines().nth(same).unwrap_or("(end)").trim(),
    )
}

fn served(workspace: &Workspace) -> Result<Vec<u8>> {
    output(workspace.command(workspace.program("backend")).arg("openapi"))
        .context("the backend does not print its document")
}
