//! What a thing is: word, icon and colour together, from one table for the portal, the desk and every list.

use leptos::prelude::*;
use leptos::text_prop::TextProp;
use openapi::applications::State;
use openapi::payments::PaymentState;

use crate::i18n::t;
use crate::icon::Icon;

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Success,
    Warning,
    Danger,
    Accent,
}

impl Tone {
    /// Value of `data-tone`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Accent => "accent",
        }
    }
}

/// Colour and icon of an application's state (A16).
#[must_use]
pub const fn state_look(state: State) -> (Tone, &'static str) {
    match state {
        State::Draft => (Tone::Neutral, "edit"),
        State::AwaitingPayment => (Tone::Warning, "pay"),
        State::AutoChecking => (Tone::Info, "loader"),
        State::InReview => (Tone::Info, "hour"),
        State::ReturnedForFix => (Tone::Warning, "warn"),
        State::Amending => (Tone::Warning, "edit"),
        State::Approved | State::Completed => (Tone::Success, "ok"),
        State::Refused => (Tone::Danger, "x"),
        State::Withdrawn => (Tone::Neutral, "undo"),
    }
}

/// Colour, icon and word of a payment's state (PY-06).
#[must_use]
pub const fn payment_look(state: PaymentState) -> (Tone, &'static str, &'static str) {
    match state {
        PaymentState::Succeeded => (Tone::Success, "ok", "components.payment_succeeded"),
        PaymentState::Starting | PaymentState::Pending | PaymentState::Parked => {
            (Tone::Info, "hour", "components.payment_pending")
        }
        PaymentState::Canceled => (Tone::Neutral, "undo", "components.payment_canceled"),
        PaymentState::Failed => (Tone::Danger, "x", "components.payment_failed"),
    }
}

/// A tag: icon and word in a colour.
#[component]
pub fn Tag(tone: Tone, icon: &'static str, #[prop(into)] text: TextProp) -> impl IntoView {
    view! {
        <span class="tag" data-tone=tone.as_str()>
            <Icon name=icon/>
            {move || text.get()}
        </span>
    }
}

/// The tag of an application's state; the word comes with the application (`label`).
#[component]
pub fn StatusTag(state: State, #[prop(into)] label: TextProp) -> impl IntoView {
    let (tone, icon) = state_look(state);
    view! { <Tag tone=tone icon=icon text=label/> }
}

/// The tag of a payment's state.
#[component]
pub fn PaymentTag(state: PaymentState) -> impl IntoView {
    let (tone, icon, word) = payment_look(state);
    view! { <Tag tone=tone icon=icon text=t(word)/> }
}
