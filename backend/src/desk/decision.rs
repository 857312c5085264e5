//! Deciding: approval, refusal with reasons that say how to mend them (CS-09 to CS-11), and taking a result back.

use std::collections::BTreeSet;

use catalogue::deadline;
use catalogue::definition::Service;
use openapi::applications::{Reason, State};
use openapi::desk::{ApprovalIn, Case, RefusalIn, RevocationIn};
use openapi::events::Subject;
use openapi::{ErrorCode, FieldError};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{case, ensure_taken_by, replacement, said, store};
use crate::app::App;
use crate::applications::clock;
use crate::applications::graph::CaseEvent;
use crate::applications::store::Read;
use crate::applications::view::service_of;
use crate::db::Conn;
use crate::error::{Error, Result, field_error};
use crate::history::{self, By, late};
use crate::jobs::{self, Job};
use crate::notifications::News;
use crate::papers::store::Revocation;
use crate::{changes, notifications, papers};

/// Who decides what, based on which version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decision {
    pub officer_id: Uuid,
    pub id: Uuid,
    pub version: i32,
}

/// Approves; the result is made by a job. An earlier result that it takes the place of is taken back.
///
/// # Errors
/// `wrong_state`, `already_taken`, `stale_version`, `decisions_stopped`; `not_ready` while that earlier result is still being made.
pub(super) async fn approve(
    conn: &mut Conn,
    app: &App,
    decision: Decision,
    input: &ApprovalIn,
) -> Result<Case> {
    let read = begin(conn, app, decision, CaseEvent::Approved).await?;
    store::decide(conn, &read.row, decision.officer_id, State::Approved).await?;
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    replacement::replace(conn, app, service, &read.row, decision.officer_id).await?;
    let data = comment_of(input.comment.as_deref());
    let (number, service) = (read.row.number(), read.row.service.as_str());
    let news = News::Approved { number, service, comment: said(input.comment.as_deref()) };
    jobs::enqueue(conn, &Job::MakeResult { application_id: decision.id }).await?;
    tell(conn, decision, &read, CaseEvent::Approved, data, &news).await?;
    case::case(conn, app, decision.officer_id, decision.id).await
}

/// Refuses with reasons of the service, kept in the history in the words that were told.
///
/// # Errors
/// `wrong_state`, `already_taken`, `stale_version`, `decisions_stopped`; `invalid` for reasons that are not the service's.
pub(super) async fn refuse(
    conn: &mut Conn,
    app: &App,
    decision: Decision,
    input: &RefusalIn,
) -> Result<Case> {
    let read = begin(conn, app, decision, CaseEvent::Refused).await?;
    let service = service_of(app, &read.row.service, read.row.service_version)?;
    let reasons = reasons(app, service, input).map_err(Error::invalid)?;
    store::decide(conn, &read.row, decision.officer_id, State::Refused).await?;
    let news = News::Refused {
        number: read.row.number(),
        service: &service.code,
        reasons: reasons.iter().map(|reason| reason.code.as_str()).collect(),
        appeal_until: deadline::add(service.appeal.term, clock::day(read.now), &app.catalogue.calendar),
    };
    let data = json!({ "reasons": reasons });
    tell(conn, decision, &read, CaseEvent::Refused, data, &news).await?;
    case::case(conn, app, decision.officer_id, decision.id).await
}

/// Takes an issued result back; its public page says so from then on. What somebody decided who works here no more,
/// everybody may take back.
///
/// # Errors
/// `wrong_state` for what is not approved or already taken back, `not_ready` while the result is being made,
/// `already_taken`, `stale_version`, `decisions_stopped`.
pub(super) async fn revoke(
    conn: &mut Conn,
    app: &App,
    decision: Decision,
    input: &RevocationIn,
) -> Result<Case> {
    let read = begin(conn, app, decision, CaseEvent::Revoked).await?;
    let comment = said(Some(&input.comment)).ok_or_else(|| Error::field("/comment", "required"))?;
    if !papers::store::revoke(conn, decision.id, Revocation::Comment(comment)).await? {
        let is_made = papers::store::holds(conn, decision.id).await?.is_some();
        return Err(if is_made { ErrorCode::WrongState } else { ErrorCode::NotReady }.into());
    }
    store::touch(conn, &read.row).await?;
    let news = News::Revoked { number: read.row.number(), service: &read.row.service, comment };
    tell(conn, decision, &read, CaseEvent::Revoked, json!({ "comment": comment }), &news).await?;
    case::case(conn, app, decision.officer_id, decision.id).await
}

/// The case, locked, if this officer may do this to it and histories are being sealed.
async fn begin(conn: &mut Conn, app: &App, decision: Decision, event: CaseEvent) -> Result<Read> {
    let read = store::lock_case(conn, decision.id).await?;
    let orphaned = match read.row.officer_id {
        Some(holder) if event == CaseEvent::Revoked => !store::is_active(conn, holder).await?,
        _ => false,
    };
    if !orphaned {
        ensure_taken_by(&read.row, decision.officer_id)?;
    }
    read.ensure(event, decision.version)?;
    late::ensure_sealed(conn, app.config.audit.seal_within_hours).await?;
    Ok(read)
}

async fn tell(
    conn: &mut Conn,
    decision: Decision,
    read: &Read,
    event: CaseEvent,
    data: Value,
    news: &News<'_>,
) -> Result<()> {
    let Decision { officer_id, id, .. } = decision;
    history::append(conn, id, event.as_str(), By::Officer(officer_id), data).await?;
    notifications::tell(conn, read.row.account_id, Some(id), news).await?;
    changes::pulse(conn, None, Subject::Case, id).await
}

fn comment_of(comment: Option<&str>) -> Value {
    said(comment).map_or_else(|| json!({}), |comment| json!({ "comment": comment }))
}

/// The reasons in the words of the dictionary.
fn reasons(
    app: &App,
    service: &Service,
    input: &RefusalIn,
) -> std::result::Result<Vec<Reason>, Vec<FieldError>> {
    let mut seen = BTreeSet::new();
    let (mut reasons, mut wrong) = (Vec::new(), Vec::new());
    for (i, reason) in input.reasons.iter().enumerate() {
        let place = format!("/reasons/{i}/code");
        let permitted = service.refusal_reasons.contains(&reason.code);
        match app.catalogue.dictionaries.refusal_reason(&reason.code).filter(|_| permitted) {
            None => wrong.push(field_error(&place, "choice_unknown")),
            Some(_) if !seen.insert(&reason.code) => wrong.push(field_error(&place, "duplicate")),
            Some(known) => reasons.push(Reason {
                code: known.code.clone(),
                title: known.title.clone(),
                cure: known.cure.clone(),
                comment: said(reason.comment.as_deref()).map(ToOwned::to_owned),
            }),
        }
    }
    if wrong.is_empty() { Ok(reasons) } else { Err(wrong) }
}
