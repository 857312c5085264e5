//! "Вид страницы": size, colours, spacing, letters and motion of the same pages. A panel under the header, so that the
//! page being read stays where it is.

use leptos::prelude::*;

use crate::components::{Actions, Button};
use crate::dom;
use crate::drawn::drawn;
use crate::i18n::{t, use_i18n};
use crate::settings::{SETTINGS, Setting, use_settings};

const PANEL_ID: &str = "view-panel";
const BUTTON_ID: &str = "view-button";

/// Whether the panel is open, in a context.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ViewOpen(pub RwSignal<bool>);

/// The button of the header that opens and closes the panel.
#[component]
pub fn ViewButton() -> impl IntoView {
    let ViewOpen(open) = expect_context();
    let press = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() {
            request_animation_frame(|| {
                dom::focus(PANEL_ID);
            });
        }
    };
    view! {
        <button
            class="tool"
            type="button"
            id=BUTTON_ID
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-controls=PANEL_ID
            on:click=press
        >
            <b aria-hidden="true">{t("components.view_sign")}</b>
            <span class="vh">{t("components.view")}</span>
            <span class="wide" aria-hidden="true">{t("components.view")}</span>
        </button>
    }
}

/// The panel; [`super::Frame`] has it. Everything applies at once and is kept on the device.
#[component]
pub fn ViewPanel() -> impl IntoView {
    let ViewOpen(open) = expect_context();
    let settings = use_settings();
    let close = Callback::new(move |()| {
        open.set(false);
        dom::focus(BUTTON_ID);
    });
    let reset = Callback::new(move |()| settings.reset());
    drawn(move || {
        open.get().then(|| {
            view! {
                <div class="wrap mt-4">
                    <section class="sheet sheet--flat" id=PANEL_ID tabindex="-1" aria-labelledby="view-title">
                        <div>
                            <h2 id="view-title">{t("components.view")}</h2>
                            <p class="muted">{t("components.view_note")}</p>
                        </div>
                        {SETTINGS.map(|setting| view! { <Choice setting=setting/> }).collect_view()}
                        <Actions>
                            <Button kind="primary" on_press=close>{t("common.done")}</Button>
                            <Button kind="text" on_press=reset>{t("components.view_reset")}</Button>
                        </Actions>
                    </section>
                </div>
            }
        })
    })
}

#[component]
fn Choice(setting: Setting) -> impl IntoView {
    let (i18n, settings) = (use_i18n(), use_settings());
    let labels = setting.values.iter().map(move |value| {
        let key = if value.is_empty() { "default" } else { value };
        let key = format!("components.view_{}_{}", setting.name, key.replace('-', "_"));
        view! {
            <label>
                <input
                    type="radio"
                    name=format!("view-{}", setting.name)
                    prop:checked=move || settings.get(setting) == *value
                    on:change=move |_| settings.set(setting, value)
                />
                {move || i18n.t(&key)}
            </label>
        }
    });
    let legend = format!("components.view_{}", setting.name);
    let class = if setting.values.len() > 4 { "seg seg--long" } else { "seg" };
    view! {
        <fieldset>
            <legend class="legend">{move || i18n.t(&legend)}</legend>
            <div class=class>{labels.collect_view()}</div>
        </fieldset>
    }
}
