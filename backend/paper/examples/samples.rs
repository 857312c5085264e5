//! Writes the sample papers as PDF files, to be looked at: `cargo run -p paper --example samples [folder]`.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result};

fn main() -> Result<()> {
    let room = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = env::args_os().nth(1).map_or_else(|| room.join("../../target/paper"), PathBuf::from);
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(room.join("samples"))? {
        let source = entry?.path();
        let name = source.file_stem().context("a sample has no name")?;
        let paper: paper::Paper =
            serde_json::from_slice(&fs::read(&source)?).with_context(|| source.display().to_string())?;
        let pdf = paper::render(&paper).map_err(|error| match &error {
            paper::Error::Layout(found) | paper::Error::Export(found) => {
                anyhow::anyhow!("{}", found.reveal().join("\n"))
            }
            _ => error.into(),
        })?;
        let target = folder.join(name).with_extension("pdf");
        fs::write(&target, pdf)?;
        println!("{}", target.display());
    }
    Ok(())
}
