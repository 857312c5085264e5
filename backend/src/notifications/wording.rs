//! From a kind and its data to sentences in the reader's language.

use std::collections::BTreeMap;

use catalogue::definition::{EditUntil, Service};
use catalogue::load::Catalogue;
use catalogue::moscow;
use catalogue::tariff::format_money;
use catalogue::text::{human_date, parse_iso_date};
use chrono::DateTime;
use serde_json::Value;

use crate::texts::{Texts, fill};

/// The namespace of the texts.
const LETTERS: &str = "letters";
/// Stands before a paragraph that is left out when the data does not tell what it names.
const OPTIONAL: char = '?';

/// What a notification's texts are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording<'a> {
    pub texts: &'a Texts,
    pub catalogue: &'a Catalogue,
    pub language: &'a str,
    pub kind: &'a str,
    pub data: &'a Value,
    /// The version of the service the application was made with; `None`: the newest.
    pub service_version: Option<i32>,
}

/// A text that is not there, or that names what nobody has told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("letters/{key}: nothing for {missing:?}")]
pub(super) struct Gap {
    key: String,
    missing: String,
}

impl Wording<'_> {
    /// The text `<kind>.<part>` as one line. What an officer has written may end without a stop.
    ///
    /// # Errors
    /// A [`Gap`].
    pub fn line(&self, part: &str) -> Result<String, Gap> {
        let mut line = String::new();
        for paragraph in self.paragraphs(part)? {
            if !line.is_empty() {
                line.push_str(if line.ends_with(char::is_alphanumeric) { ". " } else { " " });
            }
            line.push_str(&paragraph);
        }
        Ok(line)
    }

    /// The text `<kind>.<part>` by paragraphs, without the optional ones whose values are not told.
    ///
    /// # Errors
    /// A [`Gap`].
    pub fn paragraphs(&self, part: &str) -> Result<Vec<String>, Gap> {
        let key = format!("{}.{part}", self.kind);
        let gap = |missing: &str| Gap { key: key.clone(), missing: missing.to_owned() };
        let text = self.texts.get(self.language, LETTERS, &key).ok_or_else(|| gap("the text itself"))?;
        let values = self.values();
        let mut paragraphs = Vec::new();
        for line in text.split('\n') {
            let (is_optional, line) = line.strip_prefix(OPTIONAL).map_or((false, line), |line| (true, line));
            match fill(line, &values) {
                Ok(paragraph) => paragraphs.push(paragraph),
                Err(_) if is_optional => {}
                Err(name) => return Err(gap(name)),
            }
        }
        Ok(paragraphs)
    }

    /// What placeholders stand for: the data in words, whom to ask, where the service's refusals are appealed, and how
    /// what has been sent is changed, where an officer may have it already.
    fn values(&self) -> BTreeMap<&str, String> {
        let data = self.data.as_object();
        let mut values: BTreeMap<&str, String> = data
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.as_str(), self.say(name, value)?)))
            .collect();
        values.extend(self.texts.support(self.language));
        let service = data.and_then(|data| self.service(data.get("service")?.as_str()?));
        if service.is_some_and(|service| service.edit_until == EditUntil::Decision) {
            let text = self.texts.get(self.language, LETTERS, "amend");
            values.extend(text.map(|text| ("amend", text.to_owned())));
        }
        if let Some(appeal) = service.map(|service| &service.appeal) {
            values.insert("appeal_authority", appeal.authority.get(self.language).to_owned());
            values.insert("appeal_how", appeal.how.get(self.language).to_owned());
        }
        values
    }

    fn service(&self, code: &str) -> Option<&Service> {
        match self.service_version.and_then(|version| u32::try_from(version).ok()) {
            Some(version) => self.catalogue.service(code, version),
            None => self.catalogue.latest(code),
        }
    }

    fn say(&self, name: &str, value: &Value) -> Option<String> {
        let said = match (name, value) {
            ("service", Value::String(code)) => self.service(code)?.title.get(self.language).to_owned(),
            ("amount", Value::Number(kopecks)) => format_money(kopecks.as_i64()?, self.language),
            ("reasons", Value::Array(codes)) => self.reasons(codes),
            ("due" | "appeal_until", Value::String(date)) => human_date(parse_iso_date(date)?, self.language),
            ("at", Value::String(moment)) => self.moment(moment)?,
            // Codes of the bank have sentences of their own; of one that is not known nothing is said.
            ("reason", Value::String(code)) => {
                self.texts.get(self.language, LETTERS, &format!("{}.reason_{code}", self.kind))?.to_owned()
            }
            // Programs need not say what they are.
            ("device", Value::String(text)) if text.trim().is_empty() => {
                self.texts.get(self.language, LETTERS, "device_unknown")?.to_owned()
            }
            (_, Value::String(text)) => text.clone(),
            _ => return None,
        };
        (!said.trim().is_empty()).then_some(said)
    }

    /// Date and time of day in Moscow; the texts name the zone.
    fn moment(&self, text: &str) -> Option<String> {
        let moment = moscow::at(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
        Some(format!("{}, {}", human_date(moment.date_naive(), self.language), moment.format("%H:%M")))
    }

    fn reasons(&self, codes: &[Value]) -> String {
        let reasons = codes.iter().filter_map(|code| {
            Some(self.catalogue.dictionaries.refusal_reason(code.as_str()?)?.title.get(self.language))
        });
        reasons.collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::notifications::news::News;

    const NUMBER: &str = "ПР-2026-4K7M9Q-83";

    /// Every piece of news, with and without what a sender may leave out.
    fn all() -> Vec<News<'static>> {
        let (number, service) = (NUMBER, "invitation");
        let at = "2026-11-22T01:15:00Z".parse().unwrap();
        let due = "2026-11-27".parse().unwrap();
        let mut all = vec![
            News::NewSignIn { at, device: "Firefox, Windows", ip: "203.0.113.7" },
            News::CodesOn { at },
            News::PasswordChanged { at, device: "", ip: "203.0.113.7" },
            News::PasswordGuessed { at },
            News::Submitted { number, service },
            News::ChargeFormed { number, service, amount: 160_000 },
            News::PaidInVain { number, service, amount: 160_000 },
            News::Overdue { number, service, due },
            News::CorrectionRequested { number, service, due },
            News::Resubmitted { number, service, due },
            News::ReplyExpired { number, service, due },
            News::Refused { number, service, reasons: vec!["O-01", "O-03"], appeal_until: due },
            News::Revoked { number, service, comment: "Ошибка в имени" },
            News::Replaced { number, service, by: "ПР-2026-9C2X51-07" },
            News::Withdrawn { number, service },
            News::MessageSent { number, service },
        ];
        for due in [Some(due), None] {
            all.push(News::Paid { number, service, amount: 160_000, due });
            all.push(News::InReview { number, service, due });
            all.push(News::CheckPending { number, service, due });
        }
        for comment in [Some("Счастливого пути"), None] {
            all.push(News::Approved { number, service, comment });
        }
        all.extend([true, false].map(|is_late| News::ResultReady { number, service, is_late }));
        for reason in ["insufficient_funds", "bank_unavailable", "bank_rejected", "a new word of the bank"] {
            all.push(News::PaymentFailed { number, service, reason });
        }
        all
    }

    fn catalogue() -> Catalogue {
        Catalogue::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue")).unwrap()
    }

    #[test]
    fn every_letter_finds_all_it_names_in_every_language() {
        let catalogue = catalogue();
        let texts = Texts::new(&catalogue);
        let mut said = BTreeSet::new();
        for (news, language) in all().iter().flat_map(|news| ["ru", "en"].map(|language| (news, language))) {
            let (kind, data) = news.row().unwrap();
            let wording = Wording {
                texts: &texts,
                catalogue: &catalogue,
                language,
                kind: &kind,
                data: &data,
                service_version: None,
            };
            let mut parts = vec!["title", "body"];
            parts.extend(news.is_worth_a_mail().then_some(["mail_subject", "action"]).into_iter().flatten());
            parts.extend(news.is_worth_an_sms().then_some("sms"));
            for part in parts {
                let text = wording.line(part).unwrap_or_else(|gap| panic!("{language}: {gap}"));
                assert!(
                    !text.trim().is_empty() && !text.contains(['{', '}']) && !text.contains(" ?"),
                    "{kind}.{part}: {text}"
                );
                said.insert(format!("{kind}.{part}"));
            }
            // What the sender gives is told: no value is for nothing, unless the text cannot name it.
            let body = wording.line("body").unwrap();
            let values = wording.values();
            for name in data.as_object().unwrap().keys().filter(|name| *name != "service") {
                let told = values.get(name.as_str()).is_none_or(|value| body.contains(value.as_str()));
                assert!(told, "{language}: {kind} does not say its {name}");
            }
        }
        // And there are no texts for kinds nobody sends, but those of the letters to people who are not signed in.
        let letters = catalogue.texts("ru", LETTERS).unwrap().as_object().unwrap();
        let own = [
            "sign_up.",
            "known_address.",
            "recovery.",
            "code.",
            "code_recovery.",
            "code_sign_up.",
            "code_submission.",
            "payment_failed.reason_",
        ];
        let unsaid: Vec<_> = letters
            .keys()
            .filter(|key| key.contains('.') && !own.iter().any(|own| key.starts_with(own)))
            .filter(|key| !said.contains(*key))
            .collect();
        assert_eq!(unsaid, Vec::<&String>::new());
    }

    #[test]
    fn amount_comment_zone_and_our_own_outage_are_said() {
        let catalogue = catalogue();
        let texts = Texts::new(&catalogue);
        let body = |news: &News<'_>, language: &str| {
            let (kind, data) = news.row().unwrap();
            let wording = Wording {
                texts: &texts,
                catalogue: &catalogue,
                language,
                kind: &kind,
                data: &data,
                service_version: None,
            };
            wording.line("body").unwrap()
        };
        let (number, service) = (NUMBER, "invitation");
        let due = "2026-11-27".parse().unwrap();
        let paid = body(&News::Paid { number, service, amount: 160_000, due: Some(due) }, "ru");
        assert!(paid.contains("1\u{a0}600") && paid.contains("27.11.2026"), "{paid}");
        let approved = body(&News::Approved { number, service, comment: Some("Приходите") }, "ru");
        assert!(approved.contains("Приходите"), "{approved}");
        let at = "2026-11-22T01:15:00Z".parse().unwrap();
        assert!(body(&News::CodesOn { at }, "ru").contains("04:15\u{a0}МСК"));
        assert!(body(&News::CodesOn { at }, "en").contains("04:15\u{a0}Moscow time"));
        let failed =
            |reason| body(&News::PaymentFailed { number, service, reason }, "ru").contains("другую карту");
        assert!(failed("general_decline") && !failed("bank_unavailable") && !failed("bank_rejected"));
    }

    #[test]
    fn a_letter_speaks_of_the_version_the_application_was_made_with() {
        let mut catalogue = catalogue();
        let mut newer = catalogue.latest("invitation").unwrap().clone();
        let old = newer.version;
        newer.version += 1;
        newer.title = catalogue.latest("arrival-notice").unwrap().title.clone();
        let (old_title, new_title) = (
            catalogue.latest("invitation").unwrap().title.get("en").to_owned(),
            newer.title.get("en").to_owned(),
        );
        catalogue.services.push(newer);
        let texts = Texts::new(&catalogue);
        let (kind, data) = News::Withdrawn { number: NUMBER, service: "invitation" }.row().unwrap();
        let said = |service_version: Option<i32>| {
            let wording = Wording {
                texts: &texts,
                catalogue: &catalogue,
                language: "en",
                kind: &kind,
                data: &data,
                service_version,
            };
            wording.values()["service"].clone()
        };
        assert_eq!(said(i32::try_from(old).ok()), old_title);
        assert_eq!(said(None), new_title);
    }

    #[test]
    fn a_gap_is_an_error_with_its_name() {
        let catalogue = catalogue();
        let texts = Texts::new(&catalogue);
        let data = serde_json::json!({ "number": "77" });
        let wording = Wording {
            texts: &texts,
            catalogue: &catalogue,
            language: "en",
            kind: "paid",
            data: &data,
            service_version: None,
        };
        let gap = wording.line("body").unwrap_err();
        assert_eq!(gap.to_string(), "letters/paid.body: nothing for \"amount\"");
    }
}
