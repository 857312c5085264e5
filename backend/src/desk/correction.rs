//! Asking the applicant to mend named fields or documents (CS-04). The clock of the service stands still meanwhile.

use std::collections::BTreeSet;

use catalogue::answers::{Answers, answer_pointer, document_pointer};
use catalogue::definition::Service;
use catalogue::form;
use openapi::FieldError;
use openapi::applications::State;
use openapi::desk::{Case, CorrectionIn};
use openapi::events::Subject;
use serde_json::json;
use uuid::Uuid;

use super::{case, lock_taken, store};
use crate::app::App;
use crate::applications::graph::CaseEvent;
use crate::applications::view::service_of;
use crate::applications::{clock, remarks, reply};
use crate::db::Conn;
use crate::error::{Error, Result, field_error};
use crate::history::{self, By};
use crate::notifications::News;
use crate::{changes, notifications};

/// Returns a case to its applicant with remarks.
///
/// # Errors
/// `wrong_state`, `already_taken`, `stale_version`; `invalid` for what the service does not ask.
pub(super) async fn request(
    conn: &mut Conn,
    app: &App,
    officer_id: Uuid,
    id: Uuid,
    version: i32,
    input: &CorrectionIn,
) -> Result<Case> {
    let read = lock_taken(conn, officer_id, id).await?;
    let row = &read.row;
    read.ensure(CaseEvent::CorrectionRequested, version)?;
    let service = service_of(app, &row.service, row.service_version)?;
    let answers = row.answers(&app.keys)?;
    let wrong = judge(app, service, &answers, input);
    if !wrong.is_empty() {
        return Err(Error::invalid(wrong));
    }

    let reply_due = reply::hand_back(conn, app, &read, service, State::ReturnedForFix).await?;
    let event = CaseEvent::CorrectionRequested.as_str();
    let before = history::count(conn, id, event).await?;
    let round = i32::try_from(before + 1).map_err(Error::internal)?;
    // What was asked before and never answered is asked no more.
    remarks::resolve(conn, id).await?;
    store::insert_remarks(conn, id, round, &input.remarks).await?;
    let pointers: Vec<&str> = input.remarks.iter().map(|remark| remark.pointer.as_str()).collect();
    let data = json!({ "round": round, "pointers": pointers });
    history::append(conn, id, event, By::Officer(officer_id), data).await?;
    let due = clock::day(reply_due);
    let news = News::CorrectionRequested { number: row.number(), service: &service.code, due };
    notifications::tell(conn, row.account_id, Some(id), &news).await?;
    changes::pulse(conn, None, Subject::Case, id).await?;
    case::case(conn, app, officer_id, id).await
}

/// Remarks name what is asked of this applicant, each thing once, with reasons of the dictionary.
fn judge(app: &App, service: &Service, answers: &Answers, input: &CorrectionIn) -> Vec<FieldError> {
    let asked = asked(service, answers);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (i, remark) in input.remarks.iter().enumerate() {
        let mut report =
            |member: &str, code: &str| wrong.push(field_error(&format!("/remarks/{i}/{member}"), code));
        if !asked.contains(&remark.pointer) {
            report("pointer", "not_asked");
        } else if !seen.insert(&remark.pointer) {
            report("pointer", "duplicate");
        }
        if let Some(reason) = &remark.reason
            && app.catalogue.dictionaries.refusal_reason(reason).is_none()
        {
            report("reason", "choice_unknown");
        }
        if remark.comment.trim().is_empty() {
            report("comment", "required");
        }
    }
    wrong
}

/// Pointers of every field and document that is asked.
fn asked(service: &Service, answers: &Answers) -> BTreeSet<String> {
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    let fields = fields.filter(|field| form::is_field_asked(service, &field.id, answers));
    let documents = form::documents(service, answers);
    let fields = fields.map(|field| answer_pointer(&[&field.id]));
    fields.chain(documents.into_iter().map(|item| document_pointer(&item.id))).collect()
}
