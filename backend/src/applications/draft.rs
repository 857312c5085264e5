//! Drafts: starting, saving, deleting (FM-01 to FM-04). What is saved may be wrong, but never hostile.

use catalogue::answers::Answers;
use catalogue::definition::Service;
use catalogue::form;
use futures_util::future::try_join;
use openapi::applications::{Application, ApplicationIn, Saved, State};
use openapi::{ErrorCode, FieldError};
use serde_json::Value;
use uuid::Uuid;

use super::correction;
use super::sealed::SealedAnswers;
use super::store::{self, NewDraft, Read, Row};
use super::view::{self, service_of};
use crate::accounts;
use crate::accounts::limits::{HOUR, Limit};
use crate::accounts::store::PersonName;
use crate::app::App;
use crate::auth::subject::Citizen;
use crate::crash::crash_point;
use crate::db::Conn;
use crate::error::{Error, Result, field_error};

/// Most bytes the answers of an application may take as JSON.
const MAX_ANSWERS: usize = 64 * 1024;

/// Starts a draft of the newest version of a service, with what the account knows already filled in, and what an
/// application it is based on has answered (FM-04).
///
/// # Errors
/// `invalid` at `/service`: `unknown_service`, or `too_many_drafts` with the permitted `count`; at `/based_on`:
/// `unknown_application`; `too_many_requests`.
pub async fn create(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    input: &ApplicationIn,
) -> Result<Application> {
    let service =
        app.catalogue.latest(&input.service).ok_or_else(|| Error::field("/service", "unknown_service"))?;
    let most = app.config.applications.max_drafts;
    if store::count_drafts(conn, account_id).await? >= most {
        let mut refusal = field_error("/service", "too_many_drafts");
        refusal.params.insert("count".to_owned(), most.to_string());
        return Err(Error::invalid(vec![refusal]));
    }
    // The answer to each outlives the draft, for whoever repeats the request.
    let per_hour = app.config.applications.drafts_per_hour;
    Limit::new(app, "draft", &account_id.to_string(), per_hour, HOUR).spend(conn).await?;
    let person = accounts::store::names(conn, account_id).await?;
    let mut answers = prefilled(service, &person);
    if let Some(earlier) = input.based_on {
        answers.extend(carried_over(conn, app, account_id, service, earlier).await?);
    }
    let id = Uuid::now_v7();
    let draft = NewDraft {
        id,
        account_id,
        service: &service.code,
        service_version: i32::try_from(service.version).map_err(Error::internal)?,
        answers: SealedAnswers::seal(&app.keys, id, account_id, &answers)?,
        based_on: input.based_on,
    };
    store::insert_draft(conn, draft).await?;
    view::application(conn, app, account_id, id).await
}

/// What an earlier application of the person has answered, as far as the service still asks it; of an approved one what
/// a follow-up keeps.
async fn carried_over(
    conn: &mut Conn,
    app: &App,
    account_id: Uuid,
    service: &Service,
    earlier: Uuid,
) -> Result<Answers> {
    let earlier = store::find_filed_for(conn, account_id, &service.code, earlier).await?;
    let earlier = earlier.ok_or_else(|| Error::field("/based_on", "unknown_application"))?;
    let answers = form::normalise(service, &earlier.answers_sent(&app.keys)?, &app.catalogue.dictionaries);
    let is_approved = matches!(earlier.state()?, State::Approved | State::Completed);
    Ok(match service.follow_up.as_ref().filter(|_| is_approved) {
        Some(follow_up) => follow_up.begin(answers),
        None => answers,
    })
}

/// Answers the account knows.
fn prefilled(service: &Service, person: &PersonName) -> Answers {
    let full_name = [Some(&person.family_name), Some(&person.given_name), person.patronymic.as_ref()];
    let full_name = full_name.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    let known = |source: &str| match source {
        "full_name" => Some(full_name.as_str()),
        "family_name" => Some(person.family_name.as_str()),
        "given_name" => Some(person.given_name.as_str()),
        "patronymic" => person.patronymic.as_deref(),
        "email" => Some(person.email.as_str()),
        "phone" => Some(person.phone.as_str()),
        _ => None,
    };
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    fields
        .filter_map(|field| {
            let value = known(field.prefill.as_deref()?)?;
            Some((field.id.clone(), Value::String(value.to_owned())))
        })
        .collect()
}

/// Saves all answers of a draft, or of an application that its applicant has back: by one statement, which names what was
/// read before it. The same answers over the same version a second time give the first answer again, so that a lost
/// answer is no conflict.
///
/// # Errors
/// `invalid` for what is not of the form's shape, and `not_remarked` where nothing was asked to be mended;
/// `wrong_state`, `stale_version`, `too_large`.
pub async fn save(
    conn: &mut Conn,
    app: &App,
    citizen: &Citizen,
    id: Uuid,
    version: i32,
    answers: Answers,
) -> Result<Saved> {
    let account_id = citizen.account_id;
    let ((), read) = try_join(citizen.ensure_live(conn), store::find_for(conn, account_id, id)).await?;
    let row = &read.row;
    if !row.state()?.is_editable() {
        return Err(ErrorCode::WrongState.into());
    }
    if let Some(first) = saved_before(app, row, version, &answers)? {
        return Ok(first);
    }
    read.ensure_version(version)?;
    let service = service_of(app, &row.service, row.service_version)?;
    let mut wrong: Vec<FieldError> =
        form::shape(service, &answers).into_iter().map(FieldError::from).collect();
    if wrong.is_empty() {
        wrong = correction::untouchable(conn, app, row, service, &answers).await?;
    }
    if !wrong.is_empty() {
        return Err(Error::invalid(wrong));
    }
    // A text that is too long has been named by now; what is left is too much in all.
    if serde_json::to_vec(&answers)?.len() > MAX_ANSWERS {
        return Err(ErrorCode::TooLarge.into());
    }
    crash_point!("save_answers.before_commit");
    match store::save_answers(conn, row, &row.seal(&app.keys, &answers)?).await? {
        Some((version, saved_at)) => Ok(Saved { version, saved_at }),
        None => overtaken(conn, app, &read, version, &answers).await,
    }
}

/// The answer to whoever saves the same over the same version once more.
fn saved_before(app: &App, row: &Row, version: i32, answers: &Answers) -> Result<Option<Saved>> {
    let repeated = version.checked_add(1) == Some(row.version) && row.answers(&app.keys)? == *answers;
    Ok(repeated.then_some(Saved { version: row.version, saved_at: row.updated_at }))
}

/// An application that is no longer as it was read a moment ago: the first try of the same save has come to its end
/// meanwhile, or something else has happened to it.
async fn overtaken(conn: &mut Conn, app: &App, was: &Read, version: i32, answers: &Answers) -> Result<Saved> {
    let is = store::find_for(conn, was.row.account_id, was.row.id).await?;
    let code = if is.row.state == was.row.state { ErrorCode::StaleVersion } else { ErrorCode::WrongState };
    saved_before(app, &is.row, version, answers)?.ok_or_else(|| code.into())
}
