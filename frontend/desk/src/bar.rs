//! The bar on top: the mark, the two lists an officer lives in, and the tools.

use kit::prelude::*;
use kit::shell::{AccountMenu, LanguageMenu, ViewButton};
use leptos_router::hooks::use_location;

use crate::keys::KeysButton;
use crate::path::{Path, Place};

/// The header of every page of the desk. Sections and the account are there for whoever is signed in.
#[component]
pub fn DeskBar() -> impl IntoView {
    let session = use_session();
    let known = Memo::new(move |_| session.is_authorized());
    let name = Signal::derive(move || session.officer().map(|officer| officer.name).unwrap_or_default());
    view! {
        <header class="desk-bar">
            <div class="wrap">
                <Mark/>
                {move || known.get().then(|| view! { <Sections/> })}
                <div class="row push gap-1">
                    {move || known.get().then(|| view! { <KeysButton/> })}
                    <ViewButton/>
                    <LanguageMenu/>
                    {move || known.get().then(|| view! { <AccountMenu name=name links=Vec::new()/> })}
                </div>
            </div>
        </header>
    }
}

#[component]
fn Mark() -> impl IntoView {
    view! {
        <a class="brand" href=Path::List(Place::Queue).href()>
            <svg class="mark" viewBox="0 0 40 40" aria-hidden="true">
                <rect width="40" height="40" rx="11" fill="var(--mark-1)"></rect>
                <path
                    d="M7 12.5h26M13 12.5V25M27 12.5V25"
                    fill="none"
                    stroke="var(--mark-2)"
                    stroke-width="3.6"
                    stroke-linecap="round"
                ></path>
                <path
                    d="M7 31c2.2-2.4 4.3-2.4 6.5 0s4.3 2.4 6.5 0 4.3-2.4 6.5 0 4.3 2.4 6.5 0"
                    fill="none"
                    stroke="var(--mark-3)"
                    stroke-width="2.8"
                    stroke-linecap="round"
                ></path>
            </svg>
            <span><b>{t("desk.brand")}</b></span>
        </a>
    }
}

#[component]
fn Sections() -> impl IntoView {
    let location = use_location();
    let links = [Place::Queue, Place::Mine].map(|place| {
        let href = Path::List(place).href();
        let own = href.clone();
        let current = move || location.pathname.with(|here| *here == own).then_some("page");
        view! { <li><a href=href aria-current=current>{t(place.title())}</a></li> }
    });
    view! {
        <nav aria-label=t("desk.sections")>
            <ul>{links.collect_view()}</ul>
        </nav>
    }
}
