//! What every paper has: brand, title, QR code, signature, foot; and the words for it in the reader's language.

use std::collections::BTreeMap;

use catalogue::answers::{Answers, fill};
use catalogue::definition::Service;
use catalogue::moscow;
use catalogue::text::{Text, human_date};
use chrono::{DateTime, NaiveDate, Utc};
use openapi::documents::Document;
use paper::{Brand, Layout, Look, Paper, Qr, Row, Section, Signature};
use serde_json::Value;
use uuid::Uuid;

use super::clock;
use super::store::Case;
use crate::accounts::store::PersonName;
use crate::app::App;

/// The namespace of the texts.
const PAPERS: &str = "papers";

/// Everything a paper is written from.
pub(super) struct Sheet<'a> {
    pub app: &'a App,
    pub service: &'a Service,
    pub case: &'a Case,
    pub answers: &'a Answers,
    pub person: &'a PersonName,
    pub files: &'a [Document],
    pub issued_at: DateTime<Utc>,
    pub id: Uuid,
    /// The public page of the paper.
    pub address: String,
}

impl Sheet<'_> {
    /// The language of the paper: the one its owner is written to in.
    pub(super) fn language(&self) -> &str {
        &self.person.language
    }

    /// A text of the namespace `papers`, with its parameters.
    pub(super) fn say(&self, key: &str, params: &[(&str, &str)]) -> String {
        self.say_of(PAPERS, key, params)
    }

    /// A text of another namespace.
    pub(super) fn say_of(&self, namespace: &str, key: &str, params: &[(&str, &str)]) -> String {
        self.say_in(self.language(), namespace, key, params)
    }

    fn say_in(&self, language: &str, namespace: &str, key: &str, params: &[(&str, &str)]) -> String {
        let params: BTreeMap<String, String> =
            params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        fill(self.app.catalogue.texts(language, namespace).unwrap_or(&Value::Null), key, &params, language)
    }

    /// A text in every language there is.
    pub(super) fn every(&self, key: &str) -> Text {
        let languages = self.app.catalogue.locales.keys();
        languages.map(|language| (language.clone(), self.say_in(language, PAPERS, key, &[]))).collect()
    }

    /// `22.11.2026`, in the office's time zone.
    pub(super) fn day(&self, at: DateTime<Utc>) -> String {
        self.date(clock::day(at))
    }

    pub(super) fn date(&self, date: NaiveDate) -> String {
        human_date(date, self.language())
    }

    /// `22.11.2026, 14:22:05 МСК`.
    pub(super) fn moment(&self, at: DateTime<Utc>) -> String {
        let time = moscow::at(at).format("%H:%M:%S").to_string();
        self.say("moment", &[("date", &self.day(at)), ("time", &time)])
    }

    /// The owner of the account, as names are written in documents.
    pub(super) fn applicant(&self) -> String {
        let person = self.person;
        let parts = [Some(&person.family_name), Some(&person.given_name), person.patronymic.as_ref()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ")
    }

    /// A paper with what all have; `lead`, `highlight`, `sections` and `notes` are the kind's own.
    pub(super) fn paper(&self, look: Look, title: String, subtitle: String) -> Paper {
        let host = self.app.config.portal_origin().split("://").last().unwrap_or_default().to_owned();
        let mark = Some(self.say("mark", &[])).filter(|mark| !mark.is_empty());
        Paper {
            look,
            lang: self.language().to_owned(),
            ident: self.id.to_string(),
            issued: self.issued_at,
            brand: Brand { name: self.say("brand", &[]), tagline: self.say("tagline", &[]) },
            issuer: Some(self.say("issuer", &[])),
            title,
            subtitle,
            lead: None,
            highlight: Vec::new(),
            sections: Vec::new(),
            notes: Vec::new(),
            qr: Some(Qr {
                payload: self.address.clone(),
                caption: self.say("qr_caption", &[]),
                alt: self.say("qr_alt", &[]),
                address: Some(self.address.clone()),
            }),
            signature: Some(Signature {
                title: self.say("signature_title", &[]),
                lines: vec![self.say("signature_kind", &[]), self.moment(self.issued_at)],
            }),
            mark,
            footer: vec![host, self.say("footer", &[])],
        }
    }
}

pub(super) fn row(label: impl Into<String>, value: impl Into<String>) -> Row {
    Row { label: label.into(), value: value.into(), detail: None, wide: false }
}

pub(super) fn section(title: String, layout: Layout, rows: Vec<Row>) -> Section {
    Section { title: Some(title), layout, rows }
}
