//! The few things asked of the document and the device's storage. Everything here is quiet when the browser refuses:
//! a private window without storage shows the same pages.

use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{Document, HtmlElement, Storage};

use crate::number::u32_of;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What the device remembers under `key`.
#[must_use]
pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Remembers `value` on this device.
pub fn store(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage costs the comfort of being remembered, nothing else.
        let _ = storage.set_item(key, value);
    }
}

/// Forgets what was stored under `key`.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// Content of `<meta name=…>`.
#[must_use]
pub fn meta(name: &str) -> Option<String> {
    document()?.query_selector(&format!("meta[name=\"{name}\"]")).ok()??.get_attribute("content")
}

/// Sets or removes an attribute of `<html>`.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// Sets the title of the page.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Shows an element that the page holds ready (`hidden`).
pub fn reveal(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        let _ = element.remove_attribute("hidden");
    }
}

/// Takes an element out of the page.
pub fn remove(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.remove();
    }
}

/// Moves the focus to an element and brings it into view. Answers whether there is one.
pub fn focus(id: &str) -> bool {
    let element = document().and_then(|document| document.get_element_by_id(id));
    element
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Moves the focus to the first element that fits the selector.
pub fn focus_first(selector: &str) -> bool {
    let element = document().and_then(|document| document.query_selector(selector).ok().flatten());
    element
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Moves the focus to a field: a control with the id, or a group whose first control takes it.
pub fn focus_field(id: &str) -> bool {
    focus_first(&format!("#{id} :is(input, select, textarea)")) || focus(id)
}

/// Primary tags of the languages the browser prefers, best first.
#[must_use]
pub fn browser_languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let tags = window.navigator().languages();
    let primary = |tag: JsValue| tag.as_string()?.split('-').next().map(str::to_ascii_lowercase);
    tags.iter().filter_map(primary).collect()
}

/// Milliseconds since 1970 by the device's clock.
#[must_use]
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// Seconds since 1970 by the device's clock.
#[must_use]
pub fn now_seconds() -> u32 {
    u32_of(now() / 1_000.0)
}

/// Small letters for capital ones, in any script, by the browser's tables: Rust's would be a part of the bundle.
#[cfg(target_arch = "wasm32")]
#[must_use]
pub fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Small letters for capital ones, in any script.
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn lowercase(text: &str) -> String {
    text.to_lowercase()
}

/// Whether the browser believes that there is a network.
#[must_use]
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Hands bytes to the person as a file.
pub fn save_file(bytes: &[u8], name: &str, media_type: &str) -> Option<()> {
    let url = object_url(bytes, media_type)?;
    let link: web_sys::HtmlAnchorElement = document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&url).ok()
}

/// An address (`blob:`) under which the page can show bytes; free it with [`free_object_url`].
#[must_use]
pub fn object_url(bytes: &[u8], media_type: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let bag = web_sys::BlobPropertyBag::new();
    bag.set_type(media_type);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &bag).ok()?;
    web_sys::Url::create_object_url_with_blob(&blob).ok()
}

/// Frees what [`object_url`] made.
pub fn free_object_url(url: &str) {
    let _ = web_sys::Url::revoke_object_url(url);
}
