//! Buttons and the row they stand in.

use crate::drawn::drawn;
use leptos::prelude::*;

/// A button. `kind`: words of `primary secondary soft danger text lg sm block`, several with spaces. Without
/// `on_press` it sends the form. `busy` shows a spinner and keeps the label; a busy button does nothing.
#[component]
pub fn Button(
    #[prop(default = "secondary")] kind: &'static str,
    #[prop(optional, into)] busy: MaybeProp<bool>,
    #[prop(optional)] on_press: Option<Callback<()>>,
    /// What the button acts on, for readers who only hear it: "Delete *passport.jpg*".
    #[prop(optional, into)]
    about: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    let is_busy = move || busy.get().unwrap_or(false);
    let press = move |event: leptos::ev::MouseEvent| {
        if untrack(is_busy) {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    let hidden = move || about.get().map(|about| view! { <span class="vh">" "{about}</span> });
    view! {
        <button
            class=classes(kind)
            type=if on_press.is_some() { "button" } else { "submit" }
            aria-busy=move || is_busy().then_some("true")
            on:click=press
        >
            {children()}
            {drawn(hidden)}
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: Signal<String>,
    #[prop(default = "secondary")] kind: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=classes(kind) href=move || href.get()>
            {children()}
        </a>
    }
}

/// The row of buttons under a form or in a card; a column on phones. The primary one stands first.
#[component]
pub fn Actions(children: Children) -> impl IntoView {
    view! { <div class="actions">{children()}</div> }
}

fn classes(kind: &str) -> String {
    kind.split_whitespace().fold("btn".to_owned(), |classes, word| classes + " btn--" + word)
}

#[cfg(test)]
mod tests {
    use super::classes;

    #[test]
    fn kinds_become_classes() {
        assert_eq!(classes("primary lg"), "btn btn--primary btn--lg");
    }
}
