//! A forgotten password (AC-14, abuse 29).

use openapi::ErrorCode;
use openapi::accounts::{AccountPatch, Challenge, CodeIn, LinkCheckIn, LinkIn, LinkMailIn, SignInIn};
use openapi::client::Client;
use openapi::page::PageQuery;
use tests::people::{key, mailed_token};
use tests::{Citizen, TestApp, make};

use crate::accounts::credentials;

const NEW: &str = "Another-and-8-lanterns";

async fn ask(app: &TestApp, email: &str) {
    app.anonymous().request_recovery(key(), &LinkMailIn { email: email.to_owned() }).await.unwrap();
}

/// Asks for a link and reads its token in the mail.
async fn link(app: &TestApp, citizen: &Citizen) -> String {
    ask(app, &citizen.account.email).await;
    mailed_token(app, &citizen.account.email, "recover").await
}

fn chosen(token: &str, password: &str) -> LinkIn {
    LinkIn { token: token.into(), password: password.into() }
}

async fn choose(client: &Client, token: &str) -> Result<Challenge, Option<ErrorCode>> {
    client.recover_account(key(), &chosen(token, NEW)).await.map_err(|refusal| refusal.code())
}

async fn confirm(app: &TestApp, client: &Client, citizen: &Citizen, challenge: &Challenge) {
    let code = app.code(&citizen.account.phone).await;
    client.create_session(&CodeIn { challenge_id: challenge.id, code: code.into() }).await.unwrap();
}

fn with_new(login: &str) -> SignInIn {
    SignInIn { login: login.to_owned(), password: NEW.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_mail_and_code() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let login = &citizen.account.email;
    let token = link(&app, &citizen).await;
    let client = app.anonymous();
    let check = LinkCheckIn { token: token.as_str().into() };
    client.check_link(&check).await.unwrap();
    for (password, code) in [("Ab1-", "password_too_short"), ("Obraztsov-Образцов-7", "password_personal")]
    {
        let refusal = client.recover_account(key(), &chosen(&token, password)).await.unwrap_err();
        let errors = &refusal.problem().unwrap().errors;
        assert!(errors.iter().any(|error| error.pointer == "/password" && error.code == code), "{errors:?}");
    }
    let challenge = choose(&client, &token).await.unwrap();
    assert!(!challenge.sent_to.contains(&citizen.account.phone), "the number is masked");
    // Until the code has come back nothing has changed.
    app.anonymous().sign_in(key(), &credentials(login)).await.unwrap();
    citizen.client.refresh_session().await.unwrap();
    // Its code is not the newest then.
    app.run_jobs().await;
    let challenge = client.resend_code(key(), challenge.id).await.unwrap();
    confirm(&app, &client, &citizen, &challenge).await;

    let old = app.anonymous().sign_in(key(), &credentials(login)).await.unwrap_err();
    assert_eq!(old.code(), Some(ErrorCode::CredentialsWrong));
    app.anonymous().sign_in(key(), &with_new(login)).await.unwrap();
    assert_eq!(choose(&client, &token).await, Err(Some(ErrorCode::LinkInvalid)), "a link works once");
    assert_eq!(client.check_link(&check).await.unwrap_err().code(), Some(ErrorCode::LinkInvalid));
    assert_eq!(app.number("select count(*) as n from recoveries").await, 0);

    // Every session but the new one is over.
    let refused = citizen.client.refresh_session().await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Unauthenticated));
    let language = AccountPatch { language: "en".into() };
    let refused = citizen.client.update_account(citizen.account.version, &language).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Unauthenticated));
    assert_eq!(client.list_sessions().await.unwrap().len(), 1);

    // The owner hears of it everywhere.
    app.run_jobs().await;
    let feed = client.list_notifications(&PageQuery::default()).await.unwrap();
    assert_eq!(feed.items.iter().filter(|item| item.kind == "password_changed").count(), 1);
    assert!(feed.items.iter().all(|item| item.kind != "new_sign_in"), "that would be the same twice");
    let mails = app.mails(login, 3).await;
    let subjects: Vec<_> = mails.iter().map(|mail| &mail["subject"]).collect();
    assert!(subjects.iter().any(|subject| *subject == "Пароль изменён"), "{subjects:?}");
    let sms = app.sms(&citizen.account.phone, 1).await;
    assert!(sms.iter().any(|sms| sms["text"].as_str().unwrap().contains("пароль изменён")), "{sms:?}");
}

/// Answers, rows and jobs are the same for an address nobody has an account with; only the letter is not written.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_whether_an_address_is_known() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let (known, unknown) = (citizen.account.email.clone(), make::sign_up().email);
    let before = app.mails(&known, 1).await.len();
    for email in [&known, &unknown] {
        let (click, body) = (key(), LinkMailIn { email: email.clone() });
        app.anonymous().request_recovery(click, &body).await.unwrap();
        app.anonymous().request_recovery(click, &body).await.unwrap();
    }
    let rows = "select count(*) as n from recoveries where account_id is";
    assert_eq!(app.number(&format!("{rows} null")).await, 1, "a repeat with the same key adds nothing");
    assert_eq!(app.number(&format!("{rows} not null")).await, 1);
    assert_eq!(app.number("select count(*) as n from jobs where kind = 'recovery_mail'").await, 2);
    app.run_jobs().await;
    assert_eq!(app.mails(&known, before + 1).await.len(), before + 1);
    assert!(app.mails(&unknown, 0).await.is_empty());
    let nonsense = LinkMailIn { email: "nobody".into() };
    let refusal = app.anonymous().request_recovery(key(), &nonsense).await.unwrap_err();
    assert_eq!(refusal.problem().unwrap().errors[0].pointer, "/email");
}

/// A mailbox gets few letters, and a stranger who uses them up takes nothing away: the answer is the same, the links that
/// are out work, and sign-ups are counted apart.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_few_links_and_they_work_on() {
    let app = TestApp::start_with(|config| config.auth.letters_per_mailbox = 2).await;
    let citizen = app.citizen().await;
    let body = LinkMailIn { email: citizen.account.email.clone() };
    // The first was that of the sign-up itself.
    app.anonymous().resend_activation(key(), &body).await.unwrap();
    let refusal = app.anonymous().resend_activation(key(), &body).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::TooManyRequests));
    let token = link(&app, &citizen).await;
    for _ in 0..3 {
        ask(&app, &citizen.account.email).await;
    }
    assert_eq!(app.number("select count(*) as n from recoveries").await, 2);
    assert_eq!(app.number("select count(*) as n from jobs where kind = 'recovery_mail'").await, 2);
    let client = app.anonymous();
    let challenge = choose(&client, &token).await.unwrap();
    confirm(&app, &client, &citizen, &challenge).await;
    app.anonymous().sign_in(key(), &with_new(&citizen.account.email)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_works_until_one_is_used_and_not_for_long() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let (client, other) = (app.anonymous(), app.anonymous());
    let first = link(&app, &citizen).await;
    let second = link(&app, &citizen).await;
    assert_ne!(first, second);
    let late = choose(&other, &second).await.unwrap();
    let late_code = app.code(&citizen.account.phone).await;
    let challenge = choose(&client, &first).await.unwrap();
    confirm(&app, &client, &citizen, &challenge).await;
    // One is used: all are over, and so is the code that was on its way.
    for token in [&first, &second] {
        assert_eq!(choose(&client, token).await, Err(Some(ErrorCode::LinkInvalid)));
    }
    let body = CodeIn { challenge_id: late.id, code: late_code.into() };
    assert_eq!(other.create_session(&body).await.unwrap_err().code(), Some(ErrorCode::CodeExpired));
    let third = link(&app, &citizen).await;
    app.sql("update recoveries set expires_at = now() - interval '1 second'").await;
    assert_eq!(choose(&client, &third).await, Err(Some(ErrorCode::LinkInvalid)));
    assert_eq!(choose(&client, "no-such-link").await, Err(Some(ErrorCode::LinkInvalid)));
    client.sign_in(key(), &with_new(&citizen.account.email)).await.unwrap();
}

/// Recovery takes two factors, and does not switch on one that is off.
#[tokio::test(flavor = "multi_thread")]
async fn codes_that_are_off_stay_off_and_wrong_ones_count() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let client = app.anonymous();
    let token = link(&app, &citizen).await;
    let challenge = choose(&client, &token).await.unwrap();
    let right = app.code(&citizen.account.phone).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let attempt = async |code: &str| {
        let body = CodeIn { challenge_id: challenge.id, code: code.into() };
        client.create_session(&body).await.unwrap_err().code()
    };
    assert_eq!(attempt(wrong).await, Some(ErrorCode::CodeWrong));
    assert_eq!(attempt(&right).await, Some(ErrorCode::CodeBlocked), "for five minutes, also the right one");
    assert_eq!(app.number("select code_failures::bigint as n from accounts").await, 1);
    app.sql("delete from code_guards").await;
    app.sql("update accounts set code_failures = 100").await;
    assert_eq!(attempt(&right).await, Some(ErrorCode::FactorOff));
    let token = link(&app, &citizen).await;
    assert_eq!(choose(&client, &token).await, Err(Some(ErrorCode::FactorOff)));
    assert_eq!(app.number("select code_failures::bigint as n from accounts").await, 100);
    app.sql("update accounts set code_failures = 0").await;
    client.sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
}

/// Whoever knew the old password has nothing left: no code on its way, no device that is known.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_old_password_has_begun_is_over() {
    let app = TestApp::start_with(|config| config.auth.password_attempts = 2).await;
    let citizen = app.citizen().await;
    let login = &citizen.account.email;
    let intruder = app.anonymous();
    let begun = intruder.sign_in(key(), &credentials(login)).await.unwrap();
    let its_code = app.code(&citizen.account.phone).await;
    let owner = app.anonymous();
    let challenge = choose(&owner, &link(&app, &citizen).await).await.unwrap();
    confirm(&app, &owner, &citizen, &challenge).await;
    let late = CodeIn { challenge_id: begun.id, code: its_code.into() };
    assert_eq!(intruder.create_session(&late).await.unwrap_err().code(), Some(ErrorCode::CodeExpired));

    for _ in 0..2 {
        let wrong = app.anonymous().sign_in(key(), &credentials(login)).await.unwrap_err();
        assert_eq!(wrong.code(), Some(ErrorCode::CredentialsWrong));
    }
    let stranger = citizen.client.sign_in(key(), &with_new(login)).await.unwrap_err();
    assert_eq!(stranger.code(), Some(ErrorCode::TooManyRequests), "the old device is like any other");
    owner.sign_in(key(), &with_new(login)).await.unwrap();
}
