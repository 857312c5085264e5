//! Which steps, fields and documents are asked for, given the answers so far (FM-10).

use serde_json::Value;

use crate::{
    answers::Answers,
    definition::{Condition, DocumentItem, Field, Service, Step},
};

/// A chain of conditions longer than this is a circle in the data; the loader refuses those, and this keeps a
/// circle that got through from running for ever.
const DEEPEST: u8 = 16;

/// Whether the condition holds. No condition always does; one on a field that is itself not asked never does.
#[must_use]
pub fn is_asked(when: Option<&Condition>, service: &Service, answers: &Answers) -> bool {
    holds(when, service, answers, DEEPEST)
}

/// Whether the field stands in the form now: its own condition and that of its step hold.
#[must_use]
pub fn is_field_asked(service: &Service, field: &str, answers: &Answers) -> bool {
    field_asked(service, field, answers, DEEPEST)
}

/// The steps asked now, in order. A step none of whose fields is asked is not.
#[must_use]
pub fn steps<'a>(service: &'a Service, answers: &Answers) -> Vec<&'a Step> {
    let has_questions = |step: &Step| fields(step, service, answers).next().is_some();
    service
        .steps
        .iter()
        .filter(|step| is_asked(step.when.as_ref(), service, answers) && has_questions(step))
        .collect()
}

/// The documents asked now, in order.
#[must_use]
pub fn documents<'a>(service: &'a Service, answers: &Answers) -> Vec<&'a DocumentItem> {
    service.documents.iter().filter(|item| is_asked(item.when.as_ref(), service, answers)).collect()
}

/// The fields of `step` asked now, given that the step is.
pub(super) fn fields<'a>(
    step: &'a Step,
    service: &'a Service,
    answers: &'a Answers,
) -> impl Iterator<Item = &'a Field> {
    step.fields.iter().filter(|field| is_asked(field.when.as_ref(), service, answers))
}

fn holds(when: Option<&Condition>, service: &Service, answers: &Answers, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match when {
        None => true,
        Some(Condition::Is { field, values }) => {
            field_asked(service, field, answers, depth)
                && answers.get(field).is_some_and(|answer| values.iter().any(|value| is(answer, value)))
        }
        Some(Condition::Not(inner)) => !holds(Some(inner), service, answers, depth),
        Some(Condition::All(inner)) => inner.iter().all(|one| holds(Some(one), service, answers, depth)),
        Some(Condition::Any(inner)) => inner.iter().any(|one| holds(Some(one), service, answers, depth)),
    }
}

fn field_asked(service: &Service, id: &str, answers: &Answers, depth: u8) -> bool {
    service.steps.iter().any(|step| {
        step.fields.iter().filter(|field| field.id == id).any(|field| {
            holds(step.when.as_ref(), service, answers, depth)
                && holds(field.when.as_ref(), service, answers, depth)
        })
    })
}

fn is(answer: &Value, value: &str) -> bool {
    match answer {
        Value::String(text) => text.trim() == value,
        Value::Bool(ticked) => value == if *ticked { "true" } else { "false" },
        _ => false,
    }
}
