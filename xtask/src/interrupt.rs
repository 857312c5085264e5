//! Ctrl-C, and the polite ways to be killed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on SIGINT, SIGTERM and SIGHUP only set a flag, so that what was started can be stopped in order.
pub fn watch() -> Result<()> {
    ctrlc::set_handler(|| ASKED.store(true, Ordering::SeqCst)).context("signals cannot be watched")
}

/// Whether we were asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// An error when we were asked to stop; for the places between two steps.
pub fn check() -> Result<()> {
    if asked() { bail!("stopped") } else { Ok(()) }
}

/// Waits, but not longer than until somebody asks to stop.
pub fn sleep(time: Duration) {
    let deadline = Instant::now() + time;
    while !asked() && Instant::now() < deadline {
        std::thread::sleep(time.min(Duration::from_millis(50)));
    }
}
