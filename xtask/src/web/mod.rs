//! The two browser bundles: compiled, hashed, compressed, and swapped into place whole.

mod icons;
mod inputs;
mod locales;
mod output;
mod packages;
mod page;
mod styles;
mod wasm;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

pub use output::Manifest;
use output::Output;
use packages::Packages;
pub use wasm::TARGET;

use crate::doctor;
use crate::progress::{say, size};
use crate::workspace::Workspace;

/// How to build.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Quick to build and big to load; goes to .state/dev
    #[arg(long)]
    dev: bool,
    /// Keep the sprite made from the icon package as frontend/assets/icons.svg
    #[arg(long)]
    save_icons: bool,
}

/// What a build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Small and compressed, in `dist/`.
    Release,
    /// Built in seconds, reloads itself, in `.state/dev/`.
    Dev,
}

/// One bundle: a crate of `frontend/`, and what it is made of besides.
#[derive(Debug)]
pub struct Bundle {
    /// The crate, its folder in `frontend/`, and its folder in the output.
    pub name: &'static str,
    /// Style sheets in their order; each declares its own cascade layer.
    styles: &'static [&'static str],
    /// Namespaces of texts that this bundle does without: the other bundle's, and those of letters, SMS and papers, which
    /// only the worker writes.
    without_texts: &'static [&'static str],
}

/// The citizens' portal and the officers' desk: a citizen never downloads what only officers see.
pub const BUNDLES: [Bundle; 2] = [
    Bundle {
        name: "portal",
        styles: &["tokens", "base", "components", "utilities"],
        without_texts: &["desk", "letters", "papers"],
    },
    Bundle {
        name: "desk",
        styles: &["tokens", "base", "components", "desk", "utilities"],
        without_texts: &["letters", "papers"],
    },
];

impl Mode {
    /// The cargo profile.
    fn profile(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Dev => "wasm-dev",
        }
    }

    /// The folder with one folder per bundle.
    pub fn dist(self, workspace: &Workspace) -> PathBuf {
        workspace.path(match self {
            Self::Release => "dist",
            Self::Dev => ".state/dev",
        })
    }
}

/// `cargo xtask web`.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mode = if options.dev { Mode::Dev } else { Mode::Release };
    if options.save_icons {
        let packages = Packages::install(workspace)?;
        return icons::save(workspace, &packages);
    }
    build(workspace, mode)?;
    for bundle in &BUNDLES {
        let manifest = Manifest::read(workspace, mode, bundle.name)?;
        println!("{}/", mode.dist(workspace).join(bundle.name).display());
        for (role, bytes, compressed) in manifest.sizes()? {
            println!("  {role:<28} {:>11} {:>11} br", size(bytes), size(compressed));
        }
    }
    Ok(())
}

/// Builds what changed since the last build of this mode; `false` when nothing did.
pub fn build(workspace: &Workspace, mode: Mode) -> Result<bool> {
    let started = Instant::now();
    let packages = Packages::install(workspace)?;
    let fingerprint = inputs::fingerprint(workspace, mode, packages.is_there())?;
    if is_current(workspace, mode, &fingerprint) {
        say("nothing changed since the last build");
        return Ok(false);
    }
    doctor::require_wasm(workspace)?;
    wasm::compile(workspace, mode)?;
    for bundle in &BUNDLES {
        assemble(workspace, mode, bundle, &packages, &fingerprint)
            .with_context(|| format!("the bundle `{}`", bundle.name))?;
    }
    say(&format!("built in {:.1} s", started.elapsed().as_secs_f64()));
    Ok(true)
}

fn is_current(workspace: &Workspace, mode: Mode, fingerprint: &str) -> bool {
    BUNDLES.iter().all(|bundle| {
        Manifest::read(workspace, mode, bundle.name)
            .is_ok_and(|manifest| manifest.fingerprint == fingerprint && manifest.is_whole())
    })
}

/// Puts one bundle together in a folder beside its place, then swaps it in: a server never sees half of it.
fn assemble(
    workspace: &Workspace,
    mode: Mode,
    bundle: &Bundle,
    packages: &Packages,
    fingerprint: &str,
) -> Result<()> {
    let place = mode.dist(workspace).join(bundle.name);
    let mut output = Output::begin(&place, mode)?;

    let fonts = styles::add_fonts(workspace, packages, &mut output)?;
    let style = styles::compile(workspace, bundle, &fonts)?;
    output.add("css", bundle.name, "css", style.as_bytes())?;
    for (language, texts) in locales::merge(workspace, bundle.without_texts)? {
        output.add(&format!("locale-{language}"), &format!("locale-{language}"), "json", texts.as_bytes())?;
    }
    let unsupported = read(&workspace.path("frontend/assets/unsupported.js"))?;
    output.add("unsupported", "unsupported", "js", &unsupported)?;
    wasm::bind(workspace, mode, bundle.name, &mut output)?;
    let sprite = icons::sprite(workspace, packages)?;
    page::write(workspace, mode, bundle.name, &fonts, &sprite, &mut output)?;
    copy_public(&workspace.path("frontend").join(bundle.name).join("public"), &mut output)?;
    output.finish(workspace, mode, bundle.name, fingerprint)
}

/// Files that keep their name, such as `robots.txt`.
fn copy_public(from: &Path, output: &mut Output) -> Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        ensure!(entry.file_type()?.is_file(), "{}: only files are copied", entry.path().display());
        output.add_as_named(&entry.file_name().to_string_lossy(), &read(&entry.path())?)?;
    }
    Ok(())
}

/// Reads a file, with its name in the error.
fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("read {}", file.display()))
}

/// Reads a text, with its name in the error.
fn read_text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("read {}", file.display()))
}
