//! Sign-up, sign-in, sessions (AC-01, 05, 08, 09, 11).

use std::sync::Arc;

use openapi::accounts::{AccountPatch, ActivationIn, CodeIn, SignInIn};
use openapi::client::Client;
use openapi::{ErrorCode, Secret};
use tests::people::{activation_token, key};
use tests::{TestApp, make};
use uuid::Uuid;

fn credentials(login: &str) -> SignInIn {
    SignInIn { login: login.to_owned(), password: make::PASSWORD.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_up_and_in_by_mail_or_phone() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    for login in [&citizen.account.email, &citizen.account.phone] {
        let client = app.anonymous();
        let challenge = client.sign_in(key(), &credentials(login)).await.unwrap();
        assert!(!challenge.sent_to.contains(&citizen.account.phone), "the number is masked");
        let code = app.code(&citizen.account.phone).await;
        let body = CodeIn { challenge_id: challenge.id, code: code.into() };
        let session = client.create_session(&body).await.unwrap();
        assert_eq!(session.account, citizen.account);
        assert!(session.expires_in <= 300);
        let again = client.create_session(&body).await.unwrap_err();
        assert_eq!(again.code(), Some(ErrorCode::CodeExpired), "a code works once");
    }
    assert_eq!(citizen.client.list_sessions().await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_hear_the_same() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let mut known = make::sign_up();
    known.email.clone_from(&citizen.account.email);
    let client = app.anonymous();
    client.sign_up(key(), &known).await.unwrap();
    app.run_jobs().await;
    let mails = app.mails(&known.email, 2).await;
    let last = mails.last().unwrap();
    let links = last["links"].as_array().unwrap();
    assert!(
        links.iter().all(|link| !link.as_str().unwrap().contains("activate")),
        "no second account: {links:?}"
    );

    let wrong = SignInIn { login: known.email.clone(), password: "Wrong-and-7-lanterns".into() };
    let stranger = SignInIn { login: "nobody@example.org".into(), password: "Wrong-and-7-lanterns".into() };
    let (a, b) = (
        client.sign_in(key(), &wrong).await.unwrap_err(),
        client.sign_in(key(), &stranger).await.unwrap_err(),
    );
    let (a, b) = (a.problem().unwrap().clone(), b.problem().unwrap().clone());
    assert_eq!(
        (a.code, &a.title, &a.detail, a.errors),
        (ErrorCode::CredentialsWrong, &b.title, &b.detail, b.errors)
    );
    assert_eq!(b.code, ErrorCode::CredentialsWrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_only_with_a_good_password() {
    let app = TestApp::start().await;
    let person = make::sign_up();
    let client = app.anonymous();
    client.sign_up(key(), &person).await.unwrap();
    let token = activation_token(&app, &person.email).await;
    for (password, code) in [
        ("Ab1-", "password_too_short"),
        ("pier-and-7-lanterns", "password_needs_upper"),
        ("PIER-AND-7-LANTERNS", "password_needs_lower"),
        ("Pier-and-seven-lanterns", "password_needs_digit"),
        ("Pierand7lanterns", "password_needs_special"),
    ] {
        let body = ActivationIn { token: token.as_str().into(), password: password.into() };
        let refusal = client.activate_account(key(), &body).await.unwrap_err();
        let errors = &refusal.problem().unwrap().errors;
        assert!(errors.iter().any(|e| e.pointer == "/password" && e.code == code), "{password}: {errors:?}");
    }
    let body = ActivationIn { token: token.as_str().into(), password: make::PASSWORD.into() };
    client.activate_account(key(), &body).await.unwrap();
    let again = client.activate_account(key(), &body).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::LinkInvalid));
    let unknown = ActivationIn { token: "no-such-link".into(), password: make::PASSWORD.into() };
    assert_eq!(
        client.activate_account(key(), &unknown).await.unwrap_err().code(),
        Some(ErrorCode::LinkInvalid)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_link_is_refused() {
    let app = TestApp::start().await;
    let person = make::sign_up();
    app.anonymous().sign_up(key(), &person).await.unwrap();
    let token = activation_token(&app, &person.email).await;
    app.sql("update sign_ups set expires_at = now() - interval '1 second'").await;
    let body = ActivationIn { token: token.into(), password: make::PASSWORD.into() };
    let refusal = app.anonymous().activate_account(key(), &body).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::LinkInvalid));
}

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

#[tokio::test(flavor = "multi_thread")]
async fn hostile_sign_ups_are_refused_with_their_place() {
    let app = TestApp::start().await;
    let url = format!("{}/api/v1/accounts", app.portal);
    let post = |body: String, kind: &'static str| {
        app.http()
            .post(&url)
            .header("Idempotency-Key", Uuid::new_v4().to_string())
            .header("Content-Type", kind)
            .body(body)
            .send()
    };
    let json = "application/json";
    let good = serde_json::to_value(make::sign_up()).unwrap();
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    for (body, status, code, pointer) in [
        (with("role", "admin".into()), 422, "unknown_field", "/role"),
        (with("email", 7.into()), 422, "wrong_type", "/email"),
        (with("given_name", "А\u{0}зиз".into()), 422, "forbidden_character", "/given_name"),
        (with("given_name", "Азиз\u{202e}".into()), 422, "forbidden_character", "/given_name"),
        (with("given_name", "А".repeat(5000).into()), 422, "length", "/given_name"),
        (with("email", "not an address".into()), 422, "email_invalid", "/email"),
        (with("email", "a@example.org\r\nBcc: b@example.org".into()), 422, "email_invalid", "/email"),
        (with("phone", "12".into()), 422, "length", "/phone"),
        (with("phone", "+7 000 11".into()), 422, "phone_invalid", "/phone"),
    ] {
        let answer = post(body, json).await.unwrap();
        assert_eq!(answer.status(), status, "{code}");
        let problem: openapi::Problem = answer.json().await.unwrap();
        let found = problem.errors.iter().any(|error| error.pointer == pointer && error.code == code);
        assert!(found, "{code} at {pointer}: {:?}", problem.errors);
    }
    assert_eq!(post("{".into(), json).await.unwrap().status(), 400);
    assert_eq!(post(good.to_string(), "text/plain").await.unwrap().status(), 415);
    assert_eq!(post(with("given_name", "А".repeat(1 << 20).into()), json).await.unwrap().status(), 413);
    let no_key =
        app.http().post(&url).header("Content-Type", json).body(good.to_string()).send().await.unwrap();
    assert_eq!(no_key.status(), 400);
    assert_eq!(app.number("select count(*) as n from sign_ups").await, 0, "what is refused changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_follow_the_language_of_the_account() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let body = AccountPatch { language: "en".into() };
    let account = citizen.client.update_account(citizen.account.version, &body).await.unwrap();
    assert_eq!(account.language, "en");
    let stale = citizen.client.update_account(citizen.account.version, &body).await.unwrap_err();
    assert_eq!(stale.code(), Some(ErrorCode::StaleVersion));
    citizen.in_review(&app).await;
    let mails = app.mails(&account.email, 2).await;
    let last = mails.last().unwrap()["subject"].as_str().unwrap();
    assert!(last.is_ascii(), "an English subject: {last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_code_works_once() {
    use openapi::desk::OfficerSignInIn;
    let app = TestApp::start().await;
    let login = "officer-once";
    let secret = tests::people::employ(&app, login).await;
    let code: Secret = tests::people::totp(&secret).into();
    let client = Client::new(&app.desk, openapi::client::Realm::Desk, "ru");
    let body = |password: &str, totp: &Secret| OfficerSignInIn {
        login: login.into(),
        password: password.into(),
        totp: totp.clone(),
    };
    let wrong = client.create_officer_session(&body("Wrong-and-7-lanterns", &code)).await.unwrap_err();
    assert_eq!(wrong.code(), Some(ErrorCode::CredentialsWrong));
    client.create_officer_session(&body(make::PASSWORD, &code)).await.unwrap();
    let again = client.create_officer_session(&body(make::PASSWORD, &code)).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::CredentialsWrong));
}
