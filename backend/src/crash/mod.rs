//! Named places at which a process can be made to die, to fail or to stall, so that a test can show what holds
//! afterwards. `CRASH=submit_application.before_commit:1:abort` arms one of them, a comma another: its name, the hit
//! that counts (1), and what happens then: `abort`, `error`, `sleep` (ten seconds) or `sleep=<milliseconds>`.
//!
//! Builds without debug assertions have none of it.

#[cfg(debug_assertions)]
mod points;

#[cfg(debug_assertions)]
pub use points::{POINTS, arm, at, at_operation, is_listed};

/// A place of `POINTS`, where `?` takes an [`crate::error::Error`]. With an expression in front it belongs to that
/// operation: `crash_point!(operation, "after_commit")`.
#[cfg(debug_assertions)]
macro_rules! crash_point {
    ($name:literal) => {{
        const { assert!($crate::crash::is_listed($name), "not in crash::POINTS") };
        $crate::crash::at($name).await?;
    }};
    ($operation:expr, $moment:literal) => {
        $crate::crash::at_operation(&$operation, $moment).await?;
    };
}

#[cfg(not(debug_assertions))]
macro_rules! crash_point {
    ($name:literal) => {};
    ($operation:expr, $moment:literal) => {
        let _ = &$operation;
    };
}

pub(crate) use crash_point;
