//! Folders: where clusters live, who may enter, and who is using one now.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::statvfs::statvfs;
use nix::unistd::geteuid;

use crate::Owner;

/// The kernel's limit for the path of a socket.
const SOCKET_PATH_MAX: usize = 107;

/// What PostgreSQL adds to the folder of its socket.
const SOCKET_NAME: &str = "/.s.PGSQL.5432";

/// Memory below which a test run goes to the disk instead: a copy of the template takes about 10 MB.
const SHM_NEEDED: u64 = 2 << 30;

/// How the folders of test runs begin.
pub const DISPOSABLE_PREFIX: &str = "prichal-test-";

/// Where the durable cluster of one checkout lives.
#[derive(Clone, Debug)]
pub struct Home {
    pub(crate) dir: PathBuf,
    pub(crate) lock: PathBuf,
    pub(crate) log: PathBuf,
}

impl Home {
    /// `key` tells checkouts apart (eight letters or so, since socket paths are short); the server's own messages
    /// go to the file `log`.
    pub fn new(key: &str, log: &Path) -> Result<Self> {
        let base = base()?;
        Ok(Self { dir: base.join(key), lock: base.join(format!("{key}.lock")), log: log.to_owned() })
    }

    /// The folder with everything in it.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Present when the cluster was made to the end; without it the folder is the remains of an interrupted run.
    pub(crate) fn marker(&self) -> PathBuf {
        self.dir.join("complete")
    }
}

/// `/var/tmp/prichal-<uid>`: on a disk, kept over reboots, and open to the server's user even when our own home
/// is not.
pub fn base() -> Result<PathBuf> {
    let base = PathBuf::from(format!("/var/tmp/prichal-{}", geteuid()));
    passable(&base)?;
    Ok(base)
}

/// A folder of ours that others may pass through on their way to one of their own, whatever the umask says. Anybody may
/// write to `/var/tmp`, so one that is there already and not ours is refused.
pub fn passable(dir: &Path) -> Result<()> {
    match DirBuilder::new().mode(0o711).create(dir) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("create {}", dir.display()));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(dir).with_context(|| format!("look at {}", dir.display()))?;
    ensure!(
        found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o022 == 0,
        "{} belongs to somebody else, or others may write to it: delete it (`ls -ld` shows whose it is)",
        dir.display()
    );
    let mode = Permissions::from_mode(found.mode() | 0o111);
    fs::set_permissions(dir, mode).with_context(|| format!("open {}", dir.display()))
}

/// A new folder that only `owner` (or we ourselves) may enter.
pub fn create_private(dir: &Path, owner: Option<Owner>) -> Result<()> {
    DirBuilder::new().mode(0o700).create(dir).with_context(|| format!("create {}", dir.display()))?;
    owner.map_or(Ok(()), |owner| owner.take(dir))
}

/// Deletes a folder with everything in it; one that is gone already is fine.
pub fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("delete {}", dir.display()))
        }
        _ => Ok(()),
    }
}

/// Takes a folder for this process. The lock is the kernel's: it ends with the process, however that ends.
///
/// Fails while another has it, with its process; `what` is what they would share.
pub fn lock(path: &Path, what: &str) -> Result<File> {
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .with_context(|| format!("open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            write!(file, "{}", std::process::id())?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.rewind()?;
            file.read_to_string(&mut holder)?;
            bail!(
                "{what} is in use by another command, process {holder}; stop that one first (`kill {holder}`)"
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("lock {}", path.display())),
    }
}

/// Where test runs keep their clusters: memory if there is enough of it, else the folder for temporary files.
/// Every place is returned where an earlier run may have left something.
pub fn disposable_places() -> (PathBuf, Vec<PathBuf>) {
    let shm = PathBuf::from("/dev/shm");
    let disk = Some(std::env::temp_dir()).filter(|dir| fits_a_socket(&dir.join("prichal-test-4194304-99")));
    let disk = disk.unwrap_or_else(|| PathBuf::from("/tmp"));
    let roomy = statvfs(&shm).is_ok_and(|fs| fs.blocks_available() * fs.fragment_size() >= SHM_NEEDED);
    let chosen = if roomy { shm.clone() } else { disk.clone() };
    (chosen, vec![shm, disk])
}

/// Whether PostgreSQL can put its socket into `dir`.
pub fn fits_a_socket(dir: &Path) -> bool {
    dir.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(dir: &Path) -> u32 {
        fs::metadata(dir).unwrap().mode() & 0o777
    }

    #[test]
    fn others_may_pass_even_where_the_umask_shuts_them_out() {
        let root = std::env::temp_dir().join(format!("prichal-passable-{}", std::process::id()));
        fs::create_dir(&root).unwrap();
        let dir = root.join("new");
        passable(&dir).unwrap();
        assert_eq!(mode(&dir), 0o711);

        // What a umask of 077 makes of it.
        fs::set_permissions(&dir, Permissions::from_mode(0o700)).unwrap();
        passable(&dir).unwrap();
        assert_eq!(mode(&dir), 0o711);

        fs::set_permissions(&dir, Permissions::from_mode(0o777)).unwrap();
        assert!(passable(&dir).unwrap_err().to_string().contains("others may write"));
        symlink(&dir, root.join("link")).unwrap();
        assert!(passable(&root.join("link")).is_err());
        fs::remove_dir_all(root).unwrap();
    }
}
