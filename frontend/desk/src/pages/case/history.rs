//! The history of a case (CS-01): who did what, when, and what was said. The newest on top.

use kit::i18n::I18n;
use kit::prelude::*;
use openapi::applications::{Actor, ActorKind, Event};

use super::screen::Screen;

#[component]
pub fn History(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let events = screen.open.part(|loaded| loaded.case.timeline.clone());
    let timeline = move || {
        let mut events = events.get();
        events.sort_by_key(|event| std::cmp::Reverse(event.n));
        let items = events.iter().map(|event| item(i18n, event)).collect();
        view! { <Timeline items=items/> }
    };
    view! {
        <section class="card">
            <h2>{t("desk.tab_history")}</h2>
            {timeline}
        </section>
    }
}

fn item(i18n: I18n, event: &Event) -> TimelineItem {
    let key = format!("history.{}", event.kind);
    let title = if i18n.has(&key) { i18n.t(&key) } else { event.kind.clone() };
    let reasons = event.reasons.iter().map(|reason| {
        let own = reason.comment.as_deref().unwrap_or_default();
        format!("{}. {} {own}", i18n.text(&reason.title), i18n.text(&reason.cure)).trim_end().to_owned()
    });
    let said: Vec<String> = event.comment.iter().cloned().chain(reasons).collect();
    let time = format!("{}, {}", i18n.date_time(event.at), actor(i18n, &event.actor));
    TimelineItem {
        title: title.into(),
        text: (!said.is_empty()).then(|| said.join("\n").into()),
        time: Some(time.into()),
        icon: icon(&event.kind),
        is_done: true,
        current: None,
    }
}

fn actor(i18n: I18n, actor: &Actor) -> String {
    let word = i18n.t(match actor.kind {
        ActorKind::Citizen => "history.actor_citizen",
        ActorKind::Officer => "history.actor_officer",
        ActorKind::System => "history.actor_system",
        ActorKind::Bank => "history.actor_bank",
    });
    match &actor.name {
        Some(name) => format!("{word} {name}"),
        None => word,
    }
}

fn icon(kind: &str) -> &'static str {
    match kind {
        "submitted" | "resubmitted" => "inbox",
        "charge_formed" | "paid" => "pay",
        "checked" => "loader",
        "check_pending" => "hour",
        "taken" => "user",
        "released" | "withdrawn" => "undo",
        "correction_requested" => "warn",
        "amending" => "edit",
        "reply_expired" => "hour",
        "refused" | "revoked" | "replaced" => "x",
        "message_received" | "message_sent" => "msg",
        _ => "ok",
    }
}
