//! A term as a chip: how many days and until which date, in the colour of its urgency.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use openapi::applications::Clock;

use super::status::Tone;
use crate::drawn::drawn;
use crate::i18n::{I18n, use_i18n};
use crate::icon::Icon;

/// The chip of an application's clock; nothing when no term runs.
#[component]
pub fn DeadlineChip(#[prop(into)] clock: Signal<Clock>) -> impl IntoView {
    let i18n = use_i18n();
    drawn(move || {
        let clock = clock.get();
        let text = text(&i18n, &clock)?;
        let tone = tone(clock.days_left, clock.paused);
        let icon = if clock.paused { "pause" } else { "clock" };
        Some(view! {
            <span class="deadline" data-tone=tone.as_str()>
                <Icon name=icon/>
                {text}
            </span>
        })
    })
}

/// Colour of a term by the working days left: passed, three or less, more; a term that stands still has none.
#[must_use]
pub const fn tone(days_left: Option<i64>, paused: bool) -> Tone {
    match (days_left, paused) {
        (_, true) | (None, false) => Tone::Neutral,
        (Some(..0), false) => Tone::Danger,
        (Some(0..=3), false) => Tone::Warning,
        (Some(_), false) => Tone::Info,
    }
}

fn text(i18n: &I18n, clock: &Clock) -> Option<String> {
    // While it stands still, the days are those of the service and the date is that of the applicant's answer: two
    // terms, of which the chip tells the service's.
    let date = clock.due_at.filter(|_| !clock.paused).map(|due: DateTime<Utc>| i18n.day(due));
    match (clock.days_left, date) {
        (Some(days), Some(date)) => {
            let (key, days) = match days {
                ..0 => ("components.deadline_passed", days.saturating_neg()),
                0 => ("components.deadline_today", 0),
                _ => ("components.deadline_left", days),
            };
            Some(i18n.t_with(key, &[("count", &days.to_string()), ("date", &date)]))
        }
        (Some(days), None) => {
            Some(i18n.t_with("components.deadline_paused", &[("count", &days.to_string())]))
        }
        (None, Some(date)) => Some(i18n.t_with("components.deadline_until", &[("date", &date)])),
        (None, None) => {
            let by = clock.file_by?;
            Some(i18n.t_with("components.deadline_file_by", &[("date", &i18n.date(by))]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgency_has_a_colour() {
        assert_eq!(tone(Some(-1), false), Tone::Danger);
        assert_eq!(tone(Some(0), false), Tone::Warning);
        assert_eq!(tone(Some(3), false), Tone::Warning);
        assert_eq!(tone(Some(4), false), Tone::Info);
        assert_eq!(tone(Some(-1), true), Tone::Neutral);
        assert_eq!(tone(None, false), Tone::Neutral);
    }
}
