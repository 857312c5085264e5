//! When the rules are asked and which of their findings are shown.

use catalogue::answers::{Finding, answer_pointer, code};
use catalogue::definition::Step;
use catalogue::form::{self, Context};
use leptos::prelude::*;

use super::Form;
use crate::{dom, office};

impl Form {
    /// Judges one step as on "continue": everything that is wrong is shown, missing answers too. Answers whether the
    /// step is right; when it is not, the focus goes to the error summary.
    pub fn judge_step(&self, step: &Step) -> bool {
        let findings = self.findings(step);
        let fields = step.fields.iter().map(|field| field.id.clone());
        self.touched.update_value(|touched| touched.extend(fields));
        let is_right = findings.is_empty();
        self.errors.set(findings);
        if !is_right {
            request_animation_frame(|| {
                dom::focus(crate::api::SUMMARY_ID);
            });
        }
        is_right
    }

    /// Judges everything, with the items of the attached files (one entry per file): before sending.
    #[must_use]
    pub fn judge_all(&self, attached: &[&str]) -> Vec<Finding> {
        let service = self.service();
        self.with_context(|context| {
            self.answers.with_untracked(|answers| form::judge(&service, answers, attached, context))
        })
    }

    /// The person has left a field. What is missing is not held against them yet: they may come back to it.
    pub(super) fn left(&self, field: &str) {
        let Some(step) = self.step_of(field) else { return };
        let found = of_field(self.findings(&step), field);
        let wrong: Vec<Finding> =
            found.into_iter().filter(|finding| !code::MISSING.contains(&finding.code.as_str())).collect();
        if !wrong.is_empty() {
            self.touched.update_value(|touched| {
                touched.insert(field.to_owned());
            });
        }
        self.errors.set_at(&answer_pointer(&[field]), wrong);
    }

    /// Judges anew the fields that have been found wrong before, so that an error goes as soon as it is mended.
    pub(super) fn judge_touched(&self) {
        let touched = self.touched.get_value();
        let service = self.service();
        let steps =
            service.steps.iter().filter(|step| step.fields.iter().any(|field| touched.contains(&field.id)));
        for step in steps {
            let findings = self.findings(step);
            for field in step.fields.iter().filter(|field| touched.contains(&field.id)) {
                self.errors.set_at(&answer_pointer(&[&field.id]), of_field(findings.clone(), &field.id));
            }
        }
    }

    fn findings(&self, step: &Step) -> Vec<Finding> {
        let service = self.service();
        self.with_context(|context| {
            self.answers.with_untracked(|answers| form::judge_step(&service, step, answers, context))
        })
    }

    fn step_of(&self, field: &str) -> Option<Step> {
        let service = self.service();
        service.steps.iter().find(|step| step.fields.iter().any(|own| own.id == field)).cloned()
    }

    pub(super) fn with_context<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        let dictionaries = self.dictionaries();
        work(&Context { today: office::today(), dictionaries: &dictionaries })
    }
}

fn of_field(findings: Vec<Finding>, field: &str) -> Vec<Finding> {
    findings.into_iter().filter(|finding| finding.concerns(field)).collect()
}
