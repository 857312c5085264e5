//! One icon of the sprite. Icons stand beside words and are hidden from screen readers.

use leptos::prelude::*;

/// Address of the sprite, in a context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sprite(pub StoredValue<String>);

/// An icon by its name in `assets/icons.txt`. `flip`: an arrow that turns round in right-to-left languages.
#[component]
pub fn Icon(#[prop(into)] name: Signal<&'static str>, #[prop(optional)] flip: bool) -> impl IntoView {
    let sprite = use_context::<Sprite>();
    let href = move || {
        let file = sprite.and_then(|sprite| sprite.0.try_get_value()).unwrap_or_default();
        format!("{file}#i-{}", name.get())
    };
    view! {
        <svg class=if flip { "icon icon--flip" } else { "icon" } aria-hidden="true">
            <use href=href></use>
        </svg>
    }
}
