//! Short news of something that went well. Errors never come as a toast: they stand at their place.

use std::time::Duration;

use leptos::prelude::*;

use crate::components::Button;
use crate::i18n::t;
use crate::icon::Icon;

/// How long a toast stays.
const STAYS: Duration = Duration::from_secs(8);

/// The toast context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, String)>>,
    numbers: StoredValue<u32>,
}

/// The toasts of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    pub(crate) fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), numbers: StoredValue::new(0) }
    }

    /// Shows a text for eight seconds or until closed.
    pub fn show(&self, text: String) {
        self.numbers.update_value(|number| *number = number.wrapping_add(1));
        let (toasts, number) = (*self, self.numbers.get_value());
        self.shown.update(|shown| shown.push((number, text)));
        set_timeout(move || toasts.close(number), STAYS);
    }

    fn close(&self, number: u32) {
        self.shown.try_update(|shown| shown.retain(|(own, _)| *own != number));
    }
}

/// The place of the toasts; [`crate::shell::Frame`] has it.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|(number, _)| *number let((number, text))>
                <div class="toast">
                    <Icon name="ok"/>
                    <span>{text}</span>
                    <Button kind="sm" on_press=Callback::new(move |()| toasts.close(number))>
                        {t("common.close")}
                    </Button>
                </div>
            </For>
        </div>
    }
}
