//! Sign-up, sign-in, sessions (AC-01, 05, 08, 09, 11).

use openapi::accounts::{
    AccountPatch, Challenge, CodeIn, LinkCheckIn, LinkIn, LinkMailIn, SignInIn, SignUpIn,
};
use openapi::applications::{ActorKind, ApplicationIn, PaperKind, SubmissionIn};
use openapi::client::Client;
use openapi::events::ChangesQuery;
use openapi::page::PageQuery;
use openapi::payments::PaymentsQuery;
use openapi::{ErrorCode, Secret};
use tests::people::{activation_token, key};
use tests::{TestApp, make};
use uuid::Uuid;

pub(crate) fn credentials(login: &str) -> SignInIn {
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
async fn a_link_opens_one_account_and_only_with_a_good_password() {
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
        let body = LinkIn { token: token.as_str().into(), password: password.into() };
        let refusal = client.activate_account(key(), &body).await.unwrap_err();
        let errors = &refusal.problem().unwrap().errors;
        assert!(errors.iter().any(|e| e.pointer == "/password" && e.code == code), "{password}: {errors:?}");
    }
    let body = |password: &str| LinkIn { token: token.as_str().into(), password: password.into() };
    let link = LinkCheckIn { token: token.as_str().into() };
    client.check_link(&link).await.unwrap();
    client.activate_account(key(), &body("Another-and-8-lanterns")).await.unwrap();
    assert_eq!(app.number("select count(*) as n from accounts").await, 0, "no account before the code");
    // The page was closed and the link opened again: the newest password counts.
    client.check_link(&link).await.unwrap();
    let challenge = client.activate_account(key(), &body(make::PASSWORD)).await.unwrap();
    let renewed = client.resend_code(key(), challenge.id).await.unwrap();
    let code = CodeIn { challenge_id: renewed.id, code: app.code(&person.phone).await.into() };
    client.create_session(&code).await.unwrap();
    let again = client.activate_account(key(), &body(make::PASSWORD)).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::LinkInvalid));
    // Told before anybody has thought of a password.
    assert_eq!(client.check_link(&link).await.unwrap_err().code(), Some(ErrorCode::LinkInvalid));
    client.sign_in(key(), &credentials(&person.email)).await.unwrap();
    assert_eq!(app.number("select count(*) as n from sign_ups where password_hash is not null").await, 0);
    let unknown = LinkIn { token: "no-such-link".into(), password: make::PASSWORD.into() };
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
    let body = LinkIn { token: token.into(), password: make::PASSWORD.into() };
    let refusal = app.anonymous().activate_account(key(), &body).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::LinkInvalid));
    for token in [body.token, "no-such-link".into()] {
        let refusal = app.anonymous().check_link(&LinkCheckIn { token }).await.unwrap_err();
        assert_eq!(refusal.code(), Some(ErrorCode::LinkInvalid));
    }
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
        (with("given_name", "А".repeat(5000).into()), 422, "too_long", "/given_name"),
        (with("email", "not an address".into()), 422, "email_invalid", "/email"),
        (with("email", "a@example.org\r\nBcc: b@example.org".into()), 422, "email_invalid", "/email"),
        (with("email", "\"a b\"@x.example".into()), 422, "email_invalid", "/email"),
        (
            with("given_name", "Акция! Приз на https://evil.example/p".into()),
            422,
            "name_character",
            "/given_name",
        ),
        (with("given_name", "evil.example".into()), 422, "name_dot", "/given_name"),
        (with("family_name", "12345 @@@".into()), 422, "name_character", "/family_name"),
        (with("patronymic", "Ivаnovich".into()), 422, "name_scripts", "/patronymic"),
        (with("given_name", "\u{200d}".into()), 422, "name_character", "/given_name"),
        (with("given_name", "\u{3164}".into()), 422, "forbidden_character", "/given_name"),
        (with("given_name", " - ".into()), 422, "name_no_letter", "/given_name"),
        (with("phone", "+870773111632".into()), 422, "phone_costly", "/phone"),
        (with("phone", "+44 70 1234 5678".into()), 422, "phone_costly", "/phone"),
        (with("phone", "+7 495 123-45-67".into()), 422, "phone_not_mobile", "/phone"),
        (with("phone", "12".into()), 422, "too_short", "/phone"),
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

/// A sign-up with a link that has been opened; the challenge of its code.
pub(crate) async fn activated(app: &TestApp, person: &SignUpIn) -> Challenge {
    app.anonymous().sign_up(key(), person).await.unwrap();
    let token = activation_token(app, &person.email).await;
    let body = LinkIn { token: token.into(), password: make::PASSWORD.into() };
    app.anonymous().activate_account(key(), &body).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_phone_does_not_cost_the_address() {
    let app = TestApp::start().await;
    let wrong = make::sign_up();
    activated(&app, &wrong).await;
    let right = SignUpIn { phone: make::sign_up().phone, ..wrong.clone() };
    let challenge = activated(&app, &right).await;
    let code = app.code(&right.phone).await;
    let client = app.anonymous();
    let session =
        client.create_session(&CodeIn { challenge_id: challenge.id, code: code.into() }).await.unwrap();
    assert_eq!((&session.account.email, &session.account.phone), (&right.email, &right.phone));
    assert_eq!(app.sms(&wrong.phone, 1).await.len(), 1, "the stranger gets no more codes");
    // The other sign-up is over.
    let body = LinkMailIn { email: wrong.email.clone() };
    client.resend_activation(key(), &body).await.unwrap();
    app.run_jobs().await;
    let mails = app.mails(&wrong.email, 3).await;
    assert!(
        !mails.last().unwrap()["links"].to_string().contains("activate"),
        "told that there is an account"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_an_account_opens_no_second_one_and_the_address_stays_free() {
    let app = TestApp::start().await;
    let owner = app.citizen().await;
    let taken = SignUpIn { phone: owner.account.phone.clone(), ..make::sign_up() };
    let challenge = activated(&app, &taken).await;
    let code = CodeIn { challenge_id: challenge.id, code: app.code(&taken.phone).await.into() };
    let refusal = app.anonymous().create_session(&code).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::PhoneTaken));
    let own = SignUpIn { phone: make::sign_up().phone, ..taken };
    let challenge = activated(&app, &own).await;
    let code = CodeIn { challenge_id: challenge.id, code: app.code(&own.phone).await.into() };
    app.anonymous().create_session(&code).await.unwrap();
}

/// Of two sign-ups of one address whose codes come back at once, one becomes the account.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_gets_one_account() {
    let app = TestApp::start().await;
    let first = make::sign_up();
    let second = SignUpIn { phone: make::sign_up().phone, ..first.clone() };
    let mut codes = Vec::new();
    for person in [&first, &second] {
        let challenge = activated(&app, person).await;
        codes.push(CodeIn { challenge_id: challenge.id, code: app.code(&person.phone).await.into() });
    }
    let (one, other) = (app.anonymous(), app.anonymous());
    let (one, other) = tokio::join!(one.create_session(&codes[0]), other.create_session(&codes[1]));
    let refused = match (one, other) {
        (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal.code(),
        other => panic!("{other:?}"),
    };
    assert!([Some(ErrorCode::LinkInvalid), Some(ErrorCode::Busy)].contains(&refused), "{refused:?}");
    assert_eq!(app.number("select count(*) as n from accounts").await, 1);
}

/// Nobody's words reach a mailbox that nobody has shown to be theirs.
#[tokio::test(flavor = "multi_thread")]
async fn the_letter_of_a_sign_up_carries_no_words_of_its_author() {
    let app = TestApp::start().await;
    let person = SignUpIn {
        given_name: "Заберите".into(), family_name: "Выигрыш".into(), ..make::sign_up()
    };
    app.anonymous().sign_up(key(), &person).await.unwrap();
    app.run_jobs().await;
    let mail = app.mails(&person.email, 1).await[0].to_string();
    assert!(mail.contains("activate") && !mail.contains("Заберите") && !mail.contains("Выигрыш"), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newer_code_works_in_the_older_tab() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let (older, newer) = (app.anonymous(), app.anonymous());
    let first = older.sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
    let first_code = app.code(&citizen.account.phone).await;
    let second = newer.sign_in(key(), &credentials(&citizen.account.email)).await.unwrap();
    let second_code = app.code(&citizen.account.phone).await;
    let typed = |id: Uuid, code: &str| CodeIn { challenge_id: id, code: code.into() };
    older.create_session(&typed(first.id, &second_code)).await.unwrap();
    let used = newer.create_session(&typed(second.id, &second_code)).await.unwrap_err();
    assert_eq!(used.code(), Some(ErrorCode::CodeExpired), "it has been used up");
    older.create_session(&typed(first.id, &first_code)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_another_application_is_no_guess() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let one = citizen.ready("arrival-notice", make::arrival()).await;
    let other = citizen.ready("arrival-notice", make::arrival()).await;
    let (first, first_code) = citizen.submission_code(&app, one.id).await;
    let (_, second_code) = citizen.submission_code(&app, other.id).await;
    let body = |code: &str| SubmissionIn { challenge_id: first.id, code: code.into(), consent: true };
    for _ in 0..2 {
        let client = &citizen.client;
        let refused =
            client.submit_application(key(), one.id, one.version, &body(&second_code)).await.unwrap_err();
        assert_eq!(refused.code(), Some(ErrorCode::CodeElsewhere));
    }
    citizen.client.submit_application(key(), one.id, one.version, &body(&first_code)).await.unwrap();
    let sms = app.sms(&citizen.account.phone, 3).await;
    let named = |sms: &&serde_json::Value| sms["text"].as_str().unwrap().contains("Уведомление о прибытии");
    assert_eq!(sms.iter().filter(named).count(), 2, "they say what the code is for: {sms:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_out_no_file_and_no_stored_answer_is_given() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let document = draft.documents[0].id;
    let (again, body) = (key(), ApplicationIn::new("invitation"));
    citizen.client.create_application(again, &body).await.unwrap();
    citizen.client.download_document(document).await.unwrap();
    let token = citizen.client.access_token();
    citizen.client.sign_out().await.unwrap();
    citizen.client.set_access_token(token);
    let refused = citizen.client.download_document(document).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Unauthenticated));
    let refused = citizen.client.create_application(again, &body).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Unauthenticated));
    let refused = citizen.client.download_paper(draft.id, PaperKind::Receipt).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Unauthenticated));
    // Nor anything else that is theirs.
    let (client, page) = (&citizen.client, PageQuery::default());
    let reads = [
        ("account", client.get_account().await.err()),
        ("sessions", client.list_sessions().await.err()),
        ("feed", client.list_notifications(&page).await.err()),
        ("payments", client.list_payments(&PaymentsQuery::default()).await.err()),
        ("changes", client.list_changes(ChangesQuery { after: Some(0) }).await.err()),
    ];
    for (what, refused) in reads {
        let code = refused.as_ref().and_then(openapi::client::Error::code);
        assert_eq!(code, Some(ErrorCode::Unauthenticated), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_under_another_address_hears_what_is_wrong() {
    let app = TestApp::start().await;
    let url = format!("{}/api/v1/sessions/refresh", app.portal);
    let request =
        app.http().post(url).header("Origin", "http://127.0.0.1:1").header("X-Requested-With", "prichal");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.json::<openapi::Problem>().await.unwrap().code, ErrorCode::ForeignOrigin);
}

/// The officer's sessions end, the cases go back to the queue with a word in their history, and nobody signs in.
#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_officer_holds_nothing() {
    use backend::accounts::dismiss::dismiss;
    use openapi::desk::OfficerSignInIn;
    let app = TestApp::start().await;
    let login = "officer-leaves";
    let secret = tests::people::employ(&app, login).await;
    let client = Client::new(&app.desk, openapi::client::Realm::Desk, "ru");
    let body = OfficerSignInIn {
        login: login.into(),
        password: make::PASSWORD.into(),
        totp: tests::people::totp(&secret).into(),
    };
    client.create_officer_session(&body).await.unwrap();
    let filed = app.citizen().await.in_review(&app).await;
    client.take_case(filed.id).await.unwrap();
    assert_eq!(dismiss(&app.app, "Officer-Leaves ").await.unwrap(), 1);
    // The token is good for minutes yet, and reads nothing any more.
    let out = Some(ErrorCode::Unauthenticated);
    assert_eq!(client.get_officer().await.unwrap_err().code(), out);
    assert_eq!(client.get_case(filed.id).await.unwrap_err().code(), out);
    assert_eq!(client.refresh_officer_session().await.unwrap_err().code(), Some(ErrorCode::Unauthenticated));
    app.sql("update officers set totp_step = 0").await;
    let refused = client.create_officer_session(&body).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::CredentialsWrong));
    let colleague = app.officer().await;
    let case = colleague.take(filed.id).await;
    let last = case.timeline.iter().rev().nth(1).unwrap();
    assert_eq!((last.kind.as_str(), last.actor.kind), ("released", ActorKind::System));
    assert_eq!(dismiss(&app.app, login).await.unwrap_err().code, ErrorCode::NotFound);
    // Employed again, the officer works again.
    let secret = tests::people::employ(&app, login).await;
    let body = OfficerSignInIn { totp: tests::people::totp(&secret).into(), ..body };
    client.create_officer_session(&body).await.unwrap();
}
