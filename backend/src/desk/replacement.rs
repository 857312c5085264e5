//! A follow-up that is approved takes the place of what it changes (SV4-15): the earlier result no longer holds.

use catalogue::definition::Service;
use diesel::alias;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use openapi::applications::PaperKind;
use openapi::events::Subject;
use serde_json::json;
use uuid::Uuid;

use super::store;
use crate::app::App;
use crate::applications::graph::{self, CaseEvent};
use crate::applications::store::Row;
use crate::db::Conn;
use crate::db::schema::{applications, issued_documents};
use crate::error::Result;
use crate::history::{self, By};
use crate::notifications::News;
use crate::papers::store::{self as papers, Revocation};
use crate::{changes, notifications};

/// What an application changes when it is approved: the one it began with, as long as it is a follow-up.
///
/// # Errors
/// `internal` when its answers do not open.
pub(super) fn changed_by(app: &App, service: &Service, row: &Row) -> Result<Option<Uuid>> {
    let (Some(follow_up), Some(earlier)) = (&service.follow_up, row.based_on) else { return Ok(None) };
    Ok(follow_up.is_one(&row.answers(&app.keys)?).then_some(earlier))
}

/// The number of the application that one began with, while its result holds: it would be taken back now, if
/// [`changed_by`] says so.
///
/// # Errors
/// The database's.
pub(super) async fn find_earlier(mut conn: &Conn, id: Uuid) -> Result<Option<String>> {
    let began = alias!(applications as began);
    let number = issued_documents::table
        .inner_join(applications::table)
        .inner_join(
            began.on(began.field(applications::based_on).eq(issued_documents::application_id.nullable())),
        )
        .filter(began.field(applications::id).eq(id))
        .filter(issued_documents::kind.eq(PaperKind::Result.as_str()))
        .filter(issued_documents::revoked_at.is_null())
        .select(applications::number)
        .first::<Option<String>>(&mut conn)
        .await
        .optional()?;
    Ok(number.flatten())
}

/// Takes back the result of the application that an approved one changes, if that has one that holds. In the transaction
/// of the approval, under the lock of both rows: first of the newer, then of the earlier.
///
/// # Errors
/// `not_ready` while the earlier result is still being made: it would hold beside the new one.
pub(super) async fn replace(
    conn: &mut Conn,
    app: &App,
    service: &Service,
    row: &Row,
    officer_id: Uuid,
) -> Result<()> {
    let Some(earlier) = changed_by(app, service, row)? else { return Ok(()) };
    let was = store::lock_case(conn, earlier).await?.row;
    let event = CaseEvent::Replaced;
    if !graph::can(was.state()?, event) {
        return Ok(());
    }
    match papers::holds(conn, earlier).await? {
        Some(true) => {}
        Some(false) => return Ok(()),
        None => return Err(ErrorCode::NotReady.into()),
    }
    let by = row.number();
    papers::revoke(conn, earlier, Revocation::ReplacedBy(by)).await?;
    store::touch(conn, &was).await?;
    let data = json!({ "comment": by, "application_id": row.id });
    history::append(conn, earlier, event.as_str(), By::Officer(officer_id), data).await?;
    let news = News::Replaced { number: was.number(), service: &service.code, by };
    notifications::tell(conn, was.account_id, Some(earlier), &news).await?;
    changes::pulse(conn, None, Subject::Case, earlier).await
}
