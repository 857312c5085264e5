//! One question of a definition.

use catalogue::definition::{Address, Choice, Field, Kind};
use leptos::prelude::*;
use leptos::text_prop::TextProp;
use serde_json::Value;

use super::Form;
use crate::components::{
    AddressInput, AddressParts, Autocomplete, Checkbox, DateInput, Opt, Phone, Radios, Select, TextInput,
    Textarea,
};
use crate::i18n::{I18n, t, use_i18n};

/// A choice with more options than this opens as a list.
const MOST_CARDS: usize = 7;

/// What all kinds of questions are drawn from.
struct Question {
    form: Form,
    name: String,
    label: TextProp,
    hint: Option<TextProp>,
    optional: bool,
    autocomplete: String,
    on_blur: Callback<()>,
    prefill: Option<TextProp>,
}

/// The component of a field's kind, bound to its answer.
pub(super) fn field_view(form: Form, field: &Field) -> AnyView {
    let i18n = use_i18n();
    let id = field.id.clone();
    let left = id.clone();
    let question = Question {
        form,
        name: format!("answers/{id}"),
        label: i18n.prop(&field.label),
        hint: field.hint.as_ref().map(|hint| i18n.prop(hint)),
        optional: !field.required,
        autocomplete: field.autocomplete.clone().unwrap_or_else(|| "off".to_owned()),
        on_blur: Callback::new(move |()| form.left(&left)),
        prefill: field.prefill.as_ref().map(|_| prefilled(form, id.clone())),
    };
    match &field.kind {
        Kind::Check {} => check(question, &id),
        Kind::Address {} => address(question, &id),
        kind => text_question(question, kind, bind(form, id), &i18n),
    }
}

/// What is too long is not cut off while it is typed or pasted: the rules say so, and the person shortens it.
fn text_question(question: Question, kind: &Kind, value: RwSignal<String>, i18n: &I18n) -> AnyView {
    match kind {
        Kind::Paragraph { .. } => paragraph(question, value),
        Kind::Date { .. } => date(question, value),
        Kind::Country {} => country(question, value, i18n),
        Kind::Choice { options } => choice(question, value, options, i18n),
        Kind::Phone {} => phone(question, value),
        Kind::Time {} => line(question, value, "6", "text", "text"),
        Kind::Email {} => line(question, value, "20", "email", "email"),
        Kind::DocumentNumber { .. } => line(question, value, "20", "text", "text"),
        Kind::Inn { .. } | Kind::Ogrn {} => line(question, value, "20", "text", "numeric"),
        Kind::Text { max, .. } => line(question, value, if *max > 60 { "" } else { "20" }, "text", "text"),
        Kind::Check {} | Kind::Address {} => ().into_any(),
    }
}

/// A signal of the answer's text that goes both ways: typing changes the answers, other answers change the field.
fn bind(form: Form, id: String) -> RwSignal<String> {
    let value = RwSignal::new(form.answers.with_untracked(|answers| text_of(answers.get(&id))));
    let own = id.clone();
    Effect::new(move |_| {
        let now = form.answers.with(|answers| text_of(answers.get(&own)));
        if value.with_untracked(|shown| *shown != now) {
            value.set(now);
        }
    });
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        if before.is_some() {
            form.set_answer(&id, Value::String(now));
        }
    });
    value
}

fn text_of(answer: Option<&Value>) -> String {
    answer.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Says that the answer has come from the account, while there is one.
fn prefilled(form: Form, id: String) -> TextProp {
    let from_account = t("form.prefilled");
    TextProp::from(move || if form.answer(&id).is_some() { from_account() } else { String::new() })
}

fn line(
    q: Question,
    value: RwSignal<String>,
    width: &'static str,
    kind: &'static str,
    mode: &'static str,
) -> AnyView {
    view! {
        <TextInput
            name=q.name
            label=q.label
            value=value
            hint=q.hint
            errors=q.form.errors
            optional=q.optional
            width=width
            kind=kind
            inputmode=mode
            autocomplete=q.autocomplete
            prefill=q.prefill
            on_blur=q.on_blur
        />
    }
    .into_any()
}

fn paragraph(q: Question, value: RwSignal<String>) -> AnyView {
    view! {
        <Textarea
            name=q.name
            label=q.label
            value=value
            hint=q.hint
            errors=q.form.errors
            optional=q.optional
            on_blur=q.on_blur
        />
    }
    .into_any()
}

fn date(q: Question, value: RwSignal<String>) -> AnyView {
    view! {
        <DateInput
            name=q.name
            legend=q.label
            value=value
            hint=q.hint
            errors=q.form.errors
            optional=q.optional
            autocomplete=q.autocomplete
            on_blur=q.on_blur
        />
    }
    .into_any()
}

fn phone(q: Question, value: RwSignal<String>) -> AnyView {
    view! {
        <Phone
            name=q.name
            label=q.label
            value=value
            hint=q.hint
            errors=q.form.errors
            optional=q.optional
            autocomplete=q.autocomplete
            on_blur=q.on_blur
        />
    }
    .into_any()
}

fn country(q: Question, value: RwSignal<String>, i18n: &I18n) -> AnyView {
    let dictionaries = q.form.dictionaries();
    let countries = dictionaries.countries.iter().map(|country| {
        let codes = [country.alpha3.as_str(), &country.mrz];
        let aliases = country.aliases.iter().map(String::as_str);
        let terms = country.name.in_all().chain(codes).chain(aliases);
        Opt::new(country.code.clone(), i18n.prop(&country.name)).with_terms(terms).seldom_if(!country.current)
    });
    let options: Vec<Opt> = countries.collect();
    view! {
        <Autocomplete
            name=q.name
            label=q.label
            value=value
            options=options
            hint=q.hint
            errors=q.form.errors
            optional=q.optional
            autocomplete=q.autocomplete
            on_blur=q.on_blur
        />
    }
    .into_any()
}

fn choice(q: Question, value: RwSignal<String>, choices: &[Choice], i18n: &I18n) -> AnyView {
    let options: Vec<Opt> = choices
        .iter()
        .map(|choice| {
            let option = Opt::new(choice.value.clone(), i18n.prop(&choice.label));
            match &choice.hint {
                Some(hint) => option.with_hint(i18n.prop(hint)),
                None => option,
            }
        })
        .collect();
    if options.len() > MOST_CARDS {
        view! {
            <Select
                name=q.name
                label=q.label
                value=value
                options=options
                hint=q.hint
                errors=q.form.errors
                optional=q.optional
                on_blur=q.on_blur
            />
        }
        .into_any()
    } else {
        view! {
            <Radios
                name=q.name
                legend=q.label
                value=value
                options=options
                hint=q.hint
                errors=q.form.errors
                optional=q.optional
                on_blur=q.on_blur
            />
        }
        .into_any()
    }
}

fn check(q: Question, id: &str) -> AnyView {
    let (form, own, changed) = (q.form, id.to_owned(), id.to_owned());
    let ticked = move |answers: &catalogue::answers::Answers| answers.get(&own) == Some(&Value::Bool(true));
    let value = RwSignal::new(form.answers.with_untracked(&ticked));
    Effect::new(move |_| {
        let now = form.answers.with(&ticked);
        if value.get_untracked() != now {
            value.set(now);
        }
    });
    Effect::new(move |before: Option<()>| {
        let now = value.get();
        // A box that has never been touched has no answer, rather than "no".
        if before.is_some() {
            form.set_answer(&changed, Value::Bool(now));
        }
    });
    form.errors.name(format!("/{}", q.name), q.label.clone());
    view! {
        <Checkbox name=q.name value=value hint=q.hint errors=form.errors on_blur=q.on_blur>
            {move || q.label.get()}
        </Checkbox>
    }
    .into_any()
}

fn address(q: Question, id: &str) -> AnyView {
    let (form, own, changed) = (q.form, id.to_owned(), id.to_owned());
    let read = move |answers: &catalogue::answers::Answers| address_of(answers.get(&own));
    let parts = AddressParts::new(form.answers.with_untracked(&read));
    Effect::new(move |_| {
        let now = form.answers.with(&read);
        if untrack(|| parts.get()) != now {
            parts.set(now);
        }
    });
    Effect::new(move |before: Option<()>| {
        let now = parts.get();
        if before.is_some() {
            form.set_answer(&changed, address_answer(&now));
        }
    });
    let regions = form.dictionaries().regions.clone();
    view! {
        <AddressInput
            name=q.name
            legend=q.label
            parts=parts
            regions=regions
            hint=q.hint
            errors=form.errors
            optional=q.optional
            on_blur=q.on_blur
        />
    }
    .into_any()
}

/// What of an answer is an address; anything else is an empty one.
fn address_of(answer: Option<&Value>) -> Address {
    answer.cloned().and_then(|answer| serde_json::from_value(answer).ok()).unwrap_or_default()
}

/// The answer of an address: its filled parts, or nothing.
fn address_answer(address: &Address) -> Value {
    let Ok(Value::Object(parts)) = serde_json::to_value(address) else { return Value::Null };
    let filled: serde_json::Map<String, Value> =
        parts.into_iter().filter(|(_, part)| part.as_str().is_some_and(|part| !part.is_empty())).collect();
    if filled.is_empty() { Value::Null } else { Value::Object(filled) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_keeps_only_its_filled_parts() {
        let address = Address { town: "Примерск".to_owned(), ..Address::default() };
        assert_eq!(address_answer(&address), json!({"town": "Примерск"}));
        assert_eq!(address_answer(&Address::default()), Value::Null);
        assert_eq!(address_of(Some(&address_answer(&address))), address);
        assert_eq!(address_of(Some(&json!("text"))), Address::default());
    }
}
