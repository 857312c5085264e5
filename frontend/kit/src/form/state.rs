//! A form while it is being filled in.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use catalogue::answers::Answers;
use catalogue::definition::{DocumentItem, Service, Step};
use catalogue::dictionary::Dictionaries;
use catalogue::form;
use leptos::prelude::*;
use openapi::applications::Remark;
use serde_json::Value;

use crate::api::Errors;
use crate::components::TaskState;
use crate::timer::Debounce;

/// Saving waits for this pause in typing.
const PAUSE: Duration = Duration::from_millis(800);

/// The answers of one application and everything that is said about them. Copy; lives as long as the component that
/// has made it, and saves what is unsaved when that goes.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Field id → answer, as typed. Set it to show other answers (the newer ones of a conflict).
    pub answers: RwSignal<Answers>,
    /// What is wrong, for the fields and the error summary.
    pub errors: Errors,
    /// Whether there are changes that `on_change` has not been given yet.
    pub dirty: RwSignal<bool>,
    pub(super) parts: StoredValue<Parts>,
    /// Fields the person has left once; they are judged anew with every change.
    pub(super) touched: StoredValue<BTreeSet<String>>,
    saving: Debounce,
}

#[derive(Debug)]
pub(super) struct Parts {
    pub service: Arc<Service>,
    pub dictionaries: Arc<Dictionaries>,
    pub remarks: Vec<Remark>,
    /// The answers as they were sent, in a correction: what was asked then is closed but for the remarks.
    pub closed: Option<Answers>,
}

impl Form {
    /// A form with the answers of the application. `on_change` gets all answers after a pause in typing, when the page
    /// is hidden, and when it is left.
    #[must_use]
    pub fn new(
        service: Arc<Service>,
        dictionaries: Arc<Dictionaries>,
        answers: Answers,
        on_change: Callback<Answers>,
    ) -> Self {
        let answers = RwSignal::new(answers);
        let dirty = RwSignal::new(false);
        let save = Callback::new(move |()| {
            if let (Some(answers), Some(true)) = (answers.try_get_untracked(), dirty.try_get_untracked()) {
                dirty.set(false);
                on_change.run(answers);
            }
        });
        let saving = Debounce::new(PAUSE, save);
        let hidden = window_event_listener(leptos::ev::visibilitychange, move |_| saving.now());
        on_cleanup(move || {
            hidden.remove();
            saving.now();
        });
        let parts = Parts { service, dictionaries, remarks: Vec::new(), closed: None };
        Self {
            answers,
            errors: Errors::new(),
            dirty,
            parts: StoredValue::new(parts),
            touched: StoredValue::new(BTreeSet::new()),
            saving,
        }
    }

    /// Each remark stands at its field.
    #[must_use]
    pub fn with_remarks(self, remarks: Vec<Remark>) -> Self {
        self.parts.update_value(|parts| parts.remarks = remarks);
        self
    }

    /// The form of a correction: only the fields the remarks name can be changed, and those that were not asked when
    /// the answers were sent.
    #[must_use]
    pub fn only_remarked(self, sent: Answers) -> Self {
        self.parts.update_value(|parts| parts.closed = Some(sent));
        self
    }

    /// Gives unsaved answers to `on_change` at once: before going on to the next step.
    pub fn save_now(&self) {
        self.saving.now();
    }

    /// The service the form is of.
    #[must_use]
    pub fn service(&self) -> Arc<Service> {
        self.parts.with_value(|parts| Arc::clone(&parts.service))
    }

    /// The dictionaries the form chooses from.
    #[must_use]
    pub fn dictionaries(&self) -> Arc<Dictionaries> {
        self.parts.with_value(|parts| Arc::clone(&parts.dictionaries))
    }

    /// The steps that are asked, in order; tracks the answers.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let service = self.service();
        self.answers.with(|answers| form::steps(&service, answers).into_iter().cloned().collect())
    }

    /// The documents that are asked for; tracks the answers.
    #[must_use]
    pub fn documents(&self) -> Vec<DocumentItem> {
        let service = self.service();
        self.answers.with(|answers| form::documents(&service, answers).into_iter().cloned().collect())
    }

    /// How far a step is; tracks the answers.
    #[must_use]
    pub fn step_state(&self, step: &Step) -> TaskState {
        let service = self.service();
        self.with_context(|context| {
            self.answers.with(|answers| form::step_state(&service, answers, step, context).into())
        })
    }

    /// Whether a field may be changed: always, except in a correction of other fields.
    #[must_use]
    pub fn is_open(&self, field: &str) -> bool {
        let was_asked = self.parts.with_value(|parts| {
            parts.closed.as_ref().is_some_and(|sent| form::is_field_asked(&parts.service, field, sent))
        });
        !was_asked || !self.remarks_at(field).is_empty()
    }

    /// What the officer has remarked about a field.
    #[must_use]
    pub fn remarks_at(&self, field: &str) -> Vec<Remark> {
        let pointer = catalogue::answers::answer_pointer(&[field]);
        self.parts.with_value(|parts| {
            parts.remarks.iter().filter(|remark| is_at_or_in(&remark.pointer, &pointer)).cloned().collect()
        })
    }

    /// The answer of a field; tracks.
    #[must_use]
    pub fn answer(&self, field: &str) -> Option<Value> {
        self.answers.with(|answers| answers.get(field).cloned())
    }

    /// Sets an answer; an empty one is taken out. Judging and saving follow.
    pub fn set_answer(&self, field: &str, value: Value) {
        let is_empty = matches!(&value, Value::Null) || value.as_str().is_some_and(str::is_empty);
        let old = self.answers.with_untracked(|answers| answers.get(field).cloned());
        if old.as_ref() == Some(&value) || (old.is_none() && is_empty) {
            return;
        }
        self.answers.update(|answers| {
            if is_empty {
                answers.remove(field);
            } else {
                answers.insert(field.to_owned(), value);
            }
        });
        self.dirty.set(true);
        self.judge_touched();
        self.saving.call();
    }
}

fn is_at_or_in(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::is_at_or_in;

    #[test]
    fn a_remark_about_a_part_is_about_its_field() {
        assert!(is_at_or_in("/answers/address", "/answers/address"));
        assert!(is_at_or_in("/answers/address/house", "/answers/address"));
        assert!(!is_at_or_in("/answers/address_of_host", "/answers/address"));
    }
}
