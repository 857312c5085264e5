//! Opening an account (AC-01, AC-05, AC-06, AC-09, AC-33). Whether an address is known is told to its owner by
//! mail, and to nobody else: the answers and the work are the same.

use openapi::accounts::{ActivationIn, CONSENT_VERSION, Challenge, SignUpIn};
use openapi::{ErrorCode, FieldError};
use uuid::Uuid;

use super::codes::{self, Purpose};
use super::limits::{HOUR, Limit};
use super::store::{self, Applicant};
use super::{normal_email, passwords, phones};
use crate::app::App;
use crate::crypto::{random_token, sha256};
use crate::db::Conn;
use crate::error::{Error, Result, field_error};
use crate::http::ClientInfo;
use crate::jobs::{self, Job};

/// The associated data of a sealed link token.
pub(super) fn seal_place(sign_up_id: Uuid) -> String {
    format!("sign_up:{sign_up_id}")
}

/// What is asked for, in normal form.
///
/// # Errors
/// Every field that is not right, at once.
pub(super) fn applicant(app: &App, input: &SignUpIn) -> Result<Applicant> {
    let email = normal_email(&input.email);
    let phone = phones::normal_phone(&input.phone);
    let trimmed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (family_name, given_name) = (trimmed(&input.family_name), trimmed(&input.given_name));
    let mut wrong: Vec<FieldError> = [
        (family_name.is_empty(), "/family_name", "required"),
        (given_name.is_empty(), "/given_name", "required"),
        (email.is_none(), "/email", "email_invalid"),
        (!app.texts.has(&input.language), "/language", "language_unknown"),
        (input.consent_version != CONSENT_VERSION, "/consent_version", "consent_outdated"),
    ]
    .into_iter()
    .filter(|(wrong, _, _)| *wrong)
    .map(|(_, pointer, code)| field_error(pointer, code))
    .collect();
    wrong.extend(phone.as_ref().err().map(|refusal| field_error("/phone", refusal.code())));
    match (email, phone) {
        (Some(email), Ok(phone)) if wrong.is_empty() => Ok(Applicant {
            email,
            phone,
            family_name,
            given_name,
            patronymic: input.patronymic.as_deref().map(trimmed).filter(|text| !text.is_empty()),
            language: input.language.clone(),
            consent_version: input.consent_version.clone(),
        }),
        _ => Err(Error::invalid(wrong)),
    }
}

/// How often letters of sign-up may be asked for: from one place, and to one mailbox.
pub(super) fn limits(app: &App, client: &ClientInfo, email: &str) -> Vec<Limit> {
    let config = &app.config.auth;
    vec![
        Limit::of_address(app, "sign_up", &client.ip, config.sign_ups_per_address, HOUR),
        Limit::new(app, "sign_up_mail", email, config.letters_per_mailbox, HOUR),
    ]
}

/// Keeps a sign-up and sends its link; whoever has an account already gets word of that instead.
pub(super) async fn ask(conn: &mut Conn, app: &App, applicant: &Applicant) -> Result<()> {
    let known = store::find_id_by_email(conn, &applicant.email).await?;
    keep_and_send(conn, app, applicant, known).await
}

/// Sends the link of the newest unused sign-up once more, as a new one (AC-06).
pub(super) async fn ask_again(conn: &mut Conn, app: &App, email: &str) -> Result<()> {
    let known = store::find_id_by_email(conn, email).await?;
    match store::find_sign_up_by_email(conn, email).await? {
        Some(applicant) => keep_and_send(conn, app, &applicant, known).await,
        None => match known {
            Some(account_id) => jobs::enqueue(conn, &Job::KnownAddressMail { account_id }).await,
            None => Ok(()),
        },
    }
}

async fn keep_and_send(conn: &mut Conn, app: &App, applicant: &Applicant, known: Option<Uuid>) -> Result<()> {
    let sign_up_id = Uuid::now_v7();
    let token = random_token()?;
    let hash = sha256(token.as_bytes());
    let hours = app.config.auth.link_hours;
    store::insert_sign_up(conn, sign_up_id, &hash, applicant, hours, known.is_some()).await?;
    let sealed_token = app.keys.seal_text(&seal_place(sign_up_id), &token)?;
    let job = match known {
        Some(account_id) => Job::KnownAddressMail { account_id },
        None => Job::SignUpMail { sign_up_id, sealed_token },
    };
    jobs::enqueue(conn, &job).await
}

/// What is wrong with the password a link is opened with; the person's own data is known by the link.
///
/// # Errors
/// `link_invalid` for a link nobody was sent, the field errors of the password.
pub(super) async fn check_password(app: &App, input: &ActivationIn) -> Result<()> {
    let mut conn = app.db.read().await?;
    let found = store::find_sign_up(&mut conn, &sha256(input.token.expose().as_bytes())).await?;
    drop(conn);
    let of = found.ok_or(ErrorCode::LinkInvalid)?;
    let own = [&of.email, &of.phone, &of.family_name, &of.given_name].map(String::as_str);
    let wrong = passwords::findings("/password", input.password.expose(), &own);
    if wrong.is_empty() { Ok(()) } else { Err(Error::invalid(wrong)) }
}

/// Uses the link, opens the account and sends the first code.
///
/// # Errors
/// `link_invalid` when the link is used or too old, or the address has got an account meanwhile.
pub(super) async fn activate(
    conn: &mut Conn,
    app: &App,
    token: &str,
    password_hash: &str,
) -> Result<Challenge> {
    let applicant =
        store::use_sign_up(conn, &sha256(token.as_bytes())).await?.ok_or(ErrorCode::LinkInvalid)?;
    let account_id =
        store::insert_account(conn, &applicant, password_hash).await?.ok_or(ErrorCode::LinkInvalid)?;
    codes::issue(conn, app, account_id, Purpose::Phone, None).await
}
