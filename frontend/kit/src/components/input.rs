//! Fields of one line or several: text, telephone, code, password.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

use super::field::{Field, prefill_line};
use crate::api::Errors;
use crate::i18n::t;
use crate::opt_text::OptText;

/// How a line of text is typed: attributes of `<input>`.
#[derive(Debug, Clone)]
struct Typing {
    kind: &'static str,
    mode: Option<&'static str>,
    class: String,
    autocomplete: Option<String>,
    maxlength: Option<u32>,
}

/// A line of text. `name` is its place in the request body; errors of that place are shown here.
#[component]
pub fn TextInput(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    /// Adds "(if any)" to the label.
    #[prop(optional)]
    optional: bool,
    /// Width in signs, of `2 4 6 12 20`; empty for the whole line.
    #[prop(default = "20")]
    width: &'static str,
    /// `text`, `email`, `search`, `number` …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] autocomplete: Option<String>,
    /// `numeric`, `email`, `tel` …
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] readonly: MaybeProp<bool>,
    /// Where the answer has been taken from.
    #[prop(optional, into)]
    prefill: OptText,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let class = if width.is_empty() { "input".to_owned() } else { format!("input input--{width}") };
    let typing = Typing { kind, mode: inputmode, class, autocomplete, maxlength };
    let control = line(&field, &typing, value, readonly, on_blur, move || kind);
    field.labelled(label, optional, (control, prefill.0.map(prefill_line)).into_any())
}

/// Any country's telephone number.
#[component]
pub fn Phone(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    #[prop(default = "tel".to_owned(), into)] autocomplete: String,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint.or(t("components.phone_hint")));
    let typing = Typing {
        kind: "tel",
        mode: Some("tel"),
        class: "input input--20".to_owned(),
        autocomplete: Some(autocomplete),
        maxlength: Some(40),
    };
    let control = line(&field, &typing, value, MaybeProp::default(), on_blur, || "tel");
    field.labelled(label, optional, control)
}

/// The code of an SMS or an authenticator, in one field. Only digits stay; `on_full` is called when all are there.
#[component]
pub fn CodeInput(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    /// While codes may not be tried.
    #[prop(optional, into)]
    locked: MaybeProp<bool>,
    #[prop(default = 6)] length: usize,
    #[prop(optional)] on_full: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let changed = move |event: leptos::ev::Event| {
        let digits: String =
            event_target_value(&event).chars().filter(char::is_ascii_digit).take(length).collect();
        let is_full = digits.len() == length && digits != value.get_untracked();
        value.set(digits);
        if let (true, Some(on_full)) = (is_full, on_full) {
            on_full.run(());
        }
    };
    let control = view! {
        <input
            class="input input--code"
            id=field.id.clone()
            inputmode="numeric"
            autocomplete="one-time-code"
            readonly=move || locked.get().unwrap_or(false)
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
            prop:value=move || value.get()
            on:input=changed
        />
    };
    field.labelled(label, false, control.into_any())
}

/// A password, hidden until the person wants to see it.
#[component]
pub fn PasswordInput(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let shown = RwSignal::new(false);
    let typing = Typing {
        kind: "password",
        mode: None,
        class: "input".to_owned(),
        autocomplete: Some(autocomplete.to_owned()),
        maxlength: None,
    };
    let kind = move || if shown.get() { "text" } else { "password" };
    let input = line(&field, &typing, value, MaybeProp::default(), on_blur, kind);
    let (show, hide) = (t("components.password_show"), t("components.password_hide"));
    let control = view! {
        <div class="affix affix--end w-22">
            {input}
            <button
                class="btn btn--text btn--sm affix__end"
                type="button"
                aria-controls=field.id.clone()
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || if shown.get() { hide() } else { show() }}
            </button>
        </div>
    };
    field.labelled(label, false, control.into_any())
}

/// Several lines of text.
#[component]
pub fn Textarea(
    #[prop(into)] name: String,
    #[prop(into)] label: TextProp,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: OptText,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] optional: bool,
    #[prop(default = 5)] rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let field = Field::new(&name, errors, hint);
    let control = view! {
        <textarea
            class="input"
            id=field.id.clone()
            rows=rows
            maxlength=maxlength
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
            on:blur=move |_| blurred(on_blur)
        ></textarea>
    };
    field.labelled(label, optional, control.into_any())
}

fn line(
    field: &Field,
    typing: &Typing,
    value: RwSignal<String>,
    readonly: MaybeProp<bool>,
    on_blur: Option<Callback<()>>,
    kind: impl Fn() -> &'static str + Send + Sync + 'static,
) -> AnyView {
    let is_email = typing.kind == "email";
    view! {
        <input
            class=typing.class.clone()
            id=field.id.clone()
            type=kind
            inputmode=typing.mode
            autocomplete=typing.autocomplete.clone()
            maxlength=typing.maxlength
            spellcheck=is_email.then_some("false")
            readonly=move || readonly.get().unwrap_or(false)
            aria-describedby=field.described_by()
            aria-invalid=field.invalid()
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
            on:blur=move |_| blurred(on_blur)
        />
    }
    .into_any()
}

/// A field that is taken away with the focus inside loses it as its last deed; then nobody is left to be told.
pub(super) fn blurred(on_blur: Option<Callback<()>>) {
    if let Some(on_blur) = on_blur {
        on_blur.try_run(());
    }
}
