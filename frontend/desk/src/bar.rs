//! The bar on top: the mark, the two lists an officer lives in, and the tools.

use kit::prelude::*;
use kit::shell::{AccountMenu, BrandMark, LanguageMenu, ViewButton};
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
                {drawn(move || known.get().then(|| view! { <Sections/> }))}
                <div class="row push gap-1">
                    {drawn(move || known.get().then(|| view! { <KeysButton/> }))}
                    <ViewButton/>
                    <LanguageMenu/>
                    {drawn(move || known.get().then(|| view! { <AccountMenu name=name links=Vec::new()/> }))}
                </div>
            </div>
        </header>
    }
}

#[component]
fn Mark() -> impl IntoView {
    view! {
        <a class="brand" href=Path::List(Place::Queue).href()>
            <BrandMark/>
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
