//! What a paper's signature covers.

use catalogue::text::Text;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use openapi::applications::PaperKind;
use serde_json::json;

use crate::error::Result;

/// Everything the check of a paper tells, and the token it is asked by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payload<'a> {
    pub kind: PaperKind,
    pub number: &'a str,
    pub title: &'a Text,
    /// Hexadecimal, of the PDF file.
    pub sha256: &'a str,
    pub issued_at: DateTime<Utc>,
    pub valid_until: Option<NaiveDate>,
    pub token: &'a str,
}

impl Payload<'_> {
    /// The bytes that are signed: compact JSON, the members in the order of their names, times in UTC to the
    /// second. Whoever has the answer of the check and the token can write them down again.
    ///
    /// # Errors
    /// Never in practice.
    pub(super) fn bytes(&self) -> Result<Vec<u8>> {
        let members: std::collections::BTreeMap<&str, serde_json::Value> = [
            ("format", json!("prichal-paper-1")),
            ("issued_at", json!(self.issued_at.to_rfc3339_opts(SecondsFormat::Secs, true))),
            ("kind", json!(self.kind.as_str())),
            ("number", json!(self.number)),
            ("sha256", json!(self.sha256)),
            ("title", json!(self.title)),
            ("token", json!(self.token)),
            ("valid_until", json!(self.valid_until)),
        ]
        .into();
        Ok(serde_json::to_vec(&members)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_bytes_are_spelled_in_one_way() {
        let title = Text::from_iter([("ru", "Квитанция"), ("en", "Receipt")]);
        let payload = Payload {
            kind: PaperKind::Receipt,
            number: "ПР-2026-4K7M9Q-83",
            title: &title,
            sha256: "00ff",
            issued_at: "2026-11-22T09:30:00Z".parse().unwrap(),
            valid_until: None,
            token: "7m2k",
        };
        assert_eq!(
            String::from_utf8(payload.bytes().unwrap()).unwrap(),
            concat!(
                r#"{"format":"prichal-paper-1","issued_at":"2026-11-22T09:30:00Z","kind":"receipt","#,
                r#""number":"ПР-2026-4K7M9Q-83","sha256":"00ff","title":{"en":"Receipt","ru":"Квитанция"},"#,
                r#""token":"7m2k","valid_until":null}"#
            )
        );
    }
}
