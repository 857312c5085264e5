//! The questions of one step, and the answers of one step as they stand.

use catalogue::definition::{Field, Step};
use catalogue::form::{display, is_field_asked};
use leptos::prelude::*;
use leptos::text_prop::TextProp;
use openapi::applications::Remark;
use serde_json::Value;

use super::Form;
use super::field::field_view;
use crate::components::{Alert, SummaryList, SummaryRow, Tone};
use crate::i18n::{I18n, t, use_i18n};

/// The questions of a step that are asked now. What is asked follows the answers; fields that a correction leaves
/// closed are shown as text, with the officer's remarks at the open ones.
#[component]
pub fn StepFields(form: Form, step: Step) -> impl IntoView {
    let fields = step.fields.into_iter().map(|field| {
        let (service, id) = (form.service(), field.id.clone());
        let is_asked =
            Memo::new(move |_| form.answers.with(|answers| is_field_asked(&service, &id, answers)));
        let field = StoredValue::new(field);
        move || is_asked.get().then(|| field.with_value(|field| open_or_closed(form, field)))
    });
    view! { <div class="form">{fields.collect_view()}</div> }
}

fn open_or_closed(form: Form, field: &Field) -> AnyView {
    if !form.is_open(&field.id) {
        let i18n = use_i18n();
        return view! { <SummaryList rows=vec![row(form, field, &i18n)]/> }.into_any();
    }
    let remarks = form.remarks_at(&field.id);
    let remarks = remarks.iter().map(|remark| remark_view(form, remark)).collect_view();
    (remarks, field_view(form, field)).into_any()
}

/// What an officer has remarked: the reason in the reader's language, if one of the dictionary fits, then the
/// officer's own words, in the language they were written in.
#[must_use]
pub fn remark_view(form: Form, remark: &Remark) -> AnyView {
    let i18n = use_i18n();
    let dictionaries = form.dictionaries();
    let reason = remark.reason.as_deref().and_then(|code| dictionaries.refusal_reason(code));
    let reason = reason.map(|reason| i18n.prop(&reason.title));
    let comment = remark.comment.clone();
    view! {
        <Alert tone=Tone::Warning title=t("form.remark")>
            {reason.map(|reason| view! { <p><b>{move || reason.get()}</b></p> })}
            <p class="pre">{comment}</p>
        </Alert>
    }
    .into_any()
}

/// The answers of a step for the page where they are checked; `change` is the address of the step, if it may be
/// changed. Questions that are not asked are left out, unanswered ones say so.
#[must_use]
pub fn summary_rows(form: Form, step: &Step, i18n: &I18n, change: Option<&str>) -> Vec<SummaryRow> {
    let service = form.service();
    let asked = |field: &&Field| form.answers.with(|answers| is_field_asked(&service, &field.id, answers));
    let rows = step.fields.iter().filter(asked).map(|field| {
        let row = row(form, field, i18n);
        match change.filter(|_| form.is_open(&field.id)) {
            Some(href) => row.with_change(href),
            None => row,
        }
    });
    rows.collect()
}

fn row(form: Form, field: &Field, i18n: &I18n) -> SummaryRow {
    let (i18n, label, field) = (*i18n, i18n.prop(&field.label), field.clone());
    let dictionaries = form.dictionaries();
    let value = TextProp::from(move || {
        let answer = form.answer(&field.id).unwrap_or(Value::Null);
        let text = display(&field, &answer, &dictionaries, &i18n.language());
        if text.is_empty() { i18n.t("form.no_answer") } else { text }
    });
    SummaryRow::new(label, value)
}
