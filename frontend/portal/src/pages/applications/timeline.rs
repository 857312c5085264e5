//! The history of an application in words (CS-01): what happened, who did it, when, and what they said. Where an event led to
//! a status, it is called as the service calls that status (A16).

use kit::prelude::*;
use openapi::applications::{ActorKind, Event, State, WaitingFor};

use super::case::Case;
use crate::words;

/// The events, the first on top, and what is still to come.
pub fn items(i18n: I18n, case: &Case) -> Vec<TimelineItem> {
    let application = &case.application;
    let last = application.timeline.len().saturating_sub(1);
    let is_open = application.clock.waiting_for != WaitingFor::Nobody;
    let mut items: Vec<TimelineItem> = application
        .timeline
        .iter()
        .enumerate()
        .map(|(place, event)| {
            let current = (is_open && place == last).then(|| state_look(application.state).0);
            item(i18n, case, event, current)
        })
        .collect();
    if is_open {
        items.push(decision_ahead(i18n, case));
    }
    items
}

fn item(i18n: I18n, case: &Case, event: &Event, current: Option<Tone>) -> TimelineItem {
    let (event, at) = (event.clone(), event.at);
    let kind = event.kind.clone();
    let status = event.status().and_then(|status| case.service.statuses.get(status)).cloned();
    let title = TextProp::from(move || {
        let key = format!("history.{kind}");
        match &status {
            Some(status) => i18n.text(status),
            None if i18n.has(&key) => i18n.t(&key),
            None => kind.clone(),
        }
    });
    let icon = icon(&event.kind);
    TimelineItem {
        title,
        text: Some(TextProp::from(move || text(&i18n, &event))),
        time: Some(TextProp::from(move || words::moment(&i18n, at))),
        icon: if current.is_some() { icon } else { "ok" },
        is_done: current.is_none(),
        current,
    }
}

fn text(i18n: &I18n, event: &Event) -> String {
    let about = format!("history.{}_about", event.kind);
    let officer = event.actor.name.as_ref().filter(|_| event.actor.kind == ActorKind::Officer);
    // Initials end with a full stop of their own.
    let who =
        officer.map(|name| format!("{} {}.", i18n.t("history.actor_officer"), name.trim_end_matches('.')));
    let about = i18n.has(&about).then(|| i18n.t(&about));
    let first = [about, who].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let reasons = event.reasons.iter().map(|reason| i18n.text(&reason.title));
    let lines = std::iter::once(first).chain(event.comment.clone()).chain(reasons);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn icon(kind: &str) -> &'static str {
    match kind {
        "submitted" | "resubmitted" => "inbox",
        "charge_formed" | "paid" => "pay",
        "checked" | "check_pending" => "loader",
        "taken" | "released" => "hour",
        "correction_requested" | "withdrawn" => "undo",
        "amending" => "edit",
        "reply_expired" => "hour",
        "refused" | "revoked" | "replaced" => "x",
        "message_received" | "message_sent" => "msg",
        _ => "ok",
    }
}

fn decision_ahead(i18n: I18n, case: &Case) -> TimelineItem {
    let application = &case.application;
    let (state, clock, review) = (application.state, application.clock.clone(), case.service.review);
    let text = TextProp::from(move || match (state, clock.due_at) {
        (State::AwaitingPayment, _) => {
            i18n.t_with("applications.decision_after_payment", &[("term", &words::term(&i18n, review))])
        }
        (State::ReturnedForFix | State::Amending, _) => i18n.t("applications.decision_after_fix"),
        (_, Some(due)) => i18n.t_with("applications.decision_until", &[("date", &i18n.day(due))]),
        (_, None) => words::term(&i18n, review),
    });
    TimelineItem {
        title: t("applications.decision").into(),
        text: Some(text),
        time: None,
        icon: "shield",
        is_done: false,
        current: None,
    }
}
