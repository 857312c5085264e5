//! The frame of every field: label, hint, error and how they hang together for screen readers. Not generic, so that
//! fifteen kinds of fields share one piece of code.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use crate::api::{Errors, field_id};
use crate::drawn::drawn;
use crate::i18n::t;
use crate::icon::Icon;
use crate::opt_text::OptText;

/// What all fields have in common.
pub(crate) struct Field {
    /// Id of the control.
    pub id: String,
    pub error: Signal<Option<String>>,
    errors: Option<Errors>,
    pointer: String,
    hint: Option<TextProp>,
}

impl Field {
    /// `name` is the place in the request body (`email`, `answers/address/house`); errors are looked up by it.
    pub fn new(name: &str, errors: Option<Errors>, hint: OptText) -> Self {
        let pointer = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
        let error = errors.map_or_else(|| Signal::stored(None), |errors| errors.signal(pointer.clone()));
        Self { id: field_id(name), error, errors, pointer, hint: hint.0 }
    }

    /// Tells the error summary what the field is called.
    fn tell_name(&mut self, name: &TextProp) {
        if let Some(errors) = self.errors {
            errors.name(std::mem::take(&mut self.pointer), name.clone());
        }
    }

    /// Value of `aria-describedby`.
    pub fn described_by(&self) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
        let (id, error, has_hint) = (self.id.clone(), self.error, self.hint.is_some());
        move || match (has_hint, error.with(Option::is_some)) {
            (false, false) => None,
            (true, false) => Some(format!("{id}-h")),
            (false, true) => Some(format!("{id}-e")),
            (true, true) => Some(format!("{id}-h {id}-e")),
        }
    }

    /// Value of `aria-invalid`.
    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Copy + Send + Sync + use<> {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }

    /// The field with a label of its own.
    pub fn labelled(mut self, label: TextProp, optional: bool, control: AnyView) -> AnyView {
        self.tell_name(&label);
        let Self { id, error, hint, .. } = self;
        view! {
            <div class="field">
                <label class="label" for=id.clone()>
                    {move || label.get()}
                    {optional.then(optional_mark)}
                </label>
                {hint_view(&id, hint)}
                {error_view(&id, error)}
                {control}
            </div>
        }
        .into_any()
    }

    /// The field as a group of controls under a legend.
    pub fn grouped(mut self, legend: TextProp, optional: bool, control: AnyView) -> AnyView {
        self.tell_name(&legend);
        let described_by = self.described_by();
        let Self { id, error, hint, .. } = self;
        view! {
            <fieldset id=id.clone() aria-describedby=described_by>
                <legend class="legend">
                    {move || legend.get()}
                    {optional.then(optional_mark)}
                </legend>
                {hint_view(&id, hint)}
                {error_view(&id, error)}
                {control}
            </fieldset>
        }
        .into_any()
    }
}

fn optional_mark() -> AnyView {
    view! { " "<span class="optional">{t("components.optional")}</span> }.into_any()
}

fn hint_view(id: &str, hint: Option<TextProp>) -> Option<AnyView> {
    let id = format!("{id}-h");
    hint.map(|hint| view! { <p class="hint" id=id>{move || hint.get()}</p> }.into_any())
}

fn error_view(id: &str, error: Signal<Option<String>>) -> AnyView {
    let id = format!("{id}-e");
    drawn(move || error.get().map(|text| error_line(id.clone(), text)))
}

/// The line that says what is wrong at a field.
pub(crate) fn error_line(id: String, text: String) -> AnyView {
    view! {
        <p class="error" id=id>
            <Icon name="alert"/>
            <span><span class="vh">{t("components.error_prefix")}" "</span>{text}</span>
        </p>
    }
    .into_any()
}

/// A line under a field saying where its answer comes from.
pub(crate) fn prefill_line(text: TextProp) -> AnyView {
    view! { <p class="prefill"><Icon name="ok"/>{move || text.get()}</p> }.into_any()
}
