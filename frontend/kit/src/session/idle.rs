//! The end of a session nobody uses any more: a shared computer must not keep somebody's papers open.

use std::time::Duration;

use leptos::prelude::*;

use super::SessionCtx;
use crate::dom;

/// A session ends after this many seconds without a key or a touch.
pub const IDLE_LIMIT: u32 = 30 * 60;
/// The person is asked this many seconds before.
pub const IDLE_WARNING: u32 = 2 * 60;
/// When the device's tabs were last used, shared between them.
const ACTIVITY_KEY: &str = "prichal.activity";

impl SessionCtx {
    /// Counts the time since the last key or touch in any tab; warns, and ends the session.
    pub(super) fn watch_idleness(self) {
        let seen = move || {
            if self.ends_in.get_untracked().is_none() {
                touch();
            }
        };
        let keys = window_event_listener(leptos::ev::keydown, move |_| seen());
        let touches = window_event_listener(leptos::ev::pointerdown, move |_| seen());
        on_cleanup(move || {
            keys.remove();
            touches.remove();
        });
        crate::timer::every(Duration::from_secs(1), move || {
            if !untrack(|| self.is_authorized()) {
                return;
            }
            match idle_state(idle_seconds()) {
                Idle::Active if self.ends_in.get_untracked().is_none() => {}
                Idle::Active => self.ends_in.set(None),
                Idle::Warned(left) => self.ends_in.set(Some(left)),
                Idle::Over => {
                    self.sign_out();
                    self.ended.set(true);
                }
            }
        });
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Idle {
    Active,
    /// Seconds left.
    Warned(u32),
    Over,
}

fn idle_state(seconds: u32) -> Idle {
    match IDLE_LIMIT.saturating_sub(seconds) {
        0 => Idle::Over,
        left if left <= IDLE_WARNING => Idle::Warned(left),
        _ => Idle::Active,
    }
}

/// The person is there.
pub(super) fn touch() {
    dom::store(ACTIVITY_KEY, &dom::now_seconds().to_string());
}

/// Seconds since any tab was used. A device without storage is taken as used.
fn idle_seconds() -> u32 {
    let last = dom::stored(ACTIVITY_KEY).and_then(|time| time.parse::<u32>().ok());
    last.map_or(0, |last| dom::now_seconds().saturating_sub(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warning_comes_two_minutes_before_the_end() {
        assert_eq!(idle_state(0), Idle::Active);
        assert_eq!(idle_state(IDLE_LIMIT - IDLE_WARNING - 1), Idle::Active);
        assert_eq!(idle_state(IDLE_LIMIT - IDLE_WARNING), Idle::Warned(120));
        assert_eq!(idle_state(IDLE_LIMIT - 1), Idle::Warned(1));
        assert_eq!(idle_state(IDLE_LIMIT + 500), Idle::Over);
    }
}
