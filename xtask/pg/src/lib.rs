//! A private PostgreSQL for developers: no service to install, no port to keep free, nothing left behind.
//!
//! [`Cluster::durable`] is the database of `cargo xtask up`: it lives between runs and keeps every promise a
//! production server keeps. [`Cluster::disposable`] is the database of one test run: in memory where the
//! machine allows it, with everything off that guards against a power cut, and deleted at the end.
//!
//! Both listen on a unix socket only, in a folder that nobody but their own user (and root) may enter; that folder
//! is what makes password-less access safe.

mod binaries;
mod cluster;
mod home;
mod owner;
mod packages;
pub mod process;

pub use binaries::{Binaries, OLDEST_MAJOR};
pub use cluster::{Cluster, DATABASE};
pub use home::{Home, lock};
pub use owner::Owner;

/// Told one line at a time what is being done, for steps that take longer than a blink.
pub type Say<'a> = &'a dyn Fn(&str);
