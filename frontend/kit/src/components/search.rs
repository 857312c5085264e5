//! The line one searches by.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::Button;
use crate::icon::Icon;

/// A search of its own: Enter and the button call `send` with the words, trimmed.
#[component]
pub fn Search(
    words: RwSignal<String>,
    /// What screen readers call it.
    #[prop(into)]
    label: TextProp,
    /// What could be typed.
    #[prop(into)]
    example: TextProp,
    /// What the button says.
    #[prop(into)]
    button: TextProp,
    send: Callback<String>,
    /// More classes of the form: `search--plain`, `grow`.
    #[prop(default = "")]
    class: &'static str,
    /// Kind of the button.
    #[prop(default = "primary")]
    kind: &'static str,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.run(words.get_untracked().trim().to_owned());
    };
    view! {
        <form class=format!("search {class}") role="search" on:submit=submit>
            <div class="affix">
                <Icon name="search"/>
                <input
                    class="input"
                    type="search"
                    aria-label=label
                    placeholder=example
                    prop:value=move || words.get()
                    on:input=move |event| words.set(event_target_value(&event))
                />
            </div>
            <Button kind=kind>{move || button.get()}</Button>
        </form>
    }
}
