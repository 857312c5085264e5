//! Choosing: one of a list, one of a few cards, a box to tick.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::field::{Field, error_line};
use super::input::blurred;
use crate::api::Errors;
use crate::drawn::drawn;
use crate::i18n::t;
use crate::icon::Icon;
use crate::opt_text::OptText;

/// One option of a choice.
#[derive(Debug, Clone)]
pub struct Opt {
    pub value: String,
    pub label: TextProp,
    pub hint: Option<TextProp>,
    /// Other words it is found by, in small letters.
    pub terms: Vec<String>,
    /// Whether it is offered behind all others.
    pub seldom: bool,
}

impl Opt {
    /// An option without a hint.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<TextProp>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, terms: Vec::new(), seldom: false }
    }

    /// The option with a line of explanation.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<TextProp>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The option behind those that are looked for more often.
    #[must_use]
    pub fn seldom_if(mut self, seldom: bool) -> Self {
        self.seldom = seldom;
        self
    }

    /// The option with other words an [`super::Autocomplete`] finds it by: codes, names of other times and languages.
    #[must_use]
    pub fn with_terms<'a>(mut self, terms: impl IntoIterator<Item = &'a str>) -> Self {
        self.terms = terms.into_iter().map(crate::dom::lowercase).collect();
        self
    }
}

/// A list that opens. For more than fifteen options take [`super::Autocomplete`].
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    options: Vec<Opt>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    /// First line, chosen while nothing is; "Choose" unless told otherwise.
    #[prop(optional, into)]
    empty: OptText,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let empty = empty.0.unwrap_or_else(|| TextProp::from(t("components.choose")));
    let lines = options
        .into_iter()
        .map(|option| {
            let own = option.value.clone();
            view! {
                <option value=option.value selected=move || value.with(|value| *value == own)>
                    {move || option.label.get()}
                </option>
            }
        })
        .collect_view();
    let control = view! {
        <div class="select">
            <select
                class="input"
                id=field.id.clone()
                aria-describedby=field.described_by()
                aria-invalid=field.invalid()
                on:change=move |event| value.set(event_target_value(&event))
                on:blur=move |_| blurred(on_blur)
            >
                <option value="" selected=move || value.with(String::is_empty)>
                    {move || empty.get()}
                </option>
                {lines}
            </select>
            <Icon name="chev"/>
        </div>
    };
    field.labelled(label, optional, control.into_any())
}

/// One of a few options as cards.
#[component]
pub fn Radios(
    #[prop(into)] name: String,
    #[prop(into)] legend: TextProp,
    value: RwSignal<String>,
    options: Vec<Opt>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    /// Short options side by side.
    #[prop(optional)]
    inline: bool,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let group = field.id.clone();
    let invalid = field.invalid();
    let cards = options
        .into_iter()
        .map(|option| {
            let (own, chosen) = (option.value.clone(), option.value.clone());
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=group.clone()
                        value=option.value
                        aria-invalid=invalid
                        prop:checked=move || value.with(|value| *value == own)
                        on:change=move |_| {
                            value.set(chosen.clone());
                            blurred(on_blur);
                        }
                    />
                    <span>{move || option.label.get()}</span>
                    {option.hint.map(|hint| view! { <span class="hint">{move || hint.get()}</span> })}
                </label>
            }
        })
        .collect_view();
    let class = if inline { "choices choices--inline" } else { "choices" };
    field.grouped(legend, optional, view! { <div class=class>{cards}</div> }.into_any())
}

/// A box to tick, as a card.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    value: RwSignal<bool>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] on_blur: Option<Callback<()>>,
    /// The words beside the box; may hold links.
    children: Children,
) -> impl IntoView {
    let field = Field::new(&name, errors, OptText::default());
    let (id, error) = (field.id.clone(), field.error);
    let error_id = format!("{id}-e");
    view! {
        <div class="field">
            {drawn(move || error.get().map(|text| error_line(error_id.clone(), text)))}
            <label class="choice">
                <input
                    type="checkbox"
                    id=id
                    aria-describedby=field.described_by()
                    aria-invalid=field.invalid()
                    prop:checked=move || value.get()
                    on:change=move |event| {
                        value.set(event_target_checked(&event));
                        blurred(on_blur);
                    }
                />
                <span>{children()}</span>
                {hint.0.map(|hint| view! { <span class="hint">{move || hint.get()}</span> })}
            </label>
        </div>
    }
}
