//! Back to an empty machine.

use std::fs;
use std::io::{IsTerminal, Write};

use anyhow::{Context, Result, bail};

use crate::running::Turn;
use crate::workspace::Workspace;

/// What to delete, and whether to ask.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Says what goes, asks, stops a server that was left running, deletes.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let home = workspace.database()?;
    let state = workspace.path(".state");
    let doomed = [
        (home.dir(), "the private database: all accounts, applications and payments in it"),
        (state.as_path(), "uploaded files, development keys, logs, fetched packages and tools"),
    ];
    let present: Vec<_> = doomed.into_iter().filter(|(path, _)| path.exists()).collect();
    if present.is_empty() {
        println!("There is nothing to delete.");
        return Ok(());
    }
    println!("This deletes:");
    for (path, what) in &present {
        println!("  {}\n      {what}", path.display());
    }
    println!("Not touched: the sources, target/ and dist/, and any database named by DATABASE_URL.");
    if !options.yes {
        confirm()?;
    }
    let turn = Turn::take(workspace)?;
    home.delete()?;
    match fs::remove_dir_all(&state) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("delete {}", state.display()))
        }
        _ => {
            drop(turn);
            println!("Deleted.");
            Ok(())
        }
    }
}

fn confirm() -> Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!("nobody is here to be asked; to delete without asking: cargo xtask reset --yes");
    }
    print!("Delete? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if answer.trim().eq_ignore_ascii_case("y") { Ok(()) } else { bail!("nothing was deleted") }
}
