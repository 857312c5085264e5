//! The mails and SMS of signing up and in.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::store::CodeRecipient;
use super::{codes, recovery, sign_up, store};
use crate::app::App;
use crate::crash::crash_point;
use crate::error::{Error, Result};
use crate::gateways::mail::{Action, Letter};
use crate::gateways::sms;
use crate::jobs::Outcome;
use crate::texts::{Texts, fill};

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
    let content = content(&app.texts, &to.language, "sign_up", &BTreeMap::from([("hours", hours)]))?;
    // Without the name: nobody has shown yet that the mailbox is theirs, and a letter of ours carries nobody's words to
    // strangers (abuse 26).
    send(app, sign_up_id.to_string(), to.email, None, to.language, content, url).await
}

/// Sends the link that leads to a new password (AC-14). The token stands after `#`, as that of a sign-up.
///
/// # Errors
/// When the mail server does not take it; the job comes back.
pub async fn send_recovery(app: &App, recovery_id: Uuid, sealed_token: &str) -> Result<Outcome> {
    let mut conn = app.db.read().await?;
    let found = recovery::find_recipient(&mut conn, recovery_id).await?;
    drop(conn);
    let Some(to) = found else { return Ok(Outcome::Done) };
    let token = app.keys.open_text(&recovery::seal_place(recovery_id), sealed_token)?;
    let url = format!("{}/recover#token={token}", app.config.portal_origin());
    let minutes = app.config.auth.recovery_minutes.to_string();
    let content = content(&app.texts, &to.language, "recovery", &BTreeMap::from([("minutes", minutes)]))?;
    send(app, recovery_id.to_string(), to.email, Some(to.given_name), to.language, content, url).await
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
    let content = content(&app.texts, &to.language, "known_address", &BTreeMap::new())?;
    // One a hour is enough: mail programs show letters with the same id once.
    let id = format!("known.{}.{account_id}", chrono::Utc::now().timestamp() / 3_600);
    send(app, id, to.email, Some(to.given_name), to.language, content, url).await
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
    let text = code_text(app, &to, code)?;
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

/// What the code is for is told with it, so that nobody is talked into reading out another.
fn code_text(app: &App, to: &CodeRecipient, code: String) -> Result<String> {
    let mut values = BTreeMap::from([("code", code)]);
    let service =
        to.service.as_deref().zip(to.service_version.and_then(|version| u32::try_from(version).ok()));
    if let Some(service) = service.and_then(|(service, version)| app.catalogue.service(service, version)) {
        values.insert("service", service.title.get(&to.language).to_owned());
    }
    text(&app.texts, &to.language, &format!("{}.sms", code_letter(&to.purpose)), &values)
}

/// The name of the text a code is sent in.
fn code_letter(purpose: &str) -> &'static str {
    match purpose {
        "sign_up" => "code_sign_up",
        "submission" => "code_submission",
        "recovery" => "code_recovery",
        _ => "code",
    }
}

/// The words of a letter.
struct Content {
    subject: String,
    paragraphs: Vec<String>,
    action: String,
}

fn content(texts: &Texts, language: &str, kind: &str, values: &BTreeMap<&str, String>) -> Result<Content> {
    let part = |part: &str| text(texts, language, &format!("{kind}.{part}"), values);
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
    given_name: Option<String>,
    language: String,
    content: Content,
    url: String,
) -> Result<Outcome> {
    let Content { subject, paragraphs, action } = content;
    let action = Some(Action { label: action, url });
    let letter = Letter { id, to, language, given_name, subject, paragraphs, action };
    match app.mail.send(&app.texts, &letter).await {
        Ok(_) => Ok(Outcome::Done),
        Err(error) if error.is_final() => {
            tracing::warn!(letter.id = letter.id, error.cause = %error, "letter cannot be delivered");
            Ok(Outcome::Done)
        }
        Err(error) => Err(Error::internal(error)),
    }
}

fn text(texts: &Texts, language: &str, key: &str, values: &BTreeMap<&str, String>) -> Result<String> {
    let text = texts.get(language, LETTERS, key).ok_or("the text itself");
    let filled = text.and_then(|text| fill(text, values));
    filled.map_err(|missing| Error::internal(anyhow::anyhow!("{LETTERS}/{key}: nothing for {missing}")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use catalogue::load::Catalogue;

    use super::*;

    #[test]
    fn every_letter_before_the_account_finds_all_it_names() {
        let catalogue = Catalogue::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalogue")).unwrap();
        let texts = Texts::new(&catalogue);
        for language in ["ru", "en"] {
            let hours = BTreeMap::from([("hours", "24".to_owned())]);
            let link = content(&texts, language, "sign_up", &hours).unwrap();
            assert!(link.paragraphs.iter().any(|paragraph| paragraph.contains("24")), "{language}");
            content(&texts, language, "known_address", &BTreeMap::new()).unwrap();
            let minutes = BTreeMap::from([("minutes", "60".to_owned())]);
            let link = content(&texts, language, "recovery", &minutes).unwrap();
            assert!(link.paragraphs.iter().any(|paragraph| paragraph.contains("60")), "{language}");
            for purpose in ["sign_up", "sign_in", "submission", "recovery"] {
                let key = format!("{}.sms", code_letter(purpose));
                let values =
                    BTreeMap::from([("code", "042137".to_owned()), ("service", "Notice".to_owned())]);
                let text = text(&texts, language, &key, &values).unwrap();
                assert!(text.contains("042137"), "{language}: {key}");
                assert_eq!(text.contains("Notice"), purpose == "submission", "{language}: {key}");
            }
        }
    }
}
