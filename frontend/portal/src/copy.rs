//! A button that copies a value: numbers are long and easily mistyped.

use js_sys::{Function, Reflect};
use kit::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Copies `value` and says so. `about` names what is copied, for readers who only hear the button.
#[component]
pub fn CopyButton(
    #[prop(into)] value: String,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] about: MaybeProp<String>,
    #[prop(default = "text sm")] kind: &'static str,
) -> impl IntoView {
    let (toasts, i18n) = (use_toasts(), use_i18n());
    let copy = Callback::new(move |()| {
        let key = if copy_text(&value) { "pages.copied" } else { "pages.not_copied" };
        toasts.show(untrack(|| i18n.t(key)));
    });
    view! {
        <Button kind=kind on_press=copy about=about>
            <Icon name="copy"/>
            {said(label)}
        </Button>
    }
}

/// Answers whether the browser has a clipboard for pages: it has none on insecure addresses.
fn copy_text(text: &str) -> bool {
    let navigator = window().navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok().filter(JsValue::is_object);
    let write = clipboard.as_ref().and_then(|clipboard| {
        Reflect::get(clipboard, &JsValue::from_str("writeText")).ok()?.dyn_into::<Function>().ok()
    });
    match (clipboard, write) {
        (Some(clipboard), Some(write)) => write.call1(&clipboard, &JsValue::from_str(text)).is_ok(),
        _ => false,
    }
}
