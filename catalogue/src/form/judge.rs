//! The complete check of a form: the same findings in the browser and on the server (DQ-15, DQ-16).

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    Context,
    condition::{documents, fields, steps},
    normalise::{normalise, parse_time},
    shape::limit,
    value::{self, AddressLimits, PhoneFault},
};
use crate::{
    answers::{Answers, Finding, answer_pointer, code, document_pointer},
    definition::{DateBound, Field, Kind, Script, Service, Step},
    email::is_email,
    identifiers, names,
    text::parse_iso_date,
};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Nothing is answered.
    NotStarted,
    /// Something is still to be answered; nothing is wrong.
    Started,
    /// Everything is answered, and rightly.
    Done,
    /// An answer is wrong.
    Error,
}

/// Everything wrong with an application as of `ctx.today`, in the order of the form, then its documents.
/// `attached` names the item of every attached file, once per file. Answers need not be normalised.
#[must_use]
pub fn judge(service: &Service, answers: &Answers, attached: &[&str], ctx: &Context<'_>) -> Vec<Finding> {
    let normal = normalise(service, answers, ctx.dictionaries);
    let mut findings = super::shape(service, answers);
    for step in steps(service, &normal) {
        for finding in
            fields(step, service, &normal).flat_map(|field| judge_field(service, field, &normal, ctx))
        {
            if !findings.iter().any(|known| known.pointer == finding.pointer) {
                findings.push(finding);
            }
        }
    }
    sort_as_form(service, &mut findings);
    findings.extend(judge_documents(service, &normal, attached));
    findings
}

/// Everything wrong with one step, whether or not it is asked now.
#[must_use]
pub fn judge_step(service: &Service, step: &Step, answers: &Answers, ctx: &Context<'_>) -> Vec<Finding> {
    let normal = normalise(service, answers, ctx.dictionaries);
    let findings = fields(step, service, &normal).flat_map(|field| {
        let only: Answers =
            answers.get(&field.id).map(|value| (field.id.clone(), value.clone())).into_iter().collect();
        let shape = super::shape(service, &only);
        if shape.is_empty() { judge_field(service, field, &normal, ctx) } else { shape }
    });
    findings.collect()
}

/// How far `step` is.
#[must_use]
pub fn step_state(service: &Service, answers: &Answers, step: &Step, ctx: &Context<'_>) -> StepState {
    let normal = normalise(service, answers, ctx.dictionaries);
    let answered = step
        .fields
        .iter()
        .any(|field| normal.get(&field.id).is_some_and(|value| *value != Value::Bool(false)));
    let findings = judge_step(service, step, answers, ctx);
    let missing = |finding: &Finding| code::MISSING.contains(&finding.code.as_str());
    match (findings.is_empty(), answered) {
        (true, _) => StepState::Done,
        (false, false) => StepState::NotStarted,
        (false, true) if findings.iter().all(missing) => StepState::Started,
        (false, true) => StepState::Error,
    }
}

/// Findings of the shape come first as they were met; people read them where they stand in the form.
fn sort_as_form(service: &Service, findings: &mut [Finding]) {
    let order: Vec<&Field> = service.steps.iter().flat_map(|step| &step.fields).collect();
    findings.sort_by_key(|finding| {
        order.iter().position(|field| finding.concerns(&field.id)).unwrap_or(usize::MAX)
    });
}

fn judge_documents(service: &Service, answers: &Answers, attached: &[&str]) -> Vec<Finding> {
    let asked = documents(service, answers).into_iter().filter_map(|item| {
        let files = attached.iter().filter(|id| **id == item.id).count();
        let most = usize::try_from(item.max_files).unwrap_or(usize::MAX);
        match files {
            0 if item.required => Some(Finding::new(document_pointer(&item.id), code::DOCUMENT_REQUIRED)),
            files if files > most => {
                Some(Finding::new(document_pointer(&item.id), code::TOO_MANY_FILES).with("count", most))
            }
            _ => None,
        }
    });
    let mut findings: Vec<Finding> = asked.collect();
    for id in attached.iter().filter(|id| service.document(id).is_none()) {
        let finding = Finding::new(document_pointer(id), code::UNKNOWN_DOCUMENT);
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings
}

fn judge_field(service: &Service, field: &Field, answers: &Answers, ctx: &Context<'_>) -> Vec<Finding> {
    let pointer = answer_pointer(&[&field.id]);
    match (&field.kind, answers.get(&field.id)) {
        (Kind::Check {}, None | Some(Value::Bool(false))) if field.required => {
            vec![Finding::new(pointer, code::MUST_ACCEPT)]
        }
        (_, None) if field.required => vec![Finding::new(pointer, code::REQUIRED)],
        (_, None) | (Kind::Check {}, Some(Value::Bool(_))) => Vec::new(),
        (Kind::Address {}, Some(Value::Object(parts))) => judge_address(&field.id, parts, ctx),
        (Kind::Check {} | Kind::Address {}, Some(_)) => vec![Finding::new(pointer, code::WRONG_TYPE)],
        (Kind::Date { min, max, not_before }, Some(Value::String(text))) => {
            let rule = DateRule { min: *min, max: *max, not_before };
            judge_date(service, &rule, text, answers, ctx.today)
                .map(|finding| Finding { pointer, ..finding })
                .into_iter()
                .collect()
        }
        (kind, Some(Value::String(text))) => {
            judge_text(kind, text, ctx).map(|finding| Finding { pointer, ..finding }).into_iter().collect()
        }
        (_, Some(_)) => vec![Finding::new(pointer, code::WRONG_TYPE)],
    }
}

/// What is wrong with a text; the caller knows where it stands.
fn judge_text(kind: &Kind, text: &str, ctx: &Context<'_>) -> Option<Finding> {
    let found = |code: &str| Some(Finding::new(String::new(), code));
    let most = limit(kind);
    if value::length(text) > most {
        return Some(Finding::new(String::new(), code::TOO_LONG).with("count", most));
    }
    match kind {
        Kind::Text { script, min, .. } => judge_line(*script, *min, text),
        Kind::Time {} if parse_time(text).is_none() => found(code::TIME_INVALID),
        Kind::Country {} if ctx.dictionaries.country(text).is_none() => found(code::COUNTRY_UNKNOWN),
        Kind::Choice { options } if !options.iter().any(|option| option.value == text) => {
            found(code::CHOICE_UNKNOWN)
        }
        Kind::Phone {} => match value::phone_fault(text)? {
            PhoneFault::NoCountryCode => found(code::PHONE_COUNTRY_CODE),
            PhoneFault::Invalid => found(code::PHONE_INVALID),
        },
        Kind::Email {} if !is_email(text) => found(code::EMAIL_INVALID),
        Kind::DocumentNumber { min, .. } => judge_number(*min, text),
        Kind::Inn { length } => judge_inn(*length, text),
        Kind::Ogrn {} if !identifiers::is_ogrn(text) => found(code::OGRN_INVALID),
        _ => None,
    }
}

fn judge_line(script: Script, min: u32, text: &str) -> Option<Finding> {
    if let Some(character) = value::foreign_letter(text, script) {
        let code = if script == Script::Latin { code::LATIN_ONLY } else { code::CYRILLIC_ONLY };
        return Some(Finding::new(String::new(), code).with("character", character));
    }
    if let Some(fault) = names::fault(text).filter(|_| script != Script::Any) {
        return Some(fault.at(String::new()));
    }
    judge_least(min, text)
}

fn judge_least(min: u32, text: &str) -> Option<Finding> {
    let least = usize::try_from(min).unwrap_or(usize::MAX);
    (value::length(text) < least).then(|| Finding::new(String::new(), code::TOO_SHORT).with("count", least))
}

fn judge_number(min: u32, text: &str) -> Option<Finding> {
    let character = text.chars().find(|character| !character.is_ascii_alphanumeric());
    match character {
        Some(character) => {
            let finding = Finding::new(String::new(), code::DOCUMENT_NUMBER_CHARACTER);
            Some(finding.with("character", character))
        }
        None => judge_least(min, text),
    }
}

fn judge_inn(length: Option<u32>, text: &str) -> Option<Finding> {
    let wanted = length.and_then(|length| usize::try_from(length).ok());
    let digits = text.chars().all(|character| character.is_ascii_digit());
    match wanted {
        Some(wanted) if !digits || text.len() != wanted => {
            Some(Finding::new(String::new(), code::INN_LENGTH).with("count", wanted))
        }
        _ => (!identifiers::is_inn(text)).then(|| Finding::new(String::new(), code::INN_INVALID)),
    }
}

struct DateRule<'a> {
    min: Option<DateBound>,
    max: Option<DateBound>,
    not_before: &'a [String],
}

fn judge_date(
    service: &Service,
    rule: &DateRule<'_>,
    text: &str,
    answers: &Answers,
    today: NaiveDate,
) -> Option<Finding> {
    let found = |code: &str| Finding::new(String::new(), code);
    let Some(date) = parse_iso_date(text) else { return Some(found(code::DATE_INVALID)) };
    let is_today = |bound: DateBound| bound.days == 0 && bound.years == 0;
    if let Some(bound) = rule.max
        && date > bound_date(today, bound)
    {
        return Some(match is_today(bound) {
            true => found(code::DATE_IN_FUTURE),
            false => found(code::DATE_TOO_LATE).with("date", bound_date(today, bound)),
        });
    }
    if let Some(bound) = rule.min
        && date < bound_date(today, bound)
    {
        return Some(match is_today(bound) {
            true => found(code::DATE_IN_PAST),
            false => found(code::DATE_TOO_EARLY).with("date", bound_date(today, bound)),
        });
    }
    rule.not_before.iter().find_map(|other| {
        let field = service.field(other)?;
        let earliest = parse_iso_date(answers.get(&field.id)?.as_str()?)?;
        (date < earliest).then(|| found(code::DATE_ORDER).with("date", earliest).with("field", &field.id))
    })
}

/// `today` moved by years, then days. The 29th of February becomes the 28th in other years.
fn bound_date(today: NaiveDate, bound: DateBound) -> NaiveDate {
    let year = today.year().saturating_add(bound.years);
    let moved = NaiveDate::from_ymd_opt(year, today.month(), today.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, today.month(), 28))
        .unwrap_or(today);
    let days = Days::new(u64::from(bound.days.unsigned_abs()));
    let shifted = if bound.days < 0 { moved.checked_sub_days(days) } else { moved.checked_add_days(days) };
    shifted.unwrap_or(moved)
}

/// Region, town and postcode always; street and house, or the place in words (DQ-11, DQ-17). Of towns only those are known
/// that are regions by themselves.
fn judge_address(field: &str, parts: &Map<String, Value>, ctx: &Context<'_>) -> Vec<Finding> {
    let text = |part: &str| parts.get(part).and_then(Value::as_str).unwrap_or_default();
    let missing = |part: &'static str| text(part).is_empty();
    let mut findings = Vec::new();
    let mut report =
        |part: &str, code: &str| findings.push(Finding::new(answer_pointer(&[field, part]), code));
    if missing("region") {
        report("region", code::ADDRESS_REGION_REQUIRED);
    } else if ctx.dictionaries.region(text("region")).is_none() {
        report("region", code::ADDRESS_REGION_UNKNOWN);
    }
    if missing("town") {
        report("town", code::ADDRESS_TOWN_REQUIRED);
    } else if !missing("region")
        && ctx.dictionaries.region_of_town(text("town")).is_some_and(|own| own.code != text("region"))
    {
        report("town", code::ADDRESS_TOWN_ELSEWHERE);
    }
    if missing("note") && missing("street") {
        report("street", code::ADDRESS_STREET_REQUIRED);
    }
    if missing("note") && missing("house") {
        report("house", code::ADDRESS_HOUSE_REQUIRED);
    }
    if missing("postcode") {
        report("postcode", code::ADDRESS_POSTCODE_REQUIRED);
    } else if !is_postcode(text("postcode")) {
        report("postcode", code::ADDRESS_POSTCODE_INVALID);
    }
    for (part, value) in parts {
        let most = AddressLimits::of(part);
        if value::length(value.as_str().unwrap_or_default()) > most {
            findings.push(Finding::new(answer_pointer(&[field, part]), code::TOO_LONG).with("count", most));
        }
    }
    findings
}

/// Russian postcodes have six digits and begin with 1 to 6.
fn is_postcode(text: &str) -> bool {
    text.len() == 6
        && text.chars().all(|character| character.is_ascii_digit())
        && matches!(text.chars().next(), Some('1'..='6'))
}
