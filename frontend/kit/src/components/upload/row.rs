//! Lines of the list of files: what has been accepted, and what is on its way or was refused.

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::documents::Document;

use super::sending::{Fate, Sending};
use super::{ACCEPT, Desk};
use crate::api::{failure_text, failure_title};
use crate::components::Button;
use crate::drawn::{drawn, said};
use crate::i18n::t;
use crate::icon::Icon;
use crate::number::u32_of;

/// An accepted file.
#[component]
pub(super) fn DocumentRow(desk: Desk, document: Document, locked: bool) -> impl IntoView {
    let deleting = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let (id, name) = (document.id, document.name.clone());
    let size = u64::try_from(document.size).unwrap_or_default();
    let pages = document.pages;
    let meta = move || {
        let size = desk.i18n.file_size(size);
        let pages = pages.map(|pages| desk.i18n.t_with("components.pages", &[("count", &pages.to_string())]));
        [Some(size), pages].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let delete = Callback::new(move |()| {
        deleting.set(true);
        spawn_local(async move {
            let answer = desk.api.client().delete_document(id).await;
            deleting.try_set(false);
            match answer {
                Ok(()) => {
                    desk.documents.try_update(|all| all.retain(|document| document.id != id));
                }
                Err(error) => {
                    desk.session.notice(&error);
                    failure.try_set(Some(format!(
                        "{} {}",
                        failure_title(&desk.i18n, &error),
                        failure_text(&desk.i18n, &error)
                    )));
                }
            }
        });
    });
    let about = name.clone();
    let replaced = name.clone();
    let acts = (!locked).then(|| {
        view! {
            <span class="file__acts">
                <label class="btn btn--text btn--sm">
                    <input
                        class="vh"
                        type="file"
                        accept=ACCEPT
                        on:change=move |event| desk.picked(&event, false, Some(id))
                    />
                    {t("components.upload_replace")}
                    <span class="vh">" "{replaced}</span>
                </label>
                <Button kind="text sm" busy=deleting on_press=delete about=about>
                    {t("common.delete")}
                </Button>
            </span>
        }
    });
    view! {
        <li class="file" data-tone="success">
            <span class="badge" data-tone="success" aria-hidden="true"><Icon name="file"/></span>
            <span class="file__name">{name}</span>
            <span class="file__meta">
                <span class="state" data-tone="success"><Icon name="ok"/>{t("components.upload_accepted")}</span>
                <span>{said(meta)}</span>
            </span>
            {acts}
            {drawn(move || failure.get().map(|text| view! { <p class="file__note" role="alert">{text}</p> }))}
        </li>
    }
}

/// A file on its way, or refused with the reason and how to mend it.
#[component]
pub(super) fn SendingRow(desk: Desk, sending: Sending) -> impl IntoView {
    // Signals of the row itself, which live as long as it does.
    let percent = RwSignal::from(sending.percent.clone());
    let fate = RwSignal::from(sending.fate.clone());
    let name = sending.name.clone();
    let size = u64::from(u32_of(sending.size));
    let cancel = {
        let sending = sending.clone();
        Callback::new(move |()| sending.cancel(desk))
    };
    let again = {
        let sending = sending.clone();
        Callback::new(move |()| sending.start(desk))
    };
    let is_going = move || fate.with(|fate| *fate == Fate::Going);
    let tone = move || if is_going() { "info" } else { "danger" };
    let state = move || {
        if is_going() {
            let text =
                desk.i18n.t_with("components.upload_going", &[("percent", &percent.get().to_string())]);
            view! { <Icon name="up"/>{text} }.into_any()
        } else {
            view! { <Icon name="x"/>{t("components.upload_refused")} }.into_any()
        }
    };
    let about = name.clone();
    let bar_name = name.clone();
    let acts = move || {
        let can_repeat = fate.with(|fate| matches!(fate, Fate::Failed { again: true, .. }));
        let word = if is_going() { t("common.cancel") } else { t("common.delete") };
        view! {
            {can_repeat.then(|| view! {
                <Button kind="text sm" on_press=again about=about.clone()>{t("common.try_again")}</Button>
            })}
            <Button kind="text sm" on_press=cancel about=about.clone()>{word}</Button>
        }
    };
    let bar = move || {
        is_going().then(|| {
            let label = desk.i18n.t_with("components.upload_bar", &[("name", &bar_name)]);
            view! { <progress class="meter" max="100" value=move || percent.get().to_string() aria-label=label></progress> }
        })
    };
    let note = move || {
        fate.with(|fate| match fate {
            Fate::Going => None,
            Fate::Failed { reason, mend, .. } => {
                Some(view! { <p class="file__note"><b>{reason.clone()}</b>" "{mend.clone()}</p> })
            }
        })
    };
    view! {
        <li class="file" data-tone=tone>
            <span class="badge" data-tone=tone aria-hidden="true"><Icon name="file"/></span>
            <span class="file__name">{name}</span>
            <span class="file__meta">
                <span class="state" data-tone=tone>{drawn(state)}</span>
                <span>{move || desk.i18n.file_size(size)}</span>
            </span>
            <span class="file__acts">{drawn(acts)}</span>
            {drawn(bar)}
            {drawn(note)}
        </li>
    }
}
