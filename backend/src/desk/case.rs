//! A case as an officer sees it.

use catalogue::answers::{Answers, answer_pointer};
use catalogue::definition::Service;
use futures_util::future::{try_join, try_join3, try_join4};
use openapi::applications::{PaperKind, State};
use openapi::desk::{Applicant, Case, CheckResult};
use serde_json::Value;
use uuid::Uuid;

use super::{replacement, store};
use crate::app::App;
use crate::applications::comparison::Compared;
use crate::applications::graph::{self, CaseEvent};
use crate::applications::store::Row;
use crate::applications::view::{label, open_remarks, service_of};
use crate::applications::{clock, related, remarks, reply};
use crate::db::Conn;
use crate::error::Result;
use crate::history::reads::{self, Opened};
use crate::{documents, history, papers, payments};

/// A filed application for an officer, in one round trip. Answers, documents, remarks and related cases are shown only to
/// the one who has taken it, once it is noted that they are. What the applicant has back is asked about once more: its documents are those sent last.
///
/// # Errors
/// `not_found`, also for drafts.
pub(super) async fn case(conn: &Conn, app: &App, officer_id: Uuid, id: Uuid) -> Result<Case> {
    let ((held, head), (remarks, resubmitted, documents), (related, earlier), (charge, timeline, papers)) =
        try_join4(
            try_join(reads::note(conn, officer_id, Opened::Case, id), store::find_head(conn, id)),
            try_join3(
                remarks::list(conn, id),
                history::last_data(conn, id, &[CaseEvent::Resubmitted]),
                documents::store::list(conn, app, id),
            ),
            try_join(related::list(conn, app, id), replacement::find_earlier(conn, id)),
            try_join3(
                payments::charge_of(conn, app, id),
                history::list(conn, app, id),
                papers::list(conn, app, id),
            ),
        )
        .await?;
    let row = &head.read.row;
    let service = service_of(app, &row.service, row.service_version)?;
    let state = row.state()?;
    let taken = held && row.officer_id == Some(officer_id);
    let documents = match taken {
        true if state.is_handed_back() => reply::documents_sent(conn, app, row).await?,
        true => documents,
        false => Vec::new(),
    };
    let answers = if taken { row.answers_sent(&app.keys)? } else { Answers::default() };
    let remarks = if taken { remarks } else { Vec::new() };
    let mended = if taken { mended(resubmitted) } else { Vec::new() };
    let changes = taken && replacement::changed_by(app, service, row)?.is_some();
    let holds = papers.iter().any(|paper| paper.kind == PaperKind::Result && paper.revoked_at.is_none());
    Ok(Case {
        id,
        number: row.number().to_owned(),
        service: row.service.clone(),
        service_version: service.version,
        title: service.title.clone(),
        state,
        label: label(app, service, state),
        version: row.version,
        applicant: Applicant {
            name: full_name(&head.family_name, &head.given_name, head.patronymic.as_deref()),
            language: head.language.clone(),
        },
        filing: clock::filing(row.submitted_at, service, &answers, &app.catalogue.calendar),
        answers,
        documents,
        remarks: open_remarks(remarks),
        before: before(app, row, state, &mended)?,
        mended,
        checks: checks(service, &row.checks, taken)?,
        check_pending: row.checked == "pending",
        replaces: earlier.filter(|_| changes),
        charge,
        related: if taken { related } else { Vec::new() },
        clock: clock::clock(&head.read.times()?, service, None, &app.catalogue.calendar),
        timeline,
        papers,
        officer: head.officer,
        revocable: holds && graph::can(state, CaseEvent::Revoked) && (taken || head.officer_left),
        unanswered: head.unanswered,
        submitted_at: row.submitted_at.unwrap_or(row.created_at),
    })
}

fn mended(resubmitted: Option<Value>) -> Vec<String> {
    let changed = resubmitted.and_then(|mut data| data.get_mut("changed").map(Value::take));
    changed.and_then(|changed| serde_json::from_value(changed).ok()).unwrap_or_default()
}

/// What stood at the mended fields before.
fn before(app: &App, row: &Row, state: State, mended: &[String]) -> Result<Answers> {
    // What the applicant has again stands as it was sent: there is nothing else yet.
    if mended.is_empty() || state.is_handed_back() {
        return Ok(Answers::default());
    }
    let before = row.answers_before(&app.keys)?.unwrap_or_default();
    Ok(before.into_iter().filter(|(field, _)| mended.contains(&answer_pointer(&[field]))).collect())
}

/// What the registers said, under the titles of the service; what exactly differs only to the one who has the case.
fn checks(service: &Service, stored: &Value, taken: bool) -> Result<Vec<CheckResult>> {
    let compared: Vec<Compared> = serde_json::from_value(stored.clone())?;
    Ok(compared
        .into_iter()
        .map(|one| CheckResult {
            title: service
                .checks
                .iter()
                .find(|check| check.id == one.id)
                .map(|check| check.title.clone())
                .unwrap_or_default(),
            id: one.id,
            outcome: one.outcome,
            differences: if taken { one.differences } else { Vec::new() },
            at: one.at,
        })
        .collect())
}

/// A name in the order of Russian papers.
pub(super) fn full_name(family: &str, given: &str, patronymic: Option<&str>) -> String {
    let parts = [family, given, patronymic.unwrap_or_default()];
    parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_patronymic_has_no_gap() {
        assert_eq!(full_name("Демов", "Азиз", Some("")), "Демов Азиз");
        assert_eq!(full_name("Демов", "Азиз", Some("Каримович")), "Демов Азиз Каримович");
    }
}
