//! One application: whose turn it is, what to do, how it has gone so far. Changes by itself.

use kit::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::State;
use uuid::Uuid;

use super::case::{Case, use_case};
use super::messages::messages;
use super::next_action::next_action;
use super::{panels, side};
use crate::loaded::loaded;
use crate::path::Path;
use crate::shell::Unread;

/// The page of a filed application.
pub fn page(id: Uuid) -> AnyView {
    let case = use_case(id);
    let view = loaded(case, move |shown| {
        if shown.with_untracked(|case| case.application.state == State::Draft) {
            return draft(id);
        }
        content(shown, case)
    });
    view! { <div class="wrap">{view}</div> }.into_any()
}

fn draft(id: Uuid) -> AnyView {
    let navigate = use_navigate();
    request_animation_frame(move || {
        navigate(&Path::Draft(id).href(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! { <Skeleton/> }.into_any()
}

fn content(case: Signal<Case>, resource: Resource<Case>) -> AnyView {
    let i18n = use_i18n();
    announce_changes(case);
    let (id, title) = case.with_untracked(|case| (case.application.id, i18n.prop(&case.application.title)));
    mark_read(id);
    let crumbs = vec![(Path::Applications.href(), TextProp::from(t("applications.title")))];
    let number = move || case.with(|case| case.application.number.clone().unwrap_or_default());
    let filed = move || {
        case.with(|case| case.application.submitted_at)
            .map(|at| i18n.t_with("applications.filed", &[("date", &i18n.day(at))]))
    };
    let here = title.clone();
    view! {
        <Crumbs label=t("pages.you_are_here") links=crumbs here=here/>
        <PageHead title=title>
            <p class="row">
                {tag(case)}
                <bdi class="muted num">{said(t_with("common.numbered", move || vec![("number", number())]))}</bdi>
                <span class="muted">{drawn(filed)}</span>
            </p>
        </PageHead>
        <div class="layout">
            <div class="stack gap-5">
                {next_action(case)}
                {panels::panels(case)}
                {messages(case)}
            </div>
            <div class="stack">{side::side(case, resource)}</div>
        </div>
    }
    .into_any()
}

fn tag(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let shown =
        Memo::new(move |_| case.with(|case| (case.application.state, case.application.label.clone())));
    drawn(move || {
        let (state, label) = shown.get();
        view! { <StatusTag state=state label=i18n.prop(&label)/> }
    })
}

/// Whoever has an application before their eyes has seen what was told about it; a page behind others waits.
fn mark_read(id: Uuid) {
    let (Unread(unread), api) = (expect_context(), use_api());
    let is_seen = RwSignal::new(!document().hidden());
    let turned =
        window_event_listener(leptos::ev::visibilitychange, move |_| is_seen.set(!document().hidden()));
    on_cleanup(move || turned.remove());
    Effect::new(move |_| {
        if is_seen.get() && unread.value().is_some_and(|count| count > 0) {
            let client = api.client();
            // What could not be marked is marked the next time.
            spawn_local(async move { drop(client.mark_application_read(id).await) });
        }
    });
}

/// A state that changes while the page is open is read out.
fn announce_changes(case: Signal<Case>) {
    let (i18n, announcer) = (use_i18n(), use_announcer());
    let label = Memo::new(move |_| case.with(|case| case.application.label.clone()));
    Effect::new(move |before: Option<catalogue::text::Text>| {
        let now = label.get();
        if before.is_some_and(|before| before != now) {
            announcer.say(i18n.t_with("applications.state_now", &[("state", &i18n.text(&now))]));
        }
        now
    });
}
