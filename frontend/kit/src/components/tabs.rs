//! Tabs: as links between pages, and as panels of one page.

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use leptos_router::hooks::use_location;

use crate::dom;

/// Tabs that are pages: address and word of each; the present one is marked by the address.
#[component]
pub fn TabLinks(#[prop(into)] label: TextProp, links: Vec<(String, TextProp)>) -> impl IntoView {
    let location = use_location();
    let links = links.into_iter().map(|(href, text)| {
        let own = href.clone();
        let current = move || {
            let here = location.pathname.get() + &search(&location.search.get());
            (here == own).then_some("page")
        };
        view! { <li><a href=href aria-current=current>{move || text.get()}</a></li> }
    });
    view! {
        <nav class="tabs" aria-label=move || label.get()>
            <ul>{links.collect_view()}</ul>
        </nav>
    }
}

fn search(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{}", query.trim_start_matches('?')) }
}

/// Tabs that are panels: `chosen` is the number of the panel; arrows move between the tabs. Draw the panel of
/// `chosen` yourself, in `<div role="tabpanel" id=panel_id(id) tabindex="0">`.
#[component]
pub fn Tabs(
    /// Unique on the page.
    id: &'static str,
    #[prop(into)] label: TextProp,
    names: Vec<TextProp>,
    chosen: RwSignal<usize>,
) -> impl IntoView {
    let last = names.len().saturating_sub(1);
    let tab_id = move |place: usize| format!("{id}-t{place}");
    let keydown = move |event: leptos::ev::KeyboardEvent| {
        let now = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => {
                if now >= last {
                    0
                } else {
                    now + 1
                }
            }
            "ArrowLeft" | "ArrowUp" => now.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        dom::focus(&tab_id(next));
    };
    let tabs = names.into_iter().enumerate().map(|(place, name)| {
        let is_chosen = move || chosen.get() == place;
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(place)
                aria-controls=panel_id(id)
                aria-selected=move || if is_chosen() { "true" } else { "false" }
                tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| chosen.set(place)
            >
                {move || name.get()}
            </button>
        }
    });
    view! {
        <div class="tabs" role="tablist" aria-label=move || label.get() on:keydown=keydown>
            {tabs.collect_view()}
        </div>
    }
}

/// Id of the panel of [`Tabs`].
#[must_use]
pub fn panel_id(tabs: &str) -> String {
    format!("{tabs}-panel")
}
