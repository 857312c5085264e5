//! One icon of the sprite, which the build has put into the page. Icons stand beside words and are hidden from screen
//! readers.

use leptos::prelude::*;

/// An icon by its name in `assets/icons.txt`. `flip`: an arrow that turns round in right-to-left languages.
#[component]
pub fn Icon(#[prop(into)] name: Signal<&'static str>, #[prop(optional)] flip: bool) -> impl IntoView {
    view! {
        <svg class=if flip { "icon icon--flip" } else { "icon" } aria-hidden="true">
            <use href=move || format!("#i-{}", name.get())></use>
        </svg>
    }
}
