//! What is shown instead of a page that could not be drawn.

use leptos::prelude::*;

use crate::components::{Actions, Alert, Button, Tone};
use crate::i18n::t;

/// Draws `children`; an error in them is shown in their place, and the rest of the page goes on.
#[component]
pub fn Guarded(children: Children) -> impl IntoView {
    let reload = Callback::new(|()| {
        // A page that cannot be reloaded is closed by the person.
        let _ = window().location().reload();
    });
    let fallback = move |_| {
        view! {
            <div class="wrap">
                <Alert tone=Tone::Danger title=t("common.broken_title")>
                    <p>{t("common.broken_text")}</p>
                    <Actions>
                        <Button on_press=reload>{t("common.reload")}</Button>
                    </Actions>
                </Alert>
            </div>
        }
    };
    view! { <ErrorBoundary fallback=fallback>{children()}</ErrorBoundary> }
}
