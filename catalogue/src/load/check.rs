//! Whether one service file fits together: a wrong reference is found at start, not by a citizen.

use std::{collections::BTreeSet, ops::RangeInclusive};

use serde_json::Value;

use crate::{
    definition::{
        Condition, DateBound, Field, FollowUp, Kind, PREFILLS, Register, STATES, Service, Span, Step,
        TermStart, Unit,
    },
    identifiers::is_kbk,
};

/// Languages every text of the data must exist in.
pub(super) const LANGUAGES: [&str; 2] = ["ru", "en"];
/// Questions on one page.
const MOST_FIELDS: usize = 4;
/// Millimetres a paper may have along one side.
const SIDES: RangeInclusive<u32> = 20..=1_200;
/// Days of the longest term that is meant.
const LONGEST_DAYS: u32 = 366;

/// Everything wrong with a service on its own, each as `place: what`.
#[must_use]
pub fn validate(service: &Service) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(texts(service));
    problems.extend(identities(service));
    for (index, step) in service.steps.iter().enumerate() {
        problems.extend(step_problems(service, index, step));
    }
    for item in &service.documents {
        let everything = service.steps.iter().flat_map(|step| &step.fields).collect::<Vec<_>>();
        problems.extend(condition_problems(
            item.when.as_ref(),
            &everything,
            &format!("documents.{}", item.id),
        ));
        if item.max_files == 0 {
            problems.push(format!("documents.{}.max_files: must be at least 1", item.id));
        }
        let sides = item.format.into_iter().flat_map(|format| [format.width_mm, format.height_mm]);
        if !sides.into_iter().all(|side| SIDES.contains(&side)) {
            problems.push(format!("documents.{}.format: no side of a paper", item.id));
        }
    }
    if service.after.lines.is_empty() {
        problems.push("after.lines: nothing to do".to_owned());
    }
    problems.extend(references(service));
    problems.extend(service.follow_up.iter().flat_map(|follow_up| follow_up_problems(service, follow_up)));
    problems.extend(terms(service));
    problems
}

/// Every text of a value in every language. A text is an object whose keys are all languages.
pub(super) fn text_problems(value: &Value, place: &str) -> Vec<String> {
    let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    match value {
        Value::Object(map) => {
            let is_text = map.iter().all(|(key, value)| {
                key.len() == 2 && key.chars().all(|c| c.is_ascii_lowercase()) && value.is_string()
            });
            if is_text && !map.is_empty() {
                let blank = |language: &&&str| {
                    map.get(**language).and_then(Value::as_str).is_none_or(|text| text.trim().is_empty())
                };
                LANGUAGES
                    .iter()
                    .filter(blank)
                    .map(|language| format!("{place}: no text in {language}"))
                    .collect()
            } else {
                map.iter().flat_map(|(key, value)| text_problems(value, &below(key))).collect()
            }
        }
        Value::Array(list) => list
            .iter()
            .enumerate()
            .flat_map(|(i, value)| text_problems(value, &below(&i.to_string())))
            .collect(),
        _ => Vec::new(),
    }
}

fn texts(service: &Service) -> Vec<String> {
    match serde_json::to_value(service) {
        Ok(value) => text_problems(&value, ""),
        Err(error) => vec![error.to_string()],
    }
}

fn identities(service: &Service) -> Vec<String> {
    let fields = || service.steps.iter().flat_map(|step| &step.fields);
    let mut problems = [
        repeated("steps", service.steps.iter().map(|step| step.id.as_str())),
        repeated("fields", fields().map(|field| field.id.as_str())),
        repeated("documents", service.documents.iter().map(|item| item.id.as_str())),
        repeated("checks", service.checks.iter().map(|check| check.id.as_str())),
        repeated("refusal_reasons", service.refusal_reasons.iter().map(String::as_str)),
    ]
    .concat();
    let ids = service.steps.iter().map(|step| &step.id).chain(fields().map(|field| &field.id));
    for id in ids.chain(service.documents.iter().map(|item| &item.id)) {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.is_empty() || !id.chars().all(is_plain) {
            problems.push(format!("{id}: an id has small letters, digits and underscores only"));
        }
    }
    for state in STATES.iter().filter(|state| !service.statuses.contains_key(**state)) {
        problems.push(format!("statuses: {state} has no label"));
    }
    for state in service.statuses.keys().filter(|state| !STATES.contains(&state.as_str())) {
        problems.push(format!("statuses: there is no state {state}"));
    }
    problems
}

pub(super) fn repeated<'a>(place: &str, ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    ids.filter(|id| !seen.insert(*id)).map(|id| format!("{place}: {id} stands twice")).collect()
}

fn step_problems(service: &Service, index: usize, step: &Step) -> Vec<String> {
    let place = format!("steps.{}", step.id);
    let mut earlier: Vec<&Field> = service.steps.iter().take(index).flat_map(|step| &step.fields).collect();
    let mut problems = condition_problems(step.when.as_ref(), &earlier, &place);
    if !(1..=MOST_FIELDS).contains(&step.fields.len()) {
        problems
            .push(format!("{place}: {} questions on one page, not 1 to {MOST_FIELDS}", step.fields.len()));
    }
    for field in &step.fields {
        let place = format!("{place}.{}", field.id);
        problems.extend(condition_problems(field.when.as_ref(), &earlier, &place));
        problems
            .extend(kind_problems(service, &field.kind).into_iter().map(|what| format!("{place}: {what}")));
        let prefill = field.prefill.as_ref().filter(|prefill| !PREFILLS.contains(&prefill.as_str()));
        problems.extend(prefill.map(|prefill| format!("{place}.prefill: an account has no {prefill}")));
        earlier.push(field);
    }
    problems
}

/// A condition may look at earlier questions only: so the form never jumps above the reader, and there are no
/// circles.
fn condition_problems(when: Option<&Condition>, earlier: &[&Field], place: &str) -> Vec<String> {
    match when {
        None => Vec::new(),
        Some(Condition::Is { field, values }) => {
            let Some(known) = earlier.iter().find(|known| known.id == *field) else {
                return vec![format!("{place}.when: {field} is not an earlier question")];
            };
            let possible = |value: &str| match &known.kind {
                Kind::Check {} => matches!(value, "true" | "false"),
                Kind::Country {} => true,
                kind => is_option(kind, value),
            };
            let wrong = values.iter().filter(|value| !possible(value));
            wrong.map(|value| format!("{place}.when: {field} is never {value}")).collect()
        }
        Some(Condition::Not(inner)) => condition_problems(Some(inner), earlier, place),
        Some(Condition::All(list) | Condition::Any(list)) => {
            list.iter().flat_map(|one| condition_problems(Some(one), earlier, place)).collect()
        }
    }
}

fn is_option(kind: &Kind, value: &str) -> bool {
    matches!(kind, Kind::Choice { options } if options.iter().any(|option| option.value == value))
}

fn follow_up_problems(service: &Service, follow_up: &FollowUp) -> Vec<String> {
    let is_chosen =
        |field: &str, value: &str| service.field(field).is_some_and(|field| is_option(&field.kind, value));
    let wrong = follow_up.answers.iter().filter(|(field, value)| !is_chosen(field, value));
    let wrong = wrong.map(|(field, value)| format!("follow_up.answers: {field} is never {value}"));
    let unknown = follow_up.drop.iter().filter(|field| service.field(field).is_none());
    let unknown = unknown.map(|field| format!("follow_up.drop: there is no question {field}"));
    let plain = follow_up.answers.is_empty().then(|| "follow_up.answers: nothing makes it one".to_owned());
    wrong.chain(unknown).chain(plain).collect()
}

fn kind_problems(service: &Service, kind: &Kind) -> Vec<String> {
    match kind {
        Kind::Text { min, max, .. } if min > max || *max == 0 => vec!["min is more than max".to_owned()],
        Kind::Paragraph { max: 0 } | Kind::DocumentNumber { max: 0, .. } => vec!["max is 0".to_owned()],
        Kind::Inn { length: Some(length) } if !matches!(length, 10 | 12) => {
            vec!["an INN has 10 or 12 digits".to_owned()]
        }
        Kind::Choice { options } => {
            let few = (options.len() < 2).then(|| "fewer than two options".to_owned());
            few.into_iter()
                .chain(repeated("options", options.iter().map(|option| option.value.as_str())))
                .collect()
        }
        Kind::Date { min, max, not_before } => {
            let approximate = |bound: DateBound| i64::from(bound.years) * 365 + i64::from(bound.days);
            let crossed = min.zip(*max).filter(|(min, max)| approximate(*min) > approximate(*max));
            let unknown = not_before.iter().filter(|other| !is_date(service, other));
            crossed
                .map(|_| "min is after max".to_owned())
                .into_iter()
                .chain(unknown.map(|other| format!("not_before: {other} is not a date question")))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn is_date(service: &Service, field: &str) -> bool {
    service.field(field).is_some_and(|field| matches!(field.kind, Kind::Date { .. }))
}

fn references(service: &Service) -> Vec<String> {
    let mut problems = Vec::new();
    for check in &service.checks {
        let asked: &[&str] = match check.register {
            Register::Passports => &["birth_date", "country", "number"],
            Register::Migration => &["birth_date", "country", "entry_date", "number"],
        };
        if !check.fields.keys().map(String::as_str).eq(asked.iter().copied()) {
            problems.push(format!("checks.{}: the register asks for {}", check.id, asked.join(", ")));
        }
        for field in check.fields.values().filter(|field| service.field(field).is_none()) {
            problems.push(format!("checks.{}: there is no question {field}", check.id));
        }
    }
    for field in service.identity.iter().filter(|field| service.field(field).is_none()) {
        problems.push(format!("identity: there is no question {field}"));
    }
    for field in service.result.fields().filter(|field| service.field(field).is_none()) {
        problems.push(format!("result.sections: there is no question {field}"));
    }
    problems.extend(repeated("result.sections", service.result.fields()));
    let valid_to = service.result.valid_to.iter().filter(|field| !is_date(service, field));
    problems.extend(valid_to.map(|field| format!("result.valid_to: {field} is not a date question")));
    let names_term = service.result.note.in_all().any(|note| note.contains("{filing_within}"));
    if names_term && service.filing.is_none() {
        problems.push("result.note: there is no term of filing to name".to_owned());
    }
    problems
}

fn terms(service: &Service) -> Vec<String> {
    let mut problems = Vec::new();
    let review = service.review;
    if review.min > review.max {
        problems.push("review: min is more than max".to_owned());
    }
    problems.extend(span_problem("review", Span { n: review.max, unit: review.unit }));
    problems.extend(span_problem("correction", service.correction));
    problems.extend(span_problem("appeal.term", service.appeal.term));
    problems.extend(service.result.valid.and_then(|span| span_problem("result.valid", span)));
    if (review.from == TermStart::Paid) != service.fee.is_some() {
        problems.push("review.from: `paid` where there is a fee, and only there".to_owned());
    }
    if !(1..=240).contains(&service.minutes) {
        problems.push("minutes: not 1 to 240".to_owned());
    }
    if let Some(fee) = &service.fee {
        if fee.amount <= 0 {
            problems.push("fee.amount: must be at least one kopeck".to_owned());
        }
        if !is_kbk(&fee.kbk) {
            problems.push("fee.kbk: not 20 digits".to_owned());
        }
    }
    if let Some(filing) = &service.filing {
        let other = filing.start.iter().filter(|field| !is_date(service, field));
        problems.extend(other.map(|field| format!("filing.start: {field} is not a date question")));
        if filing.start.is_empty() {
            problems.push("filing.start: no date".to_owned());
        }
        if !filing.variants.contains_key(&filing.active) {
            problems.push(format!("filing.active: there is no variant {}", filing.active));
        }
        let extension = filing.extension.as_ref().map(|extension| extension.total);
        problems.extend(
            filing
                .variants
                .values()
                .copied()
                .chain(extension)
                .filter_map(|span| span_problem("filing", span)),
        );
    }
    problems
}

fn span_problem(place: &str, span: Span) -> Option<String> {
    let longest = if span.unit == Unit::Hours { LONGEST_DAYS * 24 } else { LONGEST_DAYS };
    (!(1..=longest).contains(&span.n)).then(|| format!("{place}: {} is not a sensible term", span.n))
}
