//! Tables, and the button under a list that reads on.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::button::Button;
use crate::api::Pages;
use crate::drawn::drawn;
use crate::i18n::t;

/// A table that becomes a stack of cards under 40 rem; give the cells `data-label`. `children` are the rows.
#[component]
pub fn Table(#[prop(into)] caption: TextProp, heads: Vec<TextProp>, children: Children) -> impl IntoView {
    let heads = heads.into_iter().map(|head| view! { <th scope="col">{move || head.get()}</th> });
    view! {
        <table class="table table--stack">
            <caption class="vh">{move || caption.get()}</caption>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{children()}</tbody>
        </table>
    }
}

/// "Show more" under a list of pages; nothing on the last page.
#[component]
pub fn ShowMore<T: Clone + PartialEq + Send + Sync + 'static>(
    pages: Pages<T>,
    /// The key of other words for it.
    #[prop(default = "common.show_more")]
    text: &'static str,
) -> impl IntoView {
    let press = Callback::new(move |()| pages.load_more());
    drawn(move || {
        pages.more.get().then(|| {
            view! {
                <div class="row center mt-4">
                    <Button busy=pages.pending on_press=press>{t(text)}</Button>
                </div>
            }
        })
    })
}
