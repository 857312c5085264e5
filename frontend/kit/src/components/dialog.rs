//! A window over the page: the browser's own dialog, which keeps the focus inside, closes with Esc and gives the focus
//! back. Only for time-outs and steps that cannot be taken back.

use crate::drawn::drawn;
use leptos::html;
use leptos::prelude::*;
use leptos::text_prop::TextProp;

/// A dialog that is open while `open` is true. `on_close` is called when it closes by Esc.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    /// Unique on the page.
    id: &'static str,
    #[prop(into)] title: TextProp,
    #[prop(optional)] on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        match (open.get(), dialog.open()) {
            // A dialog that is already open, or is not in the page any more, stays as it is.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let closed = move |_| {
        if open.get_untracked() {
            open.set(false);
            if let Some(on_close) = on_close {
                on_close.run(());
            }
        }
    };
    let title_id = format!("{id}-title");
    let labelled_by = title_id.clone();
    view! {
        <dialog class="dialog" id=id node_ref=element aria-labelledby=labelled_by on:close=closed>
            <h2 id=title_id>{move || title.get()}</h2>
            {drawn(move || open.get().then(|| children()))}
        </dialog>
    }
}
