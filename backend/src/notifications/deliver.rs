//! The jobs that carry notifications out of the house. A repeat after a crash is recognised by the receiver: the
//! mail has the same `Message-ID`, the SMS the same number.

use std::time::Duration;

use uuid::Uuid;

use super::store::{self, Outgoing};
use super::wording::Wording;
use crate::app::App;
use crate::crash::crash_point;
use crate::error::{Error, Result};
use crate::gateways::mail::{Action, Letter};
use crate::gateways::sms::{self, SmsError};
use crate::jobs::Outcome;

/// The provider refuses the same text to the same phone within a minute.
const SAME_TEXT_PAUSE: Duration = Duration::from_secs(70);
/// Why an SMS is not sent whose text another one brings.
const SAID: &str = "another SMS says the same";

/// Sends a notification by mail (NT-04: with what to do next), once. Mailboxes the server calls impossible are passed
/// over.
///
/// # Errors
/// When the mail server does not take it, or a text names what nobody told; the job comes back.
pub async fn by_mail(app: &App, notification_id: Uuid) -> Result<Outcome> {
    let Some(found) = unsent(app, notification_id, "email").await? else { return Ok(Outcome::Done) };
    let wording = wording(app, &found);
    let path = found.application_id.map_or("/profile".to_owned(), |id| format!("/applications/{id}"));
    let url = format!("{}{path}", app.config.portal_origin());
    let letter = Letter {
        id: notification_id.to_string(),
        to: found.email.clone(),
        language: found.language.clone(),
        given_name: Some(found.given_name.clone()),
        subject: wording.line("mail_subject").map_err(Error::internal)?,
        paragraphs: wording.paragraphs("body").map_err(Error::internal)?,
        action: Some(Action { label: wording.line("action").map_err(Error::internal)?, url }),
    };
    match app.mail.send(&app.texts, &letter).await {
        Ok(message_id) => {
            crash_point!("mail.after_send");
            record(app, notification_id, "email", Ok(&message_id)).await
        }
        Err(error) if error.is_final() => {
            record(app, notification_id, "email", Err(&error.to_string())).await
        }
        Err(error) => Err(Error::internal(error)),
    }
}

/// Sends a notification by SMS, short, once. Numbers the provider calls impossible are passed over, and so is a text that
/// has gone to the person within the last minute or goes before this one: many equal ones are one SMS, not one a minute.
///
/// # Errors
/// When the provider does not take it, or the text names what nobody told; the job comes back.
pub async fn by_sms(app: &App, notification_id: Uuid) -> Result<Outcome> {
    let Some(found) = unsent(app, notification_id, "sms").await? else { return Ok(Outcome::Done) };
    let text = wording(app, &found).line("sms").map_err(Error::internal)?;
    if is_said(app, notification_id, &found, &text).await? {
        let mut conn = app.db.read().await?;
        store::insert_delivery(&mut conn, notification_id, "sms", Err(SAID)).await?;
        return Ok(Outcome::Done);
    }
    match app.sms.send(sms::number(notification_id.as_bytes()), &found.phone, &text).await {
        Ok(provider_id) => {
            crash_point!("sms.after_send");
            record(app, notification_id, "sms", Ok(&provider_id)).await
        }
        Err(SmsError::Repeated) => Ok(Outcome::Again(SAME_TEXT_PAUSE)),
        Err(error) if error.is_final() => record(app, notification_id, "sms", Err(&error.to_string())).await,
        Err(error) => Err(Error::internal(error)),
    }
}

async fn unsent(app: &App, id: Uuid, channel: &str) -> Result<Option<Outgoing>> {
    let mut conn = app.db.read().await?;
    store::find_unsent(&mut conn, id, channel).await
}

/// Whether another notification says the same to the same person by SMS.
async fn is_said(app: &App, id: Uuid, found: &Outgoing, text: &str) -> Result<bool> {
    let mut conn = app.db.read().await?;
    let others = store::list_said_by_sms(&mut conn, id).await?;
    Ok(others.iter().any(|data| {
        let other = Wording { data, ..wording(app, found) };
        other.line("sms").is_ok_and(|line| line == text)
    }))
}

/// Writes down what became of a notification: the provider's id of it, or why it can never be delivered.
async fn record(
    app: &App,
    id: Uuid,
    channel: &str,
    became: std::result::Result<&str, &str>,
) -> Result<Outcome> {
    if let Err(refusal) = became {
        tracing::warn!(notification.id = %id, notification.channel = channel, error.cause = refusal, "cannot be delivered");
    }
    let mut conn = app.db.read().await?;
    store::insert_delivery(&mut conn, id, channel, became).await?;
    Ok(Outcome::Done)
}

fn wording<'a>(app: &'a App, found: &'a Outgoing) -> Wording<'a> {
    Wording {
        texts: &app.texts,
        catalogue: &app.catalogue,
        language: &found.language,
        kind: &found.kind,
        data: &found.data,
        service_version: found.service_version,
    }
}
