//! What is wrong with a form: findings by pointer, said in the reader's language at the field and in the summary.

use std::collections::BTreeMap;

use catalogue::answers::Finding;
use catalogue::text::parse_iso_date;
use leptos::prelude::*;
use leptos::text_prop::TextProp;
use openapi::FieldError;
use openapi::client::Error;

use crate::i18n::{I18n, use_i18n};

/// Id of the error summary, where the focus goes after a refusal.
pub const SUMMARY_ID: &str = "error-summary";

/// The element id of the field a pointer speaks of: `/answers/address/house` gives `f-answers-address-house`.
#[must_use]
pub fn field_id(pointer: &str) -> String {
    let mut id = String::with_capacity(pointer.len() + 2);
    id.push('f');
    if !pointer.starts_with('/') {
        id.push('-');
    }
    id.extend(pointer.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }));
    id
}

/// The errors of one form. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Errors {
    fields: RwSignal<Vec<FieldError>>,
    /// What the summary speaks of: the findings as they were when the person wanted to go on. It stands above the
    /// fields and moves them all, so it does not come and go while they are being filled in.
    told: RwSignal<Vec<FieldError>>,
    refusal: RwSignal<Option<Error>>,
    names: StoredValue<BTreeMap<String, TextProp>>,
    i18n: I18n,
}

impl Default for Errors {
    fn default() -> Self {
        Self::new()
    }
}

impl Errors {
    /// No errors yet. Needs the language context.
    #[must_use]
    pub fn new() -> Self {
        Self {
            fields: RwSignal::new(Vec::new()),
            told: RwSignal::new(Vec::new()),
            refusal: RwSignal::new(None),
            names: StoredValue::default(),
            i18n: use_i18n(),
        }
    }

    /// Whether the summary has anything to say; tracks.
    #[must_use]
    pub fn is_told(&self) -> bool {
        !self.told.with(Vec::is_empty) || self.refusal.with(Option::is_some)
    }

    /// Whether nothing is wrong; tracks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.with(Vec::is_empty) && self.refusal.with(Option::is_none)
    }

    /// Forgets everything.
    pub fn clear(&self) {
        if untrack(|| !self.is_empty() || self.is_told()) {
            self.show(Vec::new());
            self.refusal.set(None);
        }
    }

    /// What the field at `pointer` is called; fields say so themselves, for the summary.
    pub fn name(&self, pointer: String, name: TextProp) {
        self.names.update_value(|names| {
            names.insert(pointer, name);
        });
    }

    /// Adds one finding of the page's own: `errors.add("/password", "too_short", &[("count", "8")])`.
    pub fn add(&self, pointer: &str, code: &str, params: &[(&str, &str)]) {
        let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let error = FieldError { pointer: pointer.to_owned(), code: code.to_owned(), params };
        self.told.update(|told| told.push(error.clone()));
        self.fields.update(|fields| fields.push(error));
    }

    /// Shows exactly these findings; the refusal, if any, goes.
    pub fn set(&self, findings: impl IntoIterator<Item = Finding>) {
        self.refusal.set(None);
        self.show(findings.into_iter().map(FieldError::from).collect());
    }

    fn show(&self, errors: Vec<FieldError>) {
        self.told.set(errors.clone());
        self.fields.set(errors);
    }

    /// Replaces the findings about one field and what is inside it, at the field only.
    pub fn set_at(&self, pointer: &str, findings: impl IntoIterator<Item = Finding>) {
        let new: Vec<FieldError> = findings.into_iter().map(FieldError::from).collect();
        let inside = |error: &FieldError| {
            error.pointer.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let same = self.fields.with_untracked(|old| old.iter().filter(|error| inside(error)).eq(new.iter()));
        if !same {
            self.fields.update(|fields| {
                fields.retain(|error| !inside(error));
                fields.extend(new);
            });
        }
    }

    /// Takes over a refusal of the server with its field errors.
    pub fn refuse(&self, error: Error) {
        self.show(error.problem().map(|problem| problem.errors.clone()).unwrap_or_default());
        self.refusal.set(Some(error));
    }

    /// The refusal that is shown; tracks.
    #[must_use]
    pub fn refusal(&self) -> Option<Error> {
        self.refusal.get()
    }

    /// What is wrong at `pointer`, in the reader's language; tracks.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<String> {
        self.fields.with(|fields| {
            fields.iter().find(|error| error.pointer == pointer).map(|error| self.i18n.finding(error))
        })
    }

    /// [`Errors::at`] as a signal.
    #[must_use]
    pub fn signal(&self, pointer: String) -> Signal<Option<String>> {
        let errors = *self;
        Signal::derive(move || errors.at(&pointer))
    }

    /// The places and sentences of the summary, in order, each with the name of its field; tracks.
    #[must_use]
    pub fn list(&self) -> Vec<(String, String)> {
        let named = |error: &FieldError| {
            let sentence = self.i18n.finding(error);
            let name = self.names.with_value(|names| names.get(&error.pointer).cloned());
            let sentence =
                name.map_or_else(|| sentence.clone(), |name| format!("{}: {sentence}", name.get()));
            (error.pointer.clone(), sentence)
        };
        self.told.with(|told| told.iter().map(named).collect())
    }
}

impl I18n {
    /// The sentence of a finding with its parameters: of a file, of filing, of signing up, of the desk, of a paper, else of a form; dates
    /// are written out, codes without a text are shown as they are, so that nothing is silently lost.
    #[must_use]
    pub fn finding(&self, error: &FieldError) -> String {
        let own = ["files", "filing", "sign_up", "desk", "documents"]
            .map(|namespace| format!("{namespace}.{}", error.code));
        let own = own.into_iter().find(|key| self.has(key));
        let key = own.unwrap_or_else(|| format!("errors.{}", error.code));
        let values: Vec<(&str, String)> = error
            .params
            .iter()
            .map(|(name, value)| {
                let date = parse_iso_date(value).map(|date| self.full_date(date));
                (name.as_str(), date.unwrap_or_else(|| value.clone()))
            })
            .collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.t_with(&key, &values)
    }
}

/// The heading of a failure.
#[must_use]
pub fn failure_title(i18n: &I18n, error: &Error) -> String {
    match error {
        Error::Problem(problem) => problem.title.clone(),
        Error::Network(_) => i18n.t("common.network_title"),
        Error::Unreadable(_) => i18n.t("common.unreadable_title"),
    }
}

/// How to mend a failure, with the time to wait and the number for support where they help.
#[must_use]
pub fn failure_text(i18n: &I18n, error: &Error) -> String {
    match error {
        Error::Problem(problem) => {
            let wait = problem
                .retry_after
                .map(|seconds| i18n.t_with("common.retry_after", &[("time", &i18n.duration(seconds))]));
            let support = (problem.status >= 500)
                .then(|| i18n.t_with("common.support_number", &[("number", &problem.trace_id)]));
            let parts = [problem.detail.clone(), wait, support];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        Error::Network(_) => i18n.t("common.network_text"),
        Error::Unreadable(_) => i18n.t("common.unreadable_text"),
    }
}

#[cfg(test)]
mod tests {
    use super::field_id;

    #[test]
    fn ids_come_from_pointers_and_names_alike() {
        assert_eq!(field_id("/answers/address/house"), "f-answers-address-house");
        assert_eq!(field_id("email"), "f-email");
        assert_eq!(field_id("/email"), "f-email");
    }
}
