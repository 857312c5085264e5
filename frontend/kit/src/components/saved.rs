//! "Saved at 14:07", near the button: the person sees that nothing is lost.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::i18n::use_i18n;
use crate::icon::Icon;

/// How it stands with saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SaveState {
    /// Nothing has been changed yet.
    #[default]
    Untouched,
    /// Changed; saving comes after the pause, or runs.
    Saving,
    Saved(DateTime<Utc>),
    /// Without a network; it is tried again by itself.
    Waiting,
    /// Refused; the page says why.
    Failed,
}

/// The state of saving, in a polite live region.
#[component]
pub fn SavedMark(#[prop(into)] state: Signal<SaveState>) -> impl IntoView {
    let i18n = use_i18n();
    let content = move || {
        let (icon, text) = match state.get() {
            SaveState::Untouched => return ().into_any(),
            SaveState::Saving => ("hour", i18n.t("components.saving")),
            SaveState::Saved(at) => {
                ("save", i18n.t_with("components.saved_at", &[("time", &i18n.time_here(at))]))
            }
            SaveState::Waiting => ("wifioff", i18n.t("components.save_waits")),
            SaveState::Failed => ("warn", i18n.t("components.save_failed")),
        };
        view! { <Icon name=icon/>{text} }.into_any()
    };
    view! { <span class="saved" role="status">{content}</span> }
}
