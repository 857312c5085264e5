//! From Rust to what a browser runs.

use std::fs;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::output::Output;
use super::{BUNDLES, Mode, read, read_text};
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

/// Adds the module and its glue. The version of wasm-bindgen is the one in the lock file for both sides: cargo
/// would not resolve two.
pub fn bind(workspace: &Workspace, mode: Mode, name: &str, output: &mut Output) -> Result<()> {
    let compiled = workspace.path(TARGET).join(WASM).join(mode.profile()).join(format!("{name}.wasm"));
    let bound = workspace.path(TARGET).join("bindgen").join(name);
    drop(fs::remove_dir_all(&bound));
    Bindgen::new()
        .input_path(&compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true)
        .generate(&bound)
        .with_context(|| format!("wasm-bindgen on {}", compiled.display()))?;
    output.add("wasm", name, "wasm", &read(&bound.join(format!("{name}_bg.wasm")))?)?;

    // One module instead of two saves a request on the way to the first sight of the page.
    let boot = read_text(&workspace.path("frontend/assets/boot.js"))?;
    let glue = format!("{}\n{boot}", read_text(&bound.join(format!("{name}.js")))?);
    output.add("glue", name, "js", glue.as_bytes())?;

    let snippets = bound.join("snippets");
    if snippets.is_dir() {
        // The glue imports these by relative paths that carry a hash of the crate.
        for file in super::inputs::files(&snippets)? {
            let path = file.strip_prefix(&bound)?.to_string_lossy().into_owned();
            output.add_as_named(&format!("assets/{path}"), &read(&file)?)?;
        }
    }
    Ok(())
}
