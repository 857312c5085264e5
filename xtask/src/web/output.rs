//! Files under names that carry their hash, with compressed copies beside them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use super::{Mode, read};
use crate::workspace::{Workspace, short_hash};

/// Formats that compression makes smaller; fonts and pictures are compressed already.
const COMPRESSIBLE: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "wasm"];

/// Below this a compressed copy saves no packet.
const WORTH_COMPRESSING: usize = 256;

/// What brotli spends most of its time on, and gets most of its gain from.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;

/// A bundle in the making.
#[derive(Debug)]
pub struct Output {
    place: PathBuf,
    making: PathBuf,
    mode: Mode,
    /// Role → path inside the bundle.
    files: BTreeMap<String, String>,
}

/// A file of a set whose members name each other.
#[derive(Debug)]
pub struct Member {
    role: String,
    name: String,
    bytes: Vec<u8>,
}

/// What a finished bundle holds; kept outside it, since it is nobody's business on the web.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Of everything it was made from.
    pub fingerprint: String,
    place: PathBuf,
    files: BTreeMap<String, String>,
}

impl Member {
    pub fn new(role: impl Into<String>, name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { role: role.into(), name: name.into(), bytes }
    }
}

impl Output {
    /// Begins in a folder beside `place`; what an interrupted build left there is deleted.
    pub fn begin(place: &Path, mode: Mode) -> Result<Self> {
        let making = place.with_extension("new");
        remove(&making)?;
        fs::create_dir_all(making.join("assets")).with_context(|| format!("create {}", making.display()))?;
        Ok(Self { place: place.to_owned(), making, mode, files: BTreeMap::new() })
    }

    /// Writes `/assets/<stem>.<hash>.<extension>` and returns that address. A browser may keep it for ever.
    pub fn add(&mut self, role: &str, stem: &str, extension: &str, bytes: &[u8]) -> Result<String> {
        let path = format!("assets/{stem}.{}.{extension}", short_hash(bytes));
        self.write(&path, bytes)?;
        self.files.insert(role.to_owned(), path.clone());
        Ok(format!("/{path}"))
    }

    /// Writes the members under their own names into `/assets/<stem>.<hash of all>/`. A browser may keep them for ever.
    pub fn add_set(&mut self, stem: &str, members: Vec<Member>) -> Result<()> {
        let folder = format!("assets/{stem}.{}", hash_of_all(&members));
        for member in members {
            let path = format!("{folder}/{}", member.name);
            self.write(&path, &member.bytes)?;
            self.files.insert(member.role, path);
        }
        Ok(())
    }

    /// Writes a file under a name of its own.
    pub fn add_as_named(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.write(path, bytes)?;
        self.files.insert(path.to_owned(), path.to_owned());
        Ok(())
    }

    /// The address of what was added in a role.
    pub fn address(&self, role: &str) -> Result<String> {
        let path = self.files.get(role).with_context(|| format!("the bundle has no `{role}`"))?;
        Ok(format!("/{path}"))
    }

    /// Addresses by what follows `prefix` in their role.
    pub fn addresses<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, String)> {
        self.files
            .iter()
            .filter_map(move |(role, path)| Some((role.strip_prefix(prefix)?, format!("/{path}"))))
    }

    /// Swaps the bundle into its place.
    pub fn finish(self, workspace: &Workspace, mode: Mode, name: &str, fingerprint: &str) -> Result<()> {
        let old = self.place.with_extension("old");
        remove(&old)?;
        if self.place.exists() {
            fs::rename(&self.place, &old).with_context(|| format!("move {} away", self.place.display()))?;
        }
        fs::rename(&self.making, &self.place).with_context(|| format!("move to {}", self.place.display()))?;
        remove(&old)?;
        let manifest = Manifest { fingerprint: fingerprint.to_owned(), place: self.place, files: self.files };
        fs::write(Manifest::file(workspace, mode, name)?, serde_json::to_vec_pretty(&manifest)?)?;
        Ok(())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.making.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, bytes).with_context(|| format!("write {}", file.display()))?;
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        if self.mode == Mode::Dev
            || bytes.len() < WORTH_COMPRESSING
            || !COMPRESSIBLE.contains(&extension.as_str())
        {
            return Ok(());
        }
        let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
        zipped.write_all(bytes)?;
        fs::write(beside(&file, "gz"), zipped.finish()?)?;
        fs::write(beside(&file, "br"), brotli(bytes)?)?;
        Ok(())
    }
}

impl Manifest {
    /// Of the last finished build.
    pub fn read(workspace: &Workspace, mode: Mode, name: &str) -> Result<Self> {
        let file = Self::file(workspace, mode, name)?;
        Ok(serde_json::from_slice(&read(&file)?)?)
    }

    /// Whether everything is still where it was put.
    pub fn is_whole(&self) -> bool {
        self.files.values().all(|path| self.place.join(path).is_file())
    }

    /// Role, size of the file, and of what travels to a browser that knows brotli.
    pub fn sizes(&self) -> Result<Vec<(&str, u64, u64)>> {
        self.files
            .iter()
            .map(|(role, path)| {
                let file = self.place.join(path);
                let bytes = fs::metadata(&file).with_context(|| format!("look at {}", file.display()))?.len();
                let compressed = fs::metadata(beside(&file, "br")).map_or(bytes, |found| found.len());
                Ok((role.as_str(), bytes, compressed))
            })
            .collect()
    }

    fn file(workspace: &Workspace, mode: Mode, name: &str) -> Result<PathBuf> {
        workspace.state(format!("web/{}-{name}.json", mode.profile()))
    }
}

fn hash_of_all(members: &[Member]) -> String {
    let mut all = Vec::new();
    for member in members {
        all.extend_from_slice(member.name.as_bytes());
        all.extend_from_slice(&member.bytes.len().to_le_bytes());
        all.extend_from_slice(&member.bytes);
    }
    short_hash(&all)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = brotli::CompressorWriter::new(Vec::new(), 1 << 16, BROTLI_QUALITY, BROTLI_WINDOW);
    packed.write_all(bytes)?;
    Ok(packed.into_inner())
}

/// `a.js` → `a.js.br`.
fn beside(file: &Path, extension: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("delete {}", folder.display()))
        }
        _ => Ok(()),
    }
}
