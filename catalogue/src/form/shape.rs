//! What even a draft must not contain: a draft may be incomplete and wrong (FM-03), but never hostile.

use serde_json::Value;

use super::value::{ADDRESS_PARTS, AddressLimits, forbidden_character, length};
use crate::{
    answers::{Answers, Finding, answer_pointer, code},
    definition::{Field, Kind, Service},
};

/// A draft may hold this many times the permitted length: the person sees the text and shortens it.
const SLACK: usize = 4;
/// Bytes no single text may exceed, whatever its field says.
const HARD_LIMIT: usize = 8 * 1024;
/// More findings than this help nobody.
const MOST_FINDINGS: usize = 50;

/// What must not even be saved: unknown fields, wrong JSON types, texts beyond all measure, control and
/// formatting characters. At most 50 findings.
#[must_use]
pub fn shape(service: &Service, answers: &Answers) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, value) in answers {
        match service.field(id) {
            Some(field) => shape_of_field(field, value, &mut findings),
            None => findings.push(Finding::new(answer_pointer(&[id]), code::UNKNOWN_FIELD)),
        }
        if findings.len() >= MOST_FINDINGS {
            findings.truncate(MOST_FINDINGS);
            break;
        }
    }
    findings
}

fn shape_of_field(field: &Field, value: &Value, findings: &mut Vec<Finding>) {
    let pointer = answer_pointer(&[&field.id]);
    match (&field.kind, value) {
        (_, Value::Null) | (Kind::Check {}, Value::Bool(_)) => {}
        (Kind::Address {}, Value::Object(parts)) => {
            for (part, value) in parts {
                let pointer = answer_pointer(&[&field.id, part]);
                match (ADDRESS_PARTS.contains(&part.as_str()), value) {
                    (false, _) => findings.push(Finding::new(pointer, code::UNKNOWN_FIELD)),
                    (true, Value::Null) => {}
                    (true, Value::String(text)) => {
                        findings.extend(shape_of_text(pointer, text, AddressLimits::of(part)));
                    }
                    (true, _) => findings.push(Finding::new(pointer, code::WRONG_TYPE)),
                }
            }
        }
        (Kind::Check {} | Kind::Address {}, _) => findings.push(Finding::new(pointer, code::WRONG_TYPE)),
        (kind, Value::String(text)) => findings.extend(shape_of_text(pointer, text, limit(kind))),
        _ => findings.push(Finding::new(pointer, code::WRONG_TYPE)),
    }
}

fn shape_of_text(pointer: String, text: &str, limit: usize) -> Option<Finding> {
    if length(text) > limit.saturating_mul(SLACK) || text.len() > HARD_LIMIT {
        return Some(Finding::new(pointer, code::TOO_LONG).with("count", limit));
    }
    forbidden_character(text).map(|character| {
        let character = format!("U+{:04X}", u32::from(character));
        Finding::new(pointer, code::FORBIDDEN_CHARACTER).with("character", character)
    })
}

/// Characters an answer of this kind may have.
pub(super) fn limit(kind: &Kind) -> usize {
    match kind {
        Kind::Text { max, .. } | Kind::Paragraph { max } | Kind::DocumentNumber { max, .. } => {
            usize::try_from(*max).unwrap_or(usize::MAX)
        }
        Kind::Email {} => 254,
        Kind::Choice { .. } => 64,
        Kind::Phone {}
        | Kind::Date { .. }
        | Kind::Time {}
        | Kind::Country {}
        | Kind::Inn { .. }
        | Kind::Ogrn {}
        | Kind::Check {}
        | Kind::Address {} => 32,
    }
}
