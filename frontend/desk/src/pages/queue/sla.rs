//! How long a case may still take: in words first, as a bar second.

use chrono::{DateTime, Utc};
use kit::i18n::I18n;
use kit::number::i64_as_f64;
use kit::prelude::*;
use openapi::applications::{Clock, WaitingFor};

/// The cell of a term.
pub fn sla(i18n: I18n, clock: &Clock, submitted_at: DateTime<Utc>) -> AnyView {
    let tone =
        deadline_tone(clock.days_left.filter(|_| clock.waiting_for == WaitingFor::Service), clock.paused);
    let icon = match tone {
        Tone::Danger => "alert",
        _ if clock.paused => "pause",
        _ if clock.waiting_for == WaitingFor::Nobody => "ok",
        _ => "clock",
    };
    let until = clock.due_at.filter(|_| clock.waiting_for != WaitingFor::Nobody);
    let until = until.map(|due| i18n.t_with("desk.until", &[("date", &i18n.day(due))]));
    let bar = spent(clock, submitted_at, kit::dom::now() / 1000.0).map(|percent| {
        let words = i18n.t_with("desk.sla_spent", &[("percent", &percent.to_string())]);
        view! { <progress class="meter" max="100" value=percent.to_string() aria-label=words></progress> }
    });
    view! {
        <div class="sla" data-tone=tone.as_str()>
            <span><Icon name=icon/>{words(i18n, clock)}</span>
            {bar}
            {until.map(|until| view! { <small>{until}</small> })}
        </div>
    }
    .into_any()
}

fn words(i18n: I18n, clock: &Clock) -> String {
    let days = |key, days: i64| i18n.t_with(key, &[("count", &days.to_string())]);
    match (clock.waiting_for, clock.days_left) {
        (WaitingFor::Nobody, _) => i18n.t("desk.sla_decided"),
        (WaitingFor::Applicant, _) => i18n.t("desk.sla_paused"),
        (WaitingFor::Service, Some(left @ ..0)) => days("desk.sla_overdue", left.saturating_neg()),
        (WaitingFor::Service, Some(0)) => i18n.t("desk.sla_today"),
        (WaitingFor::Service, Some(left)) => days("desk.sla_left", left),
        (WaitingFor::Service, None) => i18n.t("desk.sla_none"),
    }
}

/// Percent of the term that has passed `now` (seconds since 1970), from the filing to the last day; nothing when no
/// term runs.
fn spent(clock: &Clock, submitted_at: DateTime<Utc>, now: f64) -> Option<u32> {
    if clock.paused || clock.waiting_for != WaitingFor::Service {
        return None;
    }
    let (from, to) = (submitted_at.timestamp(), clock.due_at?.timestamp());
    let whole = i64_as_f64(to.saturating_sub(from).max(1));
    let part = (now - i64_as_f64(from)).max(0.0);
    Some(kit::number::u32_of(part / whole * 100.0).min(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills_up_and_stops_at_the_end() {
        let at = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0);
        let clock = |paused| Clock {
            waiting_for: WaitingFor::Service,
            due_at: at(1_000),
            days_left: Some(1),
            paused,
            file_by: None,
        };
        let start = at(0).unwrap();
        assert_eq!(spent(&clock(false), start, 250.0), Some(25));
        assert_eq!(spent(&clock(false), start, 9_000.0), Some(100));
        assert_eq!(spent(&clock(false), start, -5.0), Some(0));
        assert_eq!(spent(&clock(true), start, 250.0), None);
    }
}
