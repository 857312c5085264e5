//! An application as its owner sees it.

use catalogue::definition::Service;
use catalogue::text::Text;
use futures_util::future::{try_join3, try_join4};
use openapi::applications::{Application, Remark, State, own_label};
use uuid::Uuid;

use super::clock;
use super::{remarks, store};
use crate::app::App;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::{documents, history, papers, payments};

/// The version of the service an application was made with.
///
/// # Errors
/// `internal` when the catalogue has lost it.
pub fn service_of<'a>(app: &'a App, code: &str, version: i32) -> Result<&'a Service> {
    let found = u32::try_from(version).ok().and_then(|version| app.catalogue.service(code, version));
    found.ok_or_else(|| Error::internal(anyhow::anyhow!("the catalogue has no {code} version {version}")))
}

/// The word of a state, in all languages: the service's own, else the common one (A16).
#[must_use]
pub fn label(app: &App, service: &Service, state: State) -> Text {
    own_label(service, state).cloned().unwrap_or_else(|| {
        let word = |language: &str| app.catalogue.texts(language, "statuses")?.get(state.as_str())?.as_str();
        let languages = app.catalogue.locales.keys();
        languages.filter_map(|language| Some((language.clone(), word(language)?.to_owned()))).collect()
    })
}

/// A person's application with everything that belongs to it, in one round trip: what cannot be there yet is asked for
/// all the same.
///
/// # Errors
/// `not_found` also for somebody else's.
pub async fn application(conn: &Conn, app: &App, account_id: Uuid, id: Uuid) -> Result<Application> {
    let (read, documents, remarks, (charge, timeline, papers)) = try_join4(
        store::find_for(conn, account_id, id),
        documents::store::list(conn, app, id),
        remarks::list(conn, id),
        try_join3(
            payments::charge_of(conn, app, id),
            history::list(conn, app, id),
            papers::list(conn, app, id),
        ),
    )
    .await?;
    let row = &read.row;
    let service = service_of(app, &row.service, row.service_version)?;
    let state = row.state()?;
    // What was left unmended when the person took the application back for good is asked of nobody.
    let remarks = if state.is_handed_back() { remarks } else { Vec::new() };
    let answers = row.answers(&app.keys)?;
    let sent = if state.is_handed_back() { row.answers_before(&app.keys)? } else { None };
    let calendar = &app.catalogue.calendar;
    Ok(Application {
        id,
        number: row.number.clone(),
        control_code: row.control_code.clone(),
        service: row.service.clone(),
        service_version: service.version,
        title: service.title.clone(),
        state,
        label: label(app, service, state),
        version: row.version,
        clock: clock::clock(&read.times()?, service, Some(&answers), calendar),
        filing: clock::filing(row.submitted_at, service, sent.as_ref().unwrap_or(&answers), calendar),
        sent,
        answers,
        documents,
        remarks: open_remarks(remarks),
        charge,
        timeline,
        papers,
        created_at: row.created_at,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
        decided_at: row.decided_at,
    })
}

/// What was asked to be mended and has not been answered.
pub fn open_remarks(rows: Vec<remarks::Row>) -> Vec<Remark> {
    rows.into_iter().filter(|row| row.resolved_at.is_none()).map(Remark::from).collect()
}
