//! Menus of the header: language and account. They open by click or Enter and close with Esc or when the focus leaves.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::text_prop::TextProp;
use wasm_bindgen::JsCast;

use crate::api::use_api;
use crate::drawn::{drawn, said};
use crate::i18n::{t, use_i18n};
use crate::icon::Icon;
use crate::session::use_session;

/// A menu under a word of the header.
#[component]
fn Menu(summary: AnyView, children: Children) -> impl IntoView {
    // Asked with `try_`: a menu that is taken away loses the focus as its last deed (signing out from the account menu).
    let element = NodeRef::<html::Details>::new();
    let close = move || {
        if let Some(details) = element.try_get_untracked().flatten() {
            details.set_open(false);
        }
    };
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            focus_summary(element);
        }
    };
    let left = move |event: leptos::ev::FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let inside =
            element.try_get_untracked().flatten().is_some_and(|details| details.contains(to.as_ref()));
        if to.is_some() && !inside {
            close();
        }
    };
    let outside = window_event_listener(leptos::ev::pointerdown, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        if !element.try_get_untracked().flatten().is_some_and(|details| details.contains(target.as_ref())) {
            close();
        }
    });
    on_cleanup(move || outside.remove());
    view! {
        <details class="menu" node_ref=element on:keydown=keydown on:focusout=left>
            <summary class="tool">{summary}</summary>
            <ul class="menu__list" on:click=move |_| close()>{children()}</ul>
        </details>
    }
}

fn focus_summary(element: NodeRef<html::Details>) {
    let summary = element
        .try_get_untracked()
        .flatten()
        .and_then(|details| details.query_selector("summary").ok().flatten());
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok()) {
        // The summary is on the page, so it takes the focus.
        let _ = summary.focus();
    }
}

/// The languages by their own names. The page and its data stay; the choice is kept on the device. It is the page's
/// alone: the language of letters and papers is a setting of the account.
#[component]
pub fn LanguageMenu() -> impl IntoView {
    let (i18n, api) = (use_i18n(), use_api());
    let choose = move |language: String| {
        spawn_local(async move {
            if i18n.switch(&language).await {
                api.client().set_language(&language);
            }
        });
    };
    let name = move |language: &str| i18n.t(&format!("common.language_{language}"));
    let summary = view! {
        <Icon name="globe"/>
        <span class="vh">{t("components.language")}" "</span>
        <span class="wide">{move || name(&i18n.language())}</span>
        <span class="slim" aria-hidden="true">{move || i18n.language().to_ascii_uppercase()}</span>
    };
    let items = i18n.languages().into_iter().map(|language| {
        let (own, chosen, shown) = (language.clone(), language.clone(), language.clone());
        let is_current = move || i18n.language() == own;
        let is_marked = is_current.clone();
        view! {
            <li>
                <button
                    class="menu__item"
                    type="button"
                    lang=language
                    aria-current=move || is_current().then_some("true")
                    on:click=move |_| choose(chosen.clone())
                >
                    {move || name(&shown)}
                    {drawn(move || is_marked().then(|| view! { <Icon name="ok"/> }))}
                </button>
            </li>
        }
    });
    let items = items.collect_view();
    view! { <Menu summary=summary.into_any()>{items}</Menu> }
}

/// A link of a menu.
#[derive(Debug, Clone)]
pub struct MenuLink {
    pub href: String,
    pub text: TextProp,
}

/// The signed-in person: own pages and signing out.
#[component]
pub fn AccountMenu(#[prop(into)] name: Signal<String>, links: Vec<MenuLink>) -> impl IntoView {
    let session = use_session();
    let initials = move || {
        let letters = name
            .with(|name| name.split_whitespace().filter_map(|word| word.chars().next()).collect::<Vec<_>>());
        letters.into_iter().take(2).collect::<String>()
    };
    let summary = view! {
        <span class="avatar" aria-hidden="true">{said(initials)}</span>
        <span class="vh">{t("components.account")}" "</span>
        <span class="wide">{move || name.get()}</span>
    };
    let items =
        links.into_iter().map(|link| view! { <li><a href=link.href>{move || link.text.get()}</a></li> });
    let items = items.collect_view();
    view! {
        <Menu summary=summary.into_any()>
            {items}
            <li>
                <button class="menu__item" type="button" on:click=move |_| session.sign_out()>
                    {t("components.sign_out")}
                    <Icon name="out"/>
                </button>
            </li>
        </Menu>
    }
}
