//! The mails and SMS of signing up and in.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::codes::{self, Purpose};
use super::{sign_up, store};
use crate::app::App;
use crate::crash::crash_point;
use crate::error::{Error, Result};
use crate::gateways::mail::{Action, Letter};
use crate::gateways::sms;
use crate::jobs::Outcome;

/// The namespace of the texts.
const LETTERS: &str = "letters";

/// Sends the link that opens an account (AC-06). The token stands after `#`, so it never reaches a server's log.
///
/// # Errors
/// When the mail server does not take it; the job comes back.
pub async fn send_link(app: &App, sign_up_id: Uuid, sealed_token: &str) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    let found = store::find_live_sign_up(&mut conn, sign_up_id).await?;
    drop(conn);
    let Some(to) = found else { return Ok(Outcome::Done) };
    let token = app.keys.open_text(&sign_up::seal_place(sign_up_id), sealed_token)?;
    let url = format!("{}/activate#token={token}", app.config.portal_origin());
    let hours = app.config.auth.link_hours.to_string();
    let content = content(app, &to.language, "sign_up", &BTreeMap::from([("hours", hours)]))?;
    send(app, sign_up_id.to_string(), to.email, to.given_name, to.language, content, url).await
}

/// Tells the owner of an address that it has an account already.
///
/// # Errors
/// When the mail server does not take it; the job comes back.
pub async fn send_known(app: &App, account_id: Uuid) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    let to = store::names(&mut conn, account_id).await?;
    drop(conn);
    let url = format!("{}/sign-in", app.config.portal_origin());
    let content = content(app, &to.language, "known_address", &BTreeMap::new())?;
    // One a hour is enough: mail programs show letters with the same id once.
    let id = format!("known.{}.{account_id}", chrono::Utc::now().timestamp() / 3_600);
    send(app, id, to.email, to.given_name, to.language, content, url).await
}

/// Sends a code by SMS, saying what it is for. A code that another has replaced is not sent any more.
///
/// # Errors
/// When the provider does not take it; the job comes back until the code is too old.
pub async fn send_code(app: &App, challenge_id: Uuid, send: i32, sealed_code: &str) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    let found = store::find_code_recipient(&mut conn, challenge_id, send).await?;
    drop(conn);
    let Some(to) = found else { return Ok(Outcome::Done) };
    let place = codes::seal_place(challenge_id, send);
    let code = app.keys.open_text(&place, sealed_code)?;
    let key = if to.purpose == Purpose::Submission.as_str() { "code_submission.sms" } else { "code.sms" };
    let text = text(app, &to.language, key, &BTreeMap::from([("code", code)]))?;
    match app.sms.send(sms::number(place.as_bytes()), &to.phone, &text).await {
        Ok(_) => {
            crash_point!("code_sms.after_send");
            Ok(Outcome::Done)
        }
        Err(error) if error.is_final() => {
            tracing::warn!(challenge.id = %challenge_id, error.cause = %error, "code cannot be delivered");
            Ok(Outcome::Done)
        }
        Err(error) => Err(Error::internal(error)),
    }
}

/// The words of a letter.
struct Content {
    subject: String,
    paragraphs: Vec<String>,
    action: String,
}

fn content(app: &App, language: &str, kind: &str, values: &BTreeMap<&str, String>) -> Result<Content> {
    let part = |part: &str| text(app, language, &format!("{kind}.{part}"), values);
    Ok(Content {
        subject: part("mail_subject")?,
        paragraphs: part("body")?.lines().map(ToOwned::to_owned).collect(),
        action: part("action")?,
    })
}

async fn send(
    app: &App,
    id: String,
    to: String,
    given_name: String,
    language: String,
    content: Content,
    url: String,
) -> Result<Outcome> {
    let Content { subject, paragraphs, action } = content;
    let action = Some(Action { label: action, url });
    let letter = Letter { id, to, language, given_name: Some(given_name), subject, paragraphs, action };
    app.mail.send(&app.texts, &letter).await?;
    Ok(Outcome::Done)
}

fn text(app: &App, language: &str, key: &str, values: &BTreeMap<&str, String>) -> Result<String> {
    let text = app.texts.get(language, LETTERS, key);
    let text = text.ok_or_else(|| Error::internal(anyhow::anyhow!("no text {LETTERS}/{key}")))?;
    Ok(values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value)))
}
