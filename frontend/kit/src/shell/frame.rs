//! The frame of both applications: everything a page needs around it that does not depend on whose house it is.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::timeout::TimeoutDialog;
use super::view_panel::ViewPanel;
use crate::announcer::use_announcer;
use crate::components::{Alert, Tone};
use crate::dom;
use crate::drawn::drawn;
use crate::i18n::{t, use_i18n};
use crate::session::use_session;
use crate::toast::ToastRegion;

/// Skip link, `.app` with `header`, the content of `children` in `<main id="main">`, then `footer`; after them the
/// toasts, the live region and the session dialog. `bare`: the content has a hero of its own.
#[component]
pub fn Frame(
    header: Children,
    #[prop(optional)] footer: Option<Children>,
    #[prop(optional, into)] bare: MaybeProp<bool>,
    children: Children,
) -> impl IntoView {
    let announcer = use_announcer();
    watch_route();
    follow_account_language();
    let class = move || if bare.get().unwrap_or(false) { "main main--bare" } else { "main" };
    view! {
        <a class="skip" href="#main" on:click=to_main>{t("components.skip")}</a>
        <div class="app">
            {header()}
            <ViewPanel/>
            <main class=class id="main" tabindex="-1">
                <OfflineBanner/>
                {children()}
            </main>
            {footer.map(|footer| footer())}
        </div>
        <ToastRegion/>
        <p class="vh" role="status" aria-live="polite">{move || announcer.news.get()}</p>
        <TimeoutDialog/>
    }
}

/// The router must not take the skip link for a route.
fn to_main(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    dom::focus("main");
}

fn watch_route() {
    let (location, announcer) = (use_location(), use_announcer());
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if before.is_some_and(|before| before != path) {
            announcer.route_changed();
        }
        path
    });
}

/// Whoever signs in on a new device reads on in the language of the account; afterwards the device's choice rules.
fn follow_account_language() {
    let (i18n, session) = (use_i18n(), use_session());
    Effect::new(move |_| {
        if let (Some(language), None) = (session.language(), crate::i18n::remembered()) {
            leptos::task::spawn_local(async move {
                i18n.switch(&language).await;
            });
        }
    });
}

/// Says that there is no network, for as long as there is none. What is typed is kept and sent later.
#[component]
fn OfflineBanner() -> impl IntoView {
    let online = RwSignal::new(dom::is_online());
    // The events are sometimes missed by sleeping devices, so the browser is asked as well.
    crate::timer::every(Duration::from_secs(5), move || {
        if online.get_untracked() != dom::is_online() {
            online.set(dom::is_online());
        }
    });
    let gone = window_event_listener(leptos::ev::offline, move |_| online.set(false));
    let back = window_event_listener(leptos::ev::online, move |_| online.set(true));
    on_cleanup(move || {
        gone.remove();
        back.remove();
    });
    view! {
        <div role="status">
            {drawn(move || (!online.get()).then(|| view! {
                <div class="wrap mb-4">
                    <Alert tone=Tone::Warning title=t("components.offline_title")>
                        <p>{t("components.offline_text")}</p>
                    </Alert>
                </div>
            }))}
        </div>
    }
}
