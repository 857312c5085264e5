//! Remarks an officer collects before asking for a correction (CS-04).

use catalogue::dictionary::RefusalReason;
use kit::prelude::*;
use openapi::desk::RemarkIn;
use serde::{Deserialize, Serialize};

use super::OpenCase;
use crate::drafts::{Draft, use_draft};

/// The shortest comment the server takes: it has to say how to mend.
pub const SHORTEST: usize = 3;

/// A remark being written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RemarkDraft {
    /// `/answers/<field>` or `/documents/<item>`.
    pub pointer: String,
    /// Code of the dictionary, or empty.
    pub reason: String,
    pub comment: String,
}

impl RemarkDraft {
    /// Whether nothing has been said yet.
    pub fn is_blank(&self) -> bool {
        self.reason.is_empty() && self.comment.trim().is_empty()
    }

    /// Whether the server would take it.
    pub fn is_whole(&self) -> bool {
        self.comment.trim().chars().count() >= SHORTEST
    }

    /// As it is sent.
    pub fn into_request(self) -> RemarkIn {
        RemarkIn {
            pointer: self.pointer,
            reason: Some(self.reason).filter(|reason| !reason.is_empty()),
            comment: self.comment.trim().to_owned(),
        }
    }
}

/// The remarks on a case, kept in the tab until they are sent. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Remarks(Draft<Vec<RemarkDraft>>);

impl Remarks {
    /// Those of this case.
    pub fn of(open: OpenCase) -> Self {
        Self(use_draft(open.id, "remarks"))
    }

    /// All, in the order they were begun; tracks.
    pub fn all(&self) -> Vec<RemarkDraft> {
        self.0.value.get()
    }

    /// How many say something; tracks.
    pub fn count(&self) -> usize {
        self.0.value.with(|all| all.iter().filter(|remark| !remark.is_blank()).count())
    }

    /// Whether there is a remark at the place; tracks.
    pub fn has(&self, pointer: &str) -> bool {
        self.0.value.with(|all| all.iter().any(|remark| remark.pointer == pointer && !remark.is_blank()))
    }

    /// Begins a remark unless there is one.
    pub fn begin(&self, pointer: &str) {
        self.0.value.update(|all| {
            if !all.iter().any(|remark| remark.pointer == pointer) {
                all.push(RemarkDraft { pointer: pointer.to_owned(), ..RemarkDraft::default() });
            }
        });
    }

    /// Takes a remark away.
    pub fn remove(&self, pointer: &str) {
        self.0.value.update(|all| all.retain(|remark| remark.pointer != pointer));
    }

    /// Drops what was begun and left empty.
    pub fn tidy(&self) {
        if self.0.value.with_untracked(|all| all.iter().any(RemarkDraft::is_blank)) {
            self.0.value.update(|all| all.retain(|remark| !remark.is_blank()));
        }
    }

    /// They have been sent.
    pub fn clear(&self) {
        self.0.clear();
    }

    fn get(&self, pointer: &str) -> RemarkDraft {
        let known = |all: &Vec<RemarkDraft>| all.iter().find(|remark| remark.pointer == pointer).cloned();
        self.0.value.with_untracked(known).unwrap_or_default()
    }

    fn put(&self, pointer: &str, reason: String, comment: String) {
        let is_new = |remark: &RemarkDraft| remark.reason != reason || remark.comment != comment;
        let all = self.0.value;
        if !all.with_untracked(|all| all.iter().any(|remark| remark.pointer == pointer && is_new(remark))) {
            return;
        }
        all.update(|all| {
            if let Some(remark) = all.iter_mut().find(|remark| remark.pointer == pointer) {
                remark.reason = reason;
                remark.comment = comment;
            }
        });
    }
}

/// The fields of one remark: a reason of the dictionary, if one fits, and how to mend. A chosen reason brings its
/// advice along, in the applicant's language, where nothing has been written yet.
#[component]
pub fn RemarkEditor(
    open: OpenCase,
    remarks: Remarks,
    pointer: String,
    #[prop(optional)] errors: Option<Errors>,
) -> impl IntoView {
    let i18n = use_i18n();
    let kept = remarks.get(&pointer);
    let (reason, comment) = (RwSignal::new(kept.reason), RwSignal::new(kept.comment));
    let (reasons, language) = open.now.with_untracked(|loaded| {
        let codes = &loaded.service.refusal_reasons;
        let known: Vec<RefusalReason> = codes
            .iter()
            .filter_map(|code| loaded.references.dictionaries.refusal_reason(code).cloned())
            .collect();
        (known, loaded.case.applicant.language.clone())
    });
    let options =
        reasons.iter().map(|reason| Opt::new(reason.code.clone(), i18n.prop(&reason.title))).collect();
    let cures: Vec<(String, String)> =
        reasons.into_iter().map(|reason| (reason.code, reason.cure.get(&language).to_owned())).collect();
    Effect::new(move |before: Option<String>| {
        let code = reason.get();
        let cure = |code: &str| cures.iter().find(|(known, _)| known == code).map(|(_, cure)| cure.clone());
        if let Some(before) = before.filter(|before| *before != code) {
            let own = comment.get_untracked();
            if own.trim().is_empty() || cure(&before).is_some_and(|cure| cure == own) {
                comment.set(cure(&code).unwrap_or_default());
            }
        }
        code
    });
    let place = pointer.clone();
    Effect::new(move |_| remarks.put(&place, reason.get(), comment.get()));
    let errors = errors.unwrap_or_default();
    view! {
        <div class="stack gap-3">
            <Select
                name=format!("{pointer}/reason")
                label=t("desk.remark_reason")
                value=reason
                options=options
                errors=errors
                optional=true
                empty=t("desk.remark_no_reason")
            />
            <Textarea
                name=format!("{pointer}/comment")
                label=t("desk.remark_comment")
                hint=t("desk.remark_hint")
                value=comment
                errors=errors
                rows=3
                maxlength=2000
            />
        </div>
    }
}
