//! Messages between an applicant and the service on one case (SV4-14, CS-04): kept for good, told to the other side,
//! and every one of them an event of the case.

pub mod api;
mod store;

use openapi::ErrorCode;
use openapi::events::Subject;
use openapi::messages::{Author, Message};
use serde_json::json;
use uuid::Uuid;

use crate::accounts::limits::{HOUR, Limit};
use crate::app::App;
use crate::applications::graph::{self, CaseEvent};
use crate::applications::store::{Read, lock_for};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::history::{self, By};
use crate::notifications::News;
use crate::{changes, crypto, desk, notifications};

/// From the applicant: the desk hears of it, whoever has the case.
///
/// # Errors
/// `not_found` also for somebody else's, `wrong_state` for drafts, `case_closed`, `too_many_requests`; `invalid` for a text
/// nobody can see.
async fn receive(conn: &Conn, app: &App, account_id: Uuid, id: Uuid, text: &str) -> Result<Message> {
    let body = visible(text)?;
    let read = lock_for(conn, account_id, id).await?;
    ensure(&read, CaseEvent::MessageReceived)?;
    let most = app.config.applications.messages_per_hour;
    Limit::new(app, "message", &account_id.to_string(), most, HOUR).spend(conn).await?;
    let message = store::insert(conn, id, None, body).await?;
    record(conn, id, CaseEvent::MessageReceived, By::Citizen(account_id), &message).await?;
    let told = [(Some(account_id), Subject::Application, id), (None, Subject::Case, id)];
    changes::pulse_all(conn, &told).await?;
    Ok(message)
}

/// From the officer who has the case: the applicant is told that there is something to read.
///
/// # Errors
/// `not_found`, `already_taken`, `wrong_state` for a case nobody has taken, `case_closed`; `invalid` for a text nobody can
/// see.
async fn send(conn: &mut Conn, officer_id: Uuid, id: Uuid, text: &str) -> Result<Message> {
    let body = visible(text)?;
    let read = desk::lock_taken(conn, officer_id, id).await?;
    ensure(&read, CaseEvent::MessageSent)?;
    let message = store::insert(conn, id, Some(officer_id), body).await?;
    record(conn, id, CaseEvent::MessageSent, By::Officer(officer_id), &message).await?;
    let news = News::MessageSent { number: read.row.number(), service: &read.row.service };
    notifications::tell(conn, read.row.account_id, Some(id), &news).await?;
    changes::pulse(conn, None, Subject::Case, id).await?;
    Ok(message)
}

/// A text with something to read in it, without the white space around it.
fn visible(text: &str) -> Result<&str> {
    if catalogue::text::is_blank(text) {
        return Err(Error::field("/body", "required"));
    }
    Ok(text.trim())
}

fn ensure(read: &Read, event: CaseEvent) -> Result<()> {
    match read.row.state()? {
        // Nobody is asked to read it, and nobody would answer.
        state if state.is_closed() => Err(ErrorCode::CaseClosed.into()),
        state if graph::can(state, event) => Ok(()),
        _ => Err(ErrorCode::WrongState.into()),
    }
}

/// The history tells which message it was and what its text hashes to, so that a changed text is found; the text itself
/// stays out of it.
async fn record(conn: &Conn, id: Uuid, event: CaseEvent, by: By, message: &Message) -> Result<()> {
    let data = json!({ "message_id": message.id, "sha256": print(&message.body) });
    history::append(conn, id, event.as_str(), by, data).await
}

/// What a text hashes to.
fn print(body: &str) -> String {
    crypto::hex(&crypto::sha256(body.as_bytes()))
}

/// The messages of these cases as the auditor compares them with their events: case, id, what the text hashes to; by case.
///
/// # Errors
/// The database's.
pub async fn list_prints(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<(Uuid, Uuid, String)>> {
    let said = store::list_said(conn, ids).await?;
    Ok(said.into_iter().map(|(case, id, body)| (case, id, print(&body))).collect())
}

/// Who has written, as it stands in the database.
fn author(word: &str) -> Result<Author> {
    let found = Author::ALL.iter().copied().find(|author| author.as_str() == word);
    found.ok_or_else(|| Error::internal(anyhow::anyhow!("unknown author {word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_something_to_read() {
        assert_eq!(
            visible(" \n Здравствуйте!\n\nНужен ли перевод? \n").unwrap(),
            "Здравствуйте!\n\nНужен ли перевод?"
        );
        for blank in [" ", "\n\t", "\u{200d}", "\u{a0}"] {
            let error = visible(blank).unwrap_err().errors.remove(0);
            assert_eq!((error.pointer.as_str(), error.code.as_str()), ("/body", "required"), "{blank:?}");
        }
    }
}
