//! Lines of the list of files: what has been accepted, and what is on its way or was refused.

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::client::Error;
use openapi::documents::Document;

use super::sending::{Fate, Sending};
use super::{ACCEPT, Desk};
use crate::api::{failure_text, failure_title};
use crate::components::Button;
use crate::dom;
use crate::drawn::{drawn, said};
use crate::i18n::t;
use crate::icon::Icon;
use crate::number::u32_of;

/// An accepted file.
#[component]
pub(super) fn DocumentRow(desk: Desk, document: Document, locked: bool) -> impl IntoView {
    let (deleting, opening) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<String>);
    let (id, name) = (document.id, document.name.clone());
    let size = u64::try_from(document.size).unwrap_or_default();
    let pages = document.pages;
    let meta = move || {
        let size = desk.i18n.file_size(size);
        let pages = pages.map(|pages| desk.i18n.t_with("components.pages", &[("count", &pages.to_string())]));
        let shrunk = desk.shrunk.with(|all| all.get(&id).copied()).map(|before| {
            let before = desk.i18n.file_size(before);
            desk.i18n.t_with("components.upload_shrunk", &[("size", &before)])
        });
        [Some(size), pages, shrunk].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let advice = StoredValue::new(document.advice);
    let advised = move || {
        let lines = advice.get_value().into_iter().map(|advice| desk.i18n.finding(&advice.finding()));
        lines.map(|text| view! { <p class="file__note">{text}</p> }).collect_view()
    };
    let failed = move |error: Error| {
        desk.session.notice(&error);
        let (title, text) = (failure_title(&desk.i18n, &error), failure_text(&desk.i18n, &error));
        failure.try_set(Some(format!("{title} {text}")));
    };
    let delete = Callback::new(move |()| {
        deleting.set(true);
        spawn_local(async move {
            let answer = desk.api.client().delete_document(id).await;
            deleting.try_set(false);
            match answer {
                Ok(saved) => {
                    desk.changed(saved.version);
                    desk.documents.try_update(|all| all.retain(|document| document.id != id));
                }
                Err(error) => failed(error),
            }
        });
    });
    let (own_name, media_type) = (name.clone(), document.media_type);
    let look = Callback::new(move |()| {
        let (name, media_type) = (own_name.clone(), media_type.clone());
        opening.set(true);
        spawn_local(async move {
            let answer = desk.api.client().download_document(id).await;
            opening.try_set(false);
            match answer {
                Ok(bytes) => {
                    dom::save_file(&bytes, &name, &media_type);
                }
                Err(error) => failed(error),
            }
        });
    });
    let about = name.clone();
    let looked_at = name.clone();
    let replaced = name.clone();
    let acts = (!locked).then(|| {
        view! {
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
        }
    });
    let acts = view! {
        <span class="file__acts">
            <Button kind="text sm" busy=opening on_press=look about=looked_at>{t("common.download")}</Button>
            {acts}
        </span>
    };
    view! {
        <li class="file" data-tone="success">
            <span class="badge" data-tone="success" aria-hidden="true"><Icon name="file"/></span>
            <span class="file__name">{name}</span>
            <span class="file__meta">
                <span class="state" data-tone="success"><Icon name="ok"/>{t("components.upload_accepted")}</span>
                <span>{said(meta)}</span>
            </span>
            {acts}
            {drawn(advised)}
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
    let is_failed = move || fate.with(Fate::is_failed);
    let tone = move || if is_failed() { "danger" } else { "info" };
    let state = move || {
        let (icon, text) = match fate.get() {
            Fate::Queued => ("hour", desk.i18n.t("components.upload_queued")),
            Fate::Shrinking => ("hour", desk.i18n.t("components.upload_shrinking")),
            Fate::Going => {
                let percent = percent.get().to_string();
                ("up", desk.i18n.t_with("components.upload_going", &[("percent", &percent)]))
            }
            Fate::Pausing(seconds) => {
                let time = desk.i18n.duration(seconds);
                ("hour", desk.i18n.t_with("components.upload_pausing", &[("time", &time)]))
            }
            Fate::Failed { .. } => ("x", desk.i18n.t("components.upload_refused")),
        };
        view! { <Icon name=icon/>{text} }
    };
    let about = name.clone();
    let bar_name = name.clone();
    let another = {
        let sending = sending.clone();
        move || {
            let (sending, about) = (sending.clone(), sending.name.clone());
            view! {
                <label class="btn btn--text btn--sm">
                    <input
                        class="vh"
                        type="file"
                        accept=ACCEPT
                        on:change=move |event| desk.instead(&event, &sending)
                    />
                    {t("components.upload_another")}
                    <span class="vh">" "{about}</span>
                </label>
            }
        }
    };
    let has_failed = Memo::new(move |_| is_failed());
    let acts = move || {
        let has_failed = has_failed.get();
        let can_repeat = fate.with_untracked(|fate| matches!(fate, Fate::Failed { again: true, .. }));
        let word = if has_failed { t("common.delete") } else { t("common.cancel") };
        view! {
            {can_repeat.then(|| view! {
                <Button kind="text sm" on_press=again about=about.clone()>{t("common.try_again")}</Button>
            })}
            {has_failed.then(another.clone())}
            <Button kind="text sm" on_press=cancel about=about.clone()>{word}</Button>
        }
    };
    let is_going = Memo::new(move |_| fate.with(|fate| *fate == Fate::Going));
    let bar = move || {
        is_going.get().then(|| {
            let label = desk.i18n.t_with("components.upload_bar", &[("name", &bar_name)]);
            view! { <progress class="meter" max="100" value=move || percent.get().to_string() aria-label=label></progress> }
        })
    };
    let note = move || {
        fate.with(|fate| match fate {
            Fate::Failed { reason, mend, .. } => {
                Some(view! { <p class="file__note"><b>{reason.clone()}</b>" "{mend.clone()}</p> })
            }
            _ => None,
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
