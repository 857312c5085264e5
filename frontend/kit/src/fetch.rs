//! Fetching our own static files. Everything else goes through the typed client.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The text of a static file, or nothing when it cannot be had.
pub(crate) async fn text(address: &str) -> Option<String> {
    let window = web_sys::window()?;
    let response: web_sys::Response =
        JsFuture::from(window.fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}
