//! Messages of the page to the person: alert, error summary, failed loading, empty list, waiting, details.

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use openapi::client::Error;

use super::button::{Actions, Button};
use super::status::Tone;
use crate::api::{Errors, failure_text, failure_title, field_id};
use crate::dom;
use crate::drawn::drawn;
use crate::i18n::{t, use_i18n};
use crate::icon::Icon;

/// A message that stays on the page; one per screen. The icon follows the tone.
#[component]
pub fn Alert(
    tone: Tone,
    #[prop(into)] title: TextProp,
    /// Text and links under the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let icon = match tone {
        Tone::Success => "ok",
        Tone::Warning => "warn",
        Tone::Danger => "alert",
        Tone::Neutral | Tone::Info | Tone::Accent => "info",
    };
    view! {
        <div class="alert" data-tone=tone.as_str()>
            <Icon name=icon/>
            <div>
                <h2>{move || title.get()}</h2>
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// What is wrong with a form, on top of it, with links to the fields. Takes the focus after a refusal
/// ([`crate::api::Action`] sees to that). Nothing is drawn while there is nothing wrong.
#[component]
pub fn ErrorSummary(errors: Errors) -> impl IntoView {
    let i18n = use_i18n();
    drawn(move || {
        if !errors.is_told() {
            return None;
        }
        let list = errors.list();
        let count = list.len().to_string();
        let (title, text) = match errors.refusal() {
            // The single findings say more than the refusal as a whole.
            Some(error) if list.is_empty() => (failure_title(&i18n, &error), failure_text(&i18n, &error)),
            _ => (i18n.t_with("components.errors_title", &[("count", &count)]), String::new()),
        };
        let links = list.into_iter().map(|(pointer, sentence)| {
            let id = field_id(&pointer);
            let href = format!("#{id}");
            let go = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                dom::focus_field(&id);
            };
            view! { <li><a href=href on:click=go>{sentence}</a></li> }
        });
        let links = links.collect_view();
        Some(view! {
            <div
                class="alert alert--summary"
                id=crate::api::SUMMARY_ID
                data-tone="danger"
                role="alert"
                tabindex="-1"
                aria-labelledby="error-summary-title"
            >
                <Icon name="alert"/>
                <div>
                    <h2 id="error-summary-title">{title}</h2>
                    {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
                    <ul class="list">{links}</ul>
                </div>
            </div>
        })
    })
}

/// Something could not be read: why, and a button to try again.
#[component]
pub fn LoadFailed(error: Error, retry: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let (whole, detail) = (error.clone(), error);
    let title = move || failure_title(&i18n, &whole);
    view! {
        <Alert tone=Tone::Danger title=title>
            <p role="alert">{move || failure_text(&i18n, &detail)}</p>
            <Actions>
                <Button on_press=retry>{t("common.try_again")}</Button>
            </Actions>
        </Alert>
    }
}

/// An empty list: what will stand here, and what to do.
#[component]
pub fn Empty(
    #[prop(default = "inbox")] icon: &'static str,
    #[prop(into)] title: TextProp,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="badge badge--round" data-tone="info" aria-hidden="true"><Icon name=icon/></span>
            <h2 class="as-h3">{move || title.get()}</h2>
            {children.map(|children| children())}
        </div>
    }
}

/// Grey shapes while something is read, with a word for screen readers.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="skel" aria-hidden="true">
            <i class="is-title"></i>
            <i></i>
            <i class="w-92"></i>
            <i class="w-70"></i>
            <i class="is-button"></i>
        </div>
        <p class="vh" role="status">{t("common.loading")}</p>
    }
}

/// Something most people do not need, behind a line.
#[component]
pub fn Details(
    #[prop(into)] summary: TextProp,
    #[prop(optional)] open: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="details" open=open>
            <summary>{move || summary.get()}<Icon name="chev"/></summary>
            <div>{children()}</div>
        </details>
    }
}
