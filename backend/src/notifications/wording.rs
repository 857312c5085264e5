//! From a kind and its data to sentences in the reader's language.

use std::collections::BTreeMap;

use catalogue::load::Catalogue;
use catalogue::tariff::format_money;
use catalogue::text::{human_date, parse_iso_date};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use crate::texts::Texts;

/// The namespace of the texts.
pub(super) const LETTERS: &str = "letters";

/// What a notification's texts are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording<'a> {
    pub texts: &'a Texts,
    pub catalogue: &'a Catalogue,
    pub language: &'a str,
    pub kind: &'a str,
    pub data: &'a Value,
}

impl Wording<'_> {
    /// The text `<kind>.<part>` as one line.
    pub fn line(&self, part: &str) -> Option<String> {
        let paragraphs = self.paragraphs(part)?;
        Some(paragraphs.join(" "))
    }

    /// The text `<kind>.<part>` by paragraphs. A paragraph that names something the data does not tell is left
    /// out: better a sentence less than a gap in it.
    pub fn paragraphs(&self, part: &str) -> Option<Vec<String>> {
        let text = self.texts.get(self.language, LETTERS, &format!("{}.{part}", self.kind))?;
        let values = self.values();
        Some(text.split('\n').filter_map(|paragraph| fill(paragraph, &values)).collect())
    }

    fn values(&self) -> BTreeMap<&str, String> {
        let Some(data) = self.data.as_object() else { return BTreeMap::new() };
        data.iter().filter_map(|(name, value)| Some((name.as_str(), self.say(name, value)?))).collect()
    }

    fn say(&self, name: &str, value: &Value) -> Option<String> {
        let said = match (name, value) {
            ("service", Value::String(code)) => {
                self.catalogue.latest(code)?.title.get(self.language).to_owned()
            }
            ("amount", Value::Number(kopecks)) => format_money(kopecks.as_i64()?, self.language),
            ("reasons", Value::Array(codes)) => self.reasons(codes),
            ("due", Value::String(date)) => human_date(parse_iso_date(date.get(..10)?)?, self.language),
            ("at", Value::String(moment)) => self.moment(moment)?,
            // Codes of the bank have sentences of their own; one that is not known is passed over.
            ("reason", Value::String(code)) => {
                self.texts.get(self.language, LETTERS, &format!("{}.reason_{code}", self.kind))?.to_owned()
            }
            (_, Value::String(text)) => text.clone(),
            (_, Value::Number(number)) => number.to_string(),
            _ => return None,
        };
        (!said.trim().is_empty()).then_some(said)
    }

    /// Date and time of day in Moscow, where the service works.
    fn moment(&self, text: &str) -> Option<String> {
        let moscow = FixedOffset::east_opt(3 * 3_600)?;
        let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&moscow);
        Some(format!("{}, {}", human_date(moment.date_naive(), self.language), moment.format("%H:%M")))
    }

    /// Reasons are codes of the dictionary, alone or as `code` of an object.
    fn reasons(&self, codes: &[Value]) -> String {
        let reasons = codes.iter().filter_map(|reason| {
            let code = reason.as_str().or_else(|| reason.get("code")?.as_str())?;
            Some(self.catalogue.dictionaries.refusal_reason(code)?.title.get(self.language))
        });
        reasons.collect::<Vec<_>>().join("; ")
    }
}

/// Puts values into `{places}`; `None` when one is missing.
fn fill(text: &str, values: &BTreeMap<&str, String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(values.get(name)?);
        rest = after;
    }
    out.push_str(rest);
    (!out.trim().is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_a_gap_is_not_said() {
        let values = BTreeMap::from([("number", "77".to_owned())]);
        assert_eq!(fill("No. {number}.", &values).as_deref(), Some("No. 77."));
        assert_eq!(fill("Due {due}.", &values), None);
        assert_eq!(fill("", &values), None);
        assert_eq!(fill("Broken {number", &values), None);
    }
}
