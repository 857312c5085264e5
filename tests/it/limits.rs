//! How often codes and passwords may be tried and sent (AC-08, abuses 3, 6 and 21).

use std::sync::Arc;

use openapi::ErrorCode;
use openapi::accounts::{CodeIn, LinkIn, LinkMailIn, SignInIn};
use openapi::page::PageQuery;
use tests::people::{activation_token, key, mailed_token};
use tests::{TestApp, make};
use uuid::Uuid;

use crate::accounts::{activated, credentials};

/// AC-08: one wrong code blocks for five minutes, whatever comes meanwhile; the time left is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_blocks_for_five_minutes() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let client = app.anonymous();
    let challenge = client.sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
    let right = app.code(&citizen.account.phone).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let attempt = async |code: &str| {
        client.create_session(&CodeIn { challenge_id: challenge.id, code: code.into() }).await
    };
    let refusal = attempt(wrong).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::CodeWrong));
    assert!((290..=300).contains(&refusal.problem().unwrap().retry_after.unwrap()));
    let blocked = attempt(&right).await.unwrap_err();
    assert_eq!(blocked.code(), Some(ErrorCode::CodeBlocked), "the right code is blocked too");
    assert!((280..=300).contains(&blocked.problem().unwrap().retry_after.unwrap()));
    // A new code does not lift the block.
    let resent = client.resend_code(key(), challenge.id).await.unwrap();
    assert!(resent.blocked_for.is_some_and(|seconds| seconds > 280));
    let newest = app.code(&citizen.account.phone).await;
    assert_eq!(attempt(&newest).await.unwrap_err().code(), Some(ErrorCode::CodeBlocked));
    app.sql("update code_guards set blocked_until = blocked_until - interval '5 minutes'").await;
    attempt(&newest).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_guesses_at_once_are_one_guess() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let client = Arc::new(app.anonymous());
    let challenge = client.sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
    let right = app.code(&citizen.account.phone).await;
    let guesses = (0..40).map(|n| format!("{:06}", (right.parse::<u32>().unwrap() + 1 + n) % 1_000_000));
    let tasks: Vec<_> = guesses
        .map(|code| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                client
                    .create_session(&CodeIn { challenge_id: challenge.id, code: code.into() })
                    .await
                    .unwrap_err()
                    .code()
            })
        })
        .collect();
    let mut compared = 0;
    for task in tasks {
        match task.await.unwrap() {
            Some(ErrorCode::CodeWrong) => compared += 1,
            Some(ErrorCode::CodeBlocked) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(compared, 1);
}

/// A lost answer that is asked for again is not another try.
#[tokio::test(flavor = "multi_thread")]
async fn repeats_of_a_sign_in_are_no_attempts() {
    let app = TestApp::start_with(|config| config.auth.password_attempts = 2).await;
    let citizen = app.citizen().await;
    let (client, click) = (app.anonymous(), key());
    let first = client.sign_in(click, &credentials(&citizen.account.email)).await.unwrap();
    for _ in 0..4 {
        let again = client.sign_in(click, &credentials(&citizen.account.email)).await.unwrap();
        assert_eq!(again.id, first.id);
    }
}

/// A sign-in with a wrong password from an address of the network.
async fn wrong_from(app: &TestApp, ip: &str, login: &str) -> u16 {
    let body = serde_json::json!({ "login": login, "password": "Wrong-and-7-lanterns" });
    let request = app.http().post(format!("{}/api/v1/sign-ins", app.portal)).json(&body);
    let request = request.header("X-Forwarded-For", ip).header("Idempotency-Key", Uuid::new_v4().to_string());
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_lock_nobody_out() {
    let app = TestApp::start_with(|config| {
        config.site.trusted_proxies = 1;
        config.auth.password_attempts = 3;
        config.auth.login_attempts = 6;
    })
    .await;
    let owner = app.citizen().await;
    let login = &owner.account.email;
    // Neighbours in a network are one; other networks are not touched.
    for ip in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        assert_eq!(wrong_from(&app, ip, login).await, 401);
    }
    assert_eq!(wrong_from(&app, "203.0.113.4", login).await, 429);
    // A proxy that writes a line of its own below the client's is the one believed.
    let body = serde_json::json!({ "login": login, "password": "Wrong-and-7-lanterns" });
    let request = app.http().post(format!("{}/api/v1/sign-ins", app.portal)).json(&body);
    let request = request.header("X-Forwarded-For", "192.0.2.77").header("X-Forwarded-For", "203.0.113.5");
    let answer = request.header("Idempotency-Key", Uuid::new_v4().to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    for _ in 0..3 {
        assert_eq!(wrong_from(&app, "198.51.100.1", login).await, 401);
    }
    // Tried from many places: each has one try left, also one that is new.
    assert_eq!(wrong_from(&app, "192.0.2.1", login).await, 401);
    assert_eq!(wrong_from(&app, "192.0.2.1", login).await, 429);
    app.anonymous().sign_in(key(), &credentials(login)).await.unwrap();
    // From where the owner is: the device is known, a stranger beside it is not.
    let stranger = app.anonymous();
    let guess = SignInIn { login: login.clone(), password: "Wrong-and-7-lanterns".into() };
    let refused = stranger.sign_in(key(), &guess).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::CredentialsWrong));
    let refused = stranger.sign_in(key(), &credentials(login)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    owner.client.sign_in(key(), &credentials(login)).await.unwrap();
    // The device of one account is a stranger to another.
    let other = app.citizen().await;
    for _ in 0..3 {
        let guess = SignInIn { login: other.account.email.clone(), password: "Wrong-and-7-lanterns".into() };
        owner.client.sign_in(key(), &guess).await.unwrap_err();
    }
    let refused = owner.client.sign_in(key(), &credentials(&other.account.email)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    // Its own count is a limit too.
    for _ in 0..3 {
        owner.client.sign_in(key(), &guess).await.unwrap_err();
    }
    let refused = owner.client.sign_in(key(), &credentials(login)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
}

/// Guesses from ever new networks come to an end, for an address nobody has as for one somebody has. The owner gets in
/// where they have been before, or by another password, and hears of it once.
#[tokio::test(flavor = "multi_thread")]
async fn all_networks_together_get_so_many_guesses_a_day() {
    let app = TestApp::start_with(|config| {
        config.site.trusted_proxies = 1;
        config.auth.login_attempts_per_day = 4;
    })
    .await;
    let owner = app.citizen().await;
    let (email, phone) = (&owner.account.email, &owner.account.phone);
    for login in [email.as_str(), phone.as_str(), "nobody@example.org"] {
        for network in 0..7 {
            let told = wrong_from(&app, &format!("198.51.{network}.1"), login).await;
            assert_eq!(told, if network < 4 { 401 } else { 429 }, "{login}");
        }
    }
    let stranger = app.anonymous();
    let refused = stranger.sign_in(key(), &credentials(email)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests), "also with the right password");
    owner.client.sign_in(key(), &credentials(email)).await.unwrap();

    assert_eq!(app.number("select count(*) as n from jobs where kind = 'password_guessed'").await, 3);
    app.run_jobs().await;
    let feed = owner.client.list_notifications(&PageQuery::default()).await.unwrap();
    let told: Vec<_> = feed.items.iter().filter(|item| item.kind == "password_guessed").collect();
    assert_eq!(told.len(), 1, "whichever login was tried");
    let mails = app.mails(email, 1).await;
    assert!(
        mails.iter().any(|mail| mail["subject"] == "К вашей учётной записи подбирают пароль"),
        "{mails:?}"
    );

    stranger.request_recovery(key(), &LinkMailIn { email: email.clone() }).await.unwrap();
    let token = mailed_token(&app, email, "recover").await;
    let body = LinkIn { token: token.into(), password: "Another-and-8-lanterns".into() };
    let challenge = stranger.recover_account(key(), &body).await.unwrap();
    let code = CodeIn { challenge_id: challenge.id, code: app.code(phone).await.into() };
    stranger.create_session(&code).await.unwrap();
    let renewed = SignInIn { login: email.clone(), password: "Another-and-8-lanterns".into() };
    stranger.sign_in(key(), &renewed).await.unwrap();
    // With the new password the count begins anew, on any device.
    app.anonymous().sign_in(key(), &renewed).await.unwrap();
}

/// Tries that were right are taken back.
#[tokio::test(flavor = "multi_thread")]
async fn right_passwords_use_up_no_tries() {
    let app = TestApp::start_with(|config| config.auth.login_attempts_per_day = 2).await;
    let owner = app.citizen().await;
    for _ in 0..4 {
        app.anonymous().sign_in(key(), &credentials(&owner.account.email)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_for_filing_and_signing_in_are_counted_apart() {
    let app = TestApp::start_with(|config| {
        config.codes.sign_in_per_hour = 2;
        config.codes.filing_per_hour = 2;
    })
    .await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    for _ in 0..2 {
        citizen.client.request_submission_code(key(), draft.id).await.unwrap();
    }
    let refused = citizen.client.request_submission_code(key(), draft.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    for _ in 0..2 {
        app.anonymous().sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
    }
    let refused = app.anonymous().sign_in(key(), &credentials(&citizen.account.email)).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
}

/// A flood of filings uses up what there is for filing; whoever is on duty hears of it before.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_filings_leaves_codes_for_signing_in() {
    let app = TestApp::start_with(|config| config.codes.accounts_in_all = 5).await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    for _ in 0..5 {
        citizen.client.request_submission_code(key(), draft.id).await.unwrap();
    }
    let refused = citizen.client.request_submission_code(key(), draft.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    let alarms = "select count(*) as n from alarms where kind =";
    assert_eq!(app.number(&format!("{alarms} 'sms_filing_pool'")).await, 1);
    assert_eq!(app.number(&format!("{alarms} 'sms_pool'")).await, 0);
    app.anonymous().sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
}

/// A flood of sign-ups uses up what there is for sign-ups; whoever is on duty hears of it before.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_sign_ups_leaves_codes_for_people_with_accounts() {
    let app = TestApp::start_with(|config| config.codes.sign_ups_in_all = 5).await;
    let citizen = app.citizen().await;
    let alarms = "select count(*) as n from alarms where kind = 'sms_sign_up_pool'";
    for _ in 0..2 {
        activated(&app, &make::sign_up()).await;
    }
    assert_eq!(app.number(alarms).await, 0);
    for _ in 0..2 {
        activated(&app, &make::sign_up()).await;
    }
    assert_eq!(app.number(alarms).await, 1);
    let person = make::sign_up();
    app.anonymous().sign_up(key(), &person).await.unwrap();
    let token = activation_token(&app, &person.email).await;
    let body = LinkIn { token: token.into(), password: make::PASSWORD.into() };
    let refused = app.anonymous().activate_account(key(), &body).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    app.anonymous().sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
    // The link waits for better times.
    app.sql("delete from rate_windows").await;
    app.anonymous().activate_account(key(), &body).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_phone_gets_few_codes() {
    let app = TestApp::start().await;
    let person = make::sign_up();
    let challenge = activated(&app, &person).await;
    for _ in 0..3 {
        app.anonymous().resend_code(key(), challenge.id).await.unwrap();
    }
    let refused = app.anonymous().resend_code(key(), challenge.id).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    assert!(refused.problem().unwrap().retry_after.is_some());
}
