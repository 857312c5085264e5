//! Time left, ticking: how long codes may not be tried, how long a session lasts.

use std::time::Duration;

use leptos::prelude::*;

use crate::announcer::use_announcer;
use crate::dom;
use crate::i18n::use_i18n;
use crate::number::{f64_of, u32_of};
use crate::timer::every;

/// Counts down from `seconds` and calls `on_end` once. Seen every second, heard every minute and at ten seconds, so
/// that a screen reader is not kept talking. Goes by the clock: a sleeping tab does not make it longer.
#[component]
pub fn Countdown(
    #[prop(into)] seconds: Signal<u32>,
    #[prop(optional)] on_end: Option<Callback<()>>,
) -> impl IntoView {
    let (i18n, announcer) = (use_i18n(), use_announcer());
    let end = StoredValue::new(0.0_f64);
    let left = RwSignal::new(seconds.get_untracked());
    Effect::new(move |_| {
        let seconds = seconds.get();
        end.set_value(dom::now() + f64_of(u64::from(seconds)) * 1_000.0);
        left.set(seconds);
    });
    every(Duration::from_secs(1), move || {
        let before = left.get_untracked();
        if before == 0 {
            return;
        }
        let now = u32_of(((end.get_value() - dom::now()) / 1_000.0).ceil());
        if now != before {
            left.set(now);
        }
        if is_heard(before, now) {
            announcer.say(i18n.t_with("components.time_left", &[("time", &i18n.duration(now))]));
        }
        if let (0, Some(on_end)) = (now, on_end) {
            on_end.run(());
        }
    });
    view! { <b class="num">{move || i18n.duration(left.get())}</b> }
}

/// Whether a full minute or the last ten seconds have been passed.
const fn is_heard(before: u32, now: u32) -> bool {
    now > 0 && (before.div_ceil(60) != now.div_ceil(60) || (before > 10 && now <= 10))
}

#[cfg(test)]
mod tests {
    use super::is_heard;

    #[test]
    fn minutes_and_the_last_seconds_are_heard() {
        assert!(is_heard(61, 60));
        assert!(is_heard(121, 119));
        assert!(!is_heard(60, 59));
        assert!(is_heard(11, 10));
        assert!(!is_heard(10, 9));
        assert!(!is_heard(1, 0));
    }
}
