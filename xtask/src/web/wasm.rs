//! From Rust to what a browser runs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use walrus::ModuleConfig;
use wasm_bindgen_cli_support::Bindgen;

use super::output::{Member, Output};
use super::{BUNDLES, Mode, inputs, read, read_text};
use crate::doctor::WASM;
use crate::workspace::{Workspace, run};

/// Where the browser crates are built: apart from the native ones, so that neither waits for the other's lock.
pub const TARGET: &str = "target/wasm";

/// Compiles all bundles in one cargo run, which links them side by side.
pub fn compile(workspace: &Workspace, mode: Mode) -> Result<()> {
    let mut command = workspace.cargo("build");
    command.args(["--target", WASM, "--profile", mode.profile(), "--target-dir", TARGET]);
    for bundle in &BUNDLES {
        command.args(["-p", bundle.name]);
    }
    run(&mut command)
}

/// Adds the module, the pieces it fetches later, and the glue. The version of wasm-bindgen is the one in the lock
/// file for both sides: cargo would not resolve two.
///
/// Glue and pieces name each other, so no name can carry the hash of one file: they share a folder that carries the
/// hash of all.
pub fn bind(workspace: &Workspace, mode: Mode, name: &str, output: &mut Output) -> Result<()> {
    let compiled = workspace.path(TARGET).join(WASM).join(mode.profile()).join(format!("{name}.wasm"));
    let bound = workspace.path(TARGET).join("bindgen").join(name);
    drop(fs::remove_dir_all(&bound));
    let main = bound.with_extension("wasm");
    let split = split(&compiled, name, &bound, &main).with_context(|| format!("split {name}.wasm"))?;
    Bindgen::new()
        .input_path(&main)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        // The pieces share the memory and the table of functions under the linker's names.
        .keep_lld_exports(true)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true)
        .generate(&bound)
        .with_context(|| format!("wasm-bindgen on {}", compiled.display()))?;

    // One module instead of three saves requests on the way to the first sight of the page.
    let boot = read_text(&workspace.path("frontend/assets/boot.js"))?;
    let bindings = read_text(&bound.join(format!("{name}.js")))?;
    let glue = [bindings, split.loader, boot].join("\n");
    let mut members = vec![
        Member::new("glue", format!("{name}.js"), glue.into_bytes()),
        Member::new("wasm", format!("{name}.wasm"), read(&bound.join(format!("{name}_bg.wasm")))?),
    ];
    for piece in split.pieces {
        let stem = piece.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let role = format!("piece:{}", stem.trim_start_matches("split_"));
        members.push(Member::new(role, format!("{stem}.wasm"), compact(&piece, mode)?));
    }
    let snippets = bound.join("snippets");
    if snippets.is_dir() {
        // The glue imports these by relative paths that carry a hash of the crate.
        for file in inputs::files(&snippets)? {
            let path = file.strip_prefix(&bound)?.to_string_lossy().into_owned();
            members.push(Member::new(&path, &path, read(&file)?));
        }
    }
    output.add_set(name, members)
}

/// What is fetched later, and the script that fetches it.
struct Split {
    pieces: Vec<PathBuf>,
    loader: String,
}

/// Cuts what only the functions marked `#[wasm_split]` need out of the module, into `folder`, and writes the rest to
/// `main`. A bundle without such functions stays whole.
fn split(compiled: &Path, name: &str, folder: &Path, main: &Path) -> Result<Split> {
    let module = read(compiled)?;
    // The loader is told that it is the glue, and becomes a part of it: what the module wants of the loader the glue
    // then imports from itself, and only what the loader wants of the glue has to go.
    let glue = format!("./{name}.js");
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = folder;
    options.main_out_path = main;
    options.main_module = &glue;
    options.link_name = &glue;
    let done = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("{error:#}"))?;
    if done.split_modules.is_empty() {
        return Ok(Split { pieces: Vec::new(), loader: String::new() });
    }
    let loader = read_text(&folder.join(&glue))?;
    let loader = loader
        .strip_prefix(&format!("import {{ initSync }} from \"{glue}\";"))
        .context("the loader of the pieces does not begin as it used to")?;
    Ok(Split { pieces: done.split_modules, loader: loader.to_owned() })
}

/// A piece without names and without the room that the linker left for its own use.
fn compact(piece: &Path, mode: Mode) -> Result<Vec<u8>> {
    let mut module = ModuleConfig::new()
        .generate_name_section(mode == Mode::Dev)
        .generate_producers_section(false)
        .parse(&read(piece)?)
        .with_context(|| format!("read {}", piece.display()))?;
    Ok(module.emit_wasm())
}
