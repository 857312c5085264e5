//! The header: the mark and what stands at its end.

use leptos::prelude::*;

use crate::drawn::drawn;
use crate::i18n::t;
use crate::icon::Icon;

/// The mark and the name, leading home.
#[component]
pub fn Brand(#[prop(into)] href: String) -> impl IntoView {
    view! {
        <a class="brand" href=href>
            <BrandMark/>
            <span>
                <b>{t("common.brand")}</b>
                <small>{t("common.brand_note")}</small>
            </span>
        </a>
    }
}

/// The drawing beside the name.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
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
    }
}

/// The portal's header; `children` are its tools.
#[component]
pub fn Header(#[prop(into)] home: String, children: Children) -> impl IntoView {
    view! {
        <header class="header">
            <div class="wrap header__row">
                <Brand href=home/>
                <div class="header__tools">{children()}</div>
            </div>
        </header>
    }
}

/// The bell with the number of unread notifications, told politely when it changes.
#[component]
pub fn Bell(#[prop(into)] href: String, #[prop(into)] unread: Signal<i64>) -> impl IntoView {
    view! {
        <a class="tool tool--wide" href=href>
            <Icon name="bell"/>
            <span>{t("components.notifications")}</span>
            <Count unread=unread/>
        </a>
    }
}

/// A number of unread things; nothing when there are none.
#[component]
pub(super) fn Count(unread: Signal<i64>) -> impl IntoView {
    let i18n = crate::i18n::use_i18n();
    let announcer = crate::announcer::use_announcer();
    Effect::new(move |before: Option<i64>| {
        let now = unread.get();
        if before.is_some_and(|before| now > before) {
            announcer.say(i18n.t_with("components.unread", &[("count", &now.to_string())]));
        }
        now
    });
    drawn(move || {
        let number = unread.get();
        (number > 0).then(|| {
            let shown = if number > 99 { "99+".to_owned() } else { number.to_string() };
            let words = i18n.t_with("components.unread", &[("count", &number.to_string())]);
            view! {
                <span class="count" aria-hidden="true">{shown}</span>
                <span class="vh">{words}</span>
            }
        })
    })
}
