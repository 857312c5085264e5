//! Keys of the desk: one letter each, by its place on the keyboard, so that they work in a Russian layout as well.
//! They rest while something is typed or a dialog is open, and can be switched off on this device (WCAG 2.1.4).

use kit::dom;
use kit::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Where the switch is kept on the device.
const STORAGE_KEY: &str = "prichal.desk.keys";

/// All keys with what they do: places on the keyboard, then a key of the locale file.
const MAP: [(&[&str], &str); 8] = [
    (&["J", "K"], "desk.key_move"),
    (&["Enter"], "desk.key_open"),
    (&["N"], "desk.key_next"),
    (&["T"], "desk.key_take"),
    (&["R"], "desk.key_correction"),
    (&["A"], "desk.key_approve"),
    (&["D"], "desk.key_refuse"),
    (&["?"], "desk.key_help"),
];

/// The keys of this page, in a context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    on: RwSignal<bool>,
    open: RwSignal<bool>,
}

impl Keys {
    /// As this device has chosen; on unless it has.
    pub fn new() -> Self {
        Self {
            on: RwSignal::new(dom::stored(STORAGE_KEY).as_deref() != Some("off")),
            open: RwSignal::new(false),
        }
    }

    fn switch(self, on: bool) {
        self.on.set(on);
        if on {
            dom::forget(STORAGE_KEY);
        } else {
            dom::store(STORAGE_KEY, "off");
        }
    }
}

/// Calls `pressed` with the letter (`J`, `?` …) for as long as the component lives. It answers whether the key was
/// one of its own.
pub fn use_keys(pressed: impl Fn(char) -> bool + 'static) {
    let keys: Keys = expect_context();
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if keys.on.get_untracked()
            && let Some(letter) = letter(&event)
            && pressed(letter)
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// The letter of a key press that is meant as a command.
fn letter(event: &KeyboardEvent) -> Option<char> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.repeat() && !is_move(&event.code()) {
        return None;
    }
    if event.target().is_some_and(|target| is_typing(&target)) || is_dialog_open() {
        return None;
    }
    if event.key() == "?" {
        return Some('?');
    }
    command(&event.code(), event.shift_key())
}

fn is_move(code: &str) -> bool {
    matches!(code, "KeyJ" | "KeyK")
}

/// The letter on a key of the American layout; the question mark stands on its slash.
fn command(code: &str, shift: bool) -> Option<char> {
    match code.strip_prefix("Key") {
        Some(letter) if !shift => letter.chars().next(),
        None if code == "Slash" && shift => Some('?'),
        _ => None,
    }
}

fn is_typing(target: &web_sys::EventTarget) -> bool {
    target.dyn_ref::<Element>().is_some_and(|element| {
        element
            .matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
            .unwrap_or(false)
    })
}

fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// The tool of the bar that shows the keys; the question mark does the same.
#[component]
pub fn KeysButton() -> impl IntoView {
    let keys: Keys = expect_context();
    use_keys(move |letter| {
        let asked = letter == '?';
        if asked {
            keys.open.set(true);
        }
        asked
    });
    view! {
        <button class="tool" type="button" on:click=move |_| keys.open.set(true)>
            <kbd aria-hidden="true">"?"</kbd>
            <span class="vh">{t("desk.keys")}</span>
            <span class="wide" aria-hidden="true">{t("desk.keys")}</span>
        </button>
        <KeysDialog/>
    }
}

#[component]
fn KeysDialog() -> impl IntoView {
    let keys: Keys = expect_context();
    let close = Callback::new(move |()| keys.open.set(false));
    view! {
        <Dialog open=keys.open id="keys" title=t("desk.keys")>
            <dl class="summary summary--short">
                {MAP
                    .map(|(names, what)| {
                        let names = names.iter().map(|name| view! { <kbd>{*name}</kbd>" " }).collect_view();
                        view! { <div><dt>{names}</dt><dd>{t(what)}</dd></div> }
                    })
                    .collect_view()}
            </dl>
            <label class="row">
                <input
                    class="switch"
                    type="checkbox"
                    role="switch"
                    prop:checked=move || keys.on.get()
                    on:change=move |event| keys.switch(event_target_checked(&event))
                />
                {t("desk.keys_on")}
            </label>
            <Actions>
                <Button kind="primary" on_press=close>{t("common.close")}</Button>
            </Actions>
        </Dialog>
    }
}

/// The line under a list that reminds of its keys.
#[component]
pub fn KeysHint(keys: &'static [(&'static [&'static str], &'static str)]) -> impl IntoView {
    let state: Keys = expect_context();
    let hints = move || {
        state.on.get().then(|| {
            let hints = keys.iter().map(|(names, what)| {
                let names = names.iter().map(|name| view! { <kbd>{*name}</kbd>" " }).collect_view();
                view! { <span>{names}{t(what)}</span> }
            });
            view! { <p class="row small muted">{hints.collect_view()}</p> }
        })
    };
    hints.into_any()
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn keys_are_known_by_their_place() {
        assert_eq!(command("KeyJ", false), Some('J'));
        assert_eq!(command("KeyJ", true), None);
        assert_eq!(command("Slash", true), Some('?'));
        assert_eq!(command("Slash", false), None);
        assert_eq!(command("Enter", false), None);
    }
}
