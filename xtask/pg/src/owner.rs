//! Which user the server runs as. PostgreSQL refuses to run as root, so root lends it to somebody else.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use nix::unistd::{Gid, Uid, User, chown, geteuid};

/// A user the database server is started as, when we are root.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    uid: Uid,
    gid: Gid,
}

impl Owner {
    /// `None` for an ordinary user (the server runs as that user); for root the `postgres` user of the
    /// distribution's package, or else `nobody`.
    pub fn for_this_process() -> Result<Option<Self>> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            if let Some(user) = User::from_name(name).context("the user database cannot be read")? {
                return Ok(Some(Self { uid: user.uid, gid: user.gid }));
            }
        }
        bail!(
            "PostgreSQL does not run as root, and this machine has neither a `postgres` nor a `nobody` user.\n\
             Add one (`useradd --system postgres`) or run this command as an ordinary user."
        )
    }

    /// Numeric user id.
    pub fn uid(&self) -> u32 {
        self.uid.as_raw()
    }

    /// Numeric group id.
    pub fn gid(&self) -> u32 {
        self.gid.as_raw()
    }

    /// Hands a file or folder over to this user.
    pub fn take(&self, path: &Path) -> Result<()> {
        chown(path, Some(self.uid), Some(self.gid)).with_context(|| format!("chown {}", path.display()))
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.uid, self.gid)
    }
}
