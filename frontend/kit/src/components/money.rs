//! Money on paper: the receipt of a payment and the QR that banks read.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::lists::{SummaryList, SummaryRow};
use crate::i18n::use_i18n;
use crate::opt_text::OptText;

/// A QR code as the server has drawn it (SVG text), shown as an image so that nothing of it can run.
#[component]
pub fn Qr(
    #[prop(into)] svg: String,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] note: OptText,
) -> impl IntoView {
    let address = format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(&svg));
    view! {
        <div class="qr-box">
            <div class="qr"><img src=address alt=move || label.get() width="240" height="240"/></div>
            {note.0.map(|note| view! { <p>{move || note.get()}</p> })}
        </div>
    }
}

/// A receipt: the sum (kopecks), what it was for, and a button in `children`. Prints alone.
#[component]
pub fn Receipt(
    #[prop(into)] title: TextProp,
    amount: i64,
    rows: Vec<SummaryRow>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <article class="receipt">
            <div class="row row--between"><b>{move || title.get()}</b></div>
            <p class="amount"><bdi>{move || i18n.money(amount)}</bdi></p>
            <SummaryList rows=rows short=true/>
            {children.map(|children| children())}
        </article>
    }
}
