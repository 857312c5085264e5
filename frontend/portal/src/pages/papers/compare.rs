//! Compares a file in hand with the issued one by its SHA-256. The file never leaves the device.

use js_sys::{ArrayBuffer, Uint8Array};
use kit::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};

/// Larger files are not the ones we issue; the browser need not read them.
const MOST_BYTES: f64 = 50.0 * 1024.0 * 1024.0;

#[derive(Clone, PartialEq)]
enum Outcome {
    Reading,
    Same(String),
    Other(String),
    Unreadable,
}

/// A button to pick the file, and the answer.
#[component]
pub fn CompareFile(sha256: String) -> impl IntoView {
    let i18n = use_i18n();
    let outcome = RwSignal::new(None::<Outcome>);
    let expected = StoredValue::new(sha256);
    let picked = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file may be picked again.
        input.set_value("");
        outcome.set(Some(Outcome::Reading));
        spawn_local(async move {
            let name = file.name();
            let now = match hash(&file).await {
                Some(found) if expected.try_with_value(|expected| *expected == found) == Some(true) => {
                    Outcome::Same(name)
                }
                Some(_) => Outcome::Other(name),
                None => Outcome::Unreadable,
            };
            outcome.try_set(Some(now));
        });
    };
    let answer = move || {
        let (tone, icon, key, name) = match outcome.get()? {
            Outcome::Reading => ("info", "loader", "documents.file_reading", String::new()),
            Outcome::Same(name) => ("success", "ok", "documents.file_same", name),
            Outcome::Other(name) => ("danger", "x", "documents.file_other", name),
            Outcome::Unreadable => ("warning", "warn", "documents.file_unreadable", String::new()),
        };
        let text = i18n.t_with(key, &[("name", &name)]);
        Some(view! { <span class="state" data-tone=tone><Icon name=icon/>{text}</span> })
    };
    view! {
        <div class="drop">
            <label class="btn btn--secondary">
                <input class="vh" type="file" accept="application/pdf" on:change=picked/>
                <Icon name="file"/>
                {t("documents.file_pick")}
            </label>
            <p class="hint">{t("documents.file_stays")}</p>
        </div>
        <p role="status">{drawn(answer)}</p>
    }
}

/// Hex SHA-256 of a file, by the browser's own implementation.
async fn hash(file: &File) -> Option<String> {
    if file.size() > MOST_BYTES {
        return Some(String::new());
    }
    let buffer: ArrayBuffer = JsFuture::from(file.array_buffer()).await.ok()?.dyn_into().ok()?;
    let crypto = web_sys::window()?.crypto().ok()?.subtle();
    let digest = crypto.digest_with_str_and_buffer_source("SHA-256", &buffer).ok()?;
    let digest = JsFuture::from(digest).await.ok()?;
    Some(Uint8Array::new(&digest).to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
}
