//! A line of a table about one field or document: what was answered, what the register has, and a remark on it.

use catalogue::text::{human_date, parse_iso_date};
use kit::prelude::*;

use super::screen::Screen;
use crate::case::{RemarkEditor, Subject};

/// What a register has in place of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Register {
    Same,
    /// A date, or a word of the namespace `history` that says what it has against the answer.
    Differs(String),
    NotFound,
    NotAsked,
}

/// The line, and under it the fields of the remark while it is being written. `register`: in the table that compares.
#[component]
pub fn FieldRow(
    screen: Screen,
    subject: Subject,
    register: Option<Register>,
    /// Instead of the answer in words: the buttons of files.
    #[prop(optional)]
    files: Option<AnyView>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Subject { pointer, title, value, before } = subject;
    let differs = matches!(register, Some(Register::Differs(_)));
    let (place, own) = (pointer.clone(), pointer.clone());
    let mended = screen.open.part(move |loaded| loaded.case.mended.contains(&place));
    let answer = match files {
        Some(files) => files,
        None if value.is_empty() => view! { <span class="muted">{t("desk.no_answer")}</span> }.into_any(),
        None if differs => view! { <mark>{value}</mark> }.into_any(),
        None => value.into_any(),
    };
    let columns = if register.is_some() { "4" } else { "3" };
    let register = register.map(|register| {
        view! { <td data-label=t("desk.register")>{register_words(register)}</td> }
    });
    let is_open = Memo::new(move |_| {
        screen.can_decide.get() && screen.editing.with(|open| open.as_ref() == Some(&own))
    });
    let inside = pointer.clone();
    let editor = move || {
        is_open.get().then(|| {
            let pointer = inside.clone();
            view! {
                <tr class="remark-row"><td colspan=columns><Editor screen=screen pointer=pointer/></td></tr>
            }
        })
    };
    let about = title.clone();
    view! {
        <tr class:is-diff=differs>
            <th scope="row">{move || i18n.text(&title)}</th>
            <td data-label=t("desk.answer")>
                <span class="pre">{answer}</span>
                {drawn(move || mended.get().then(|| view! {
                    " "<Tag tone=Tone::Info icon="edit" text=t("desk.mended")/>
                }))}
                {before.map(|before| view! {
                    <div class="muted small pre">{t("desk.before")}" "<del>{before}</del></div>
                })}
            </td>
            {register}
            <td data-label=t("desk.remark")>
                <RemarkButton screen=screen pointer=pointer about=i18n.prop(&about)/>
            </td>
        </tr>
        {editor}
    }
}

fn register_words(register: Register) -> AnyView {
    let i18n = use_i18n();
    match register {
        Register::Same => t("desk.register_same").into_any(),
        Register::NotFound => t("desk.register_not_found").into_any(),
        Register::NotAsked => view! { <span class="muted">{t("desk.register_not_asked")}</span> }.into_any(),
        Register::Differs(value) => {
            let words = move || match parse_iso_date(&value) {
                Some(date) => human_date(date, &i18n.language()),
                None if value.starts_with("register_") => i18n.t(&format!("history.{value}")),
                None => value.clone(),
            };
            view! { <mark>{words}</mark> }.into_any()
        }
    }
}

/// "Add" or "change", for whoever may ask for a correction; otherwise nothing.
#[component]
fn RemarkButton(screen: Screen, pointer: String, about: TextProp) -> impl IntoView {
    let place = pointer.clone();
    let has = Memo::new(move |_| screen.remarks.has(&place));
    let place = pointer.clone();
    let is_open = Memo::new(move |_| screen.editing.with(|open| open.as_ref() == Some(&place)));
    let press = move |_| {
        if is_open.get_untracked() {
            close(screen);
        } else {
            screen.remarks.tidy();
            screen.remarks.begin(&pointer);
            screen.editing.set(Some(pointer.clone()));
            let field = kit::api::field_id(&format!("{pointer}/comment"));
            request_animation_frame(move || {
                kit::dom::focus(&field);
            });
        }
    };
    let press = StoredValue::new_local(press);
    let word = move || if has.get() { t("desk.remark_change")() } else { t("desk.remark_add")() };
    drawn(move || {
        let about = about.clone();
        screen.can_decide.get().then(move || {
            view! {
                <button
                    class="btn btn--text btn--sm"
                    type="button"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    on:click=move |event| press.with_value(|press| press(event))
                >
                    {word}
                    <span class="vh">{t("desk.remark_about")}" "{move || about.get()}</span>
                </button>
            }
        })
    })
}

/// What was begun and left empty is not a remark.
fn close(screen: Screen) {
    screen.remarks.tidy();
    screen.editing.set(None);
}

#[component]
fn Editor(screen: Screen, pointer: String) -> impl IntoView {
    let place = pointer.clone();
    let done = Callback::new(move |()| close(screen));
    let remove = Callback::new(move |()| {
        screen.remarks.remove(&place);
        screen.editing.set(None);
    });
    view! {
        <div class="stack gap-3">
        <RemarkEditor open=screen.open remarks=screen.remarks pointer=pointer/>
        <Actions>
            <Button kind="secondary sm" on_press=done>{t("common.done")}</Button>
            <Button kind="text sm" on_press=remove>{t("desk.remark_remove")}</Button>
        </Actions>
        </div>
    }
}
