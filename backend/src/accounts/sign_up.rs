//! Opening an account (AC-01, AC-05, AC-06, AC-09, AC-33): the link of a mail, a password, the code of an SMS; only then
//! is there an account. Whether an address is known is told to its owner by
//! mail, and to nobody else: the answers and the work are the same.

use catalogue::names;
use openapi::accounts::{CONSENT_VERSION, Challenge, LinkIn, SignUpIn};
use openapi::{ErrorCode, FieldError};
use uuid::Uuid;

use super::codes::{self, Purpose};
use super::limits::{HOUR, Limit};
use super::store::{self, Applicant};
use super::{normal_email, passwords, phones};
use crate::app::App;
use crate::crypto::{random_token, sha256};
use crate::db::Conn;
use crate::error::{Error, Result, field_error, violates};
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
    let patronymic = input.patronymic.as_deref().map(trimmed).filter(|text| !text.is_empty());
    let mut wrong: Vec<FieldError> = [
        (email.is_none(), "/email", "email_invalid"),
        (!app.texts.has(&input.language), "/language", "language_unknown"),
        (input.consent_version != CONSENT_VERSION, "/consent_version", "consent_outdated"),
    ]
    .into_iter()
    .filter(|(wrong, _, _)| *wrong)
    .map(|(_, pointer, code)| field_error(pointer, code))
    .collect();
    wrong.extend(name_fault("/family_name", &family_name));
    wrong.extend(name_fault("/given_name", &given_name));
    wrong.extend(patronymic.as_deref().and_then(|name| name_fault("/patronymic", name)));
    wrong.extend(phone.as_ref().err().map(|refusal| field_error("/phone", refusal.code())));
    match (email, phone) {
        (Some(email), Ok(phone)) if wrong.is_empty() => Ok(Applicant {
            email,
            phone,
            family_name,
            given_name,
            patronymic,
            language: input.language.clone(),
            consent_version: input.consent_version.clone(),
        }),
        _ => Err(Error::invalid(wrong)),
    }
}

/// What is wrong with a name, by the rule of the forms (DQ-01).
fn name_fault(pointer: &str, name: &str) -> Option<FieldError> {
    if name.is_empty() {
        return Some(field_error(pointer, "required"));
    }
    names::fault(name).map(|fault| fault.at(pointer.to_owned()).into())
}

/// How often letters may be asked for: from one place, and to one mailbox.
pub(super) fn limits(app: &App, client: &ClientInfo, email: &str) -> Vec<Limit> {
    let letters = Limit::new(app, "sign_up_mail", email, app.config.auth.letters_per_mailbox, HOUR);
    vec![asked_letters(app, client), letters]
}

/// How often letters with links, of a sign-up or a forgotten password, may be asked for from one place.
pub(super) fn asked_letters(app: &App, client: &ClientInfo) -> Limit {
    Limit::of_address(app, "sign_up", &client.ip, app.config.auth.sign_ups_per_address, HOUR)
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
/// `link_invalid` for a link that is unknown, used or too old, the field errors of the password.
pub(super) async fn check_password(app: &App, input: &LinkIn) -> Result<()> {
    let mut conn = app.db.read().await?;
    let found = store::find_live_link(&mut conn, &sha256(input.token.expose().as_bytes())).await?;
    drop(conn);
    let of = found.ok_or(ErrorCode::LinkInvalid)?;
    passwords::check(&input.password, &[&of.email, &of.phone, &of.family_name, &of.given_name])
}

/// Keeps the password and sends the code that opens the account. Until it has come back the link works again: a page
/// that was closed, a message that never came and a wrong number cost nobody the address.
///
/// # Errors
/// `link_invalid` when the link is used or too old; those of [`codes::issue`].
pub(super) async fn activate(
    conn: &mut Conn,
    app: &App,
    token: &str,
    password_hash: &str,
) -> Result<Challenge> {
    let id = store::set_password(conn, &sha256(token.as_bytes()), password_hash).await?;
    codes::issue(conn, app, Purpose::SignUp(id.ok_or(ErrorCode::LinkInvalid)?)).await
}

/// The code has come back: opens the account.
///
/// # Errors
/// `link_invalid` when the address has got its account meanwhile, `phone_taken` when another account has the number.
pub(super) async fn finish(conn: &mut Conn, sign_up_id: Uuid) -> Result<Uuid> {
    let found = store::finish_sign_up(conn, sign_up_id).await?.ok_or(ErrorCode::LinkInvalid)?;
    let hash = found.password_hash.ok_or(ErrorCode::LinkInvalid)?;
    store::insert_account(conn, &found.applicant, &hash, found.created_at).await.map_err(|error| {
        if violates(&error, "accounts_phone_key") {
            ErrorCode::PhoneTaken.into()
        } else if violates(&error, "accounts_email_key") {
            ErrorCode::LinkInvalid.into()
        } else {
            Error::from(error)
        }
    })
}
