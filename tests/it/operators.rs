//! What whoever runs the system does for people who cannot sign in any more.

use std::process::Stdio;

use backend::accounts::employ::{self, NewOfficer};
use backend::auth::passwords::Passwords;
use backend::config::Auth;
use openapi::ErrorCode;
use openapi::accounts::{CodeIn, SignInIn};
use openapi::client::{Client, Realm};
use openapi::desk::OfficerSignInIn;
use openapi::page::PageQuery;
use tests::people::{key, totp};
use tests::process::command;
use tests::{TestApp, make, people};

/// After too many wrong codes they are off, also the right ones; whoever runs the system switches them on again.
#[tokio::test(flavor = "multi_thread")]
async fn codes_that_are_off_are_switched_on_by_an_operator() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let client = app.anonymous();
    let login = SignInIn { login: citizen.account.email.clone(), password: make::PASSWORD.into() };
    app.sql("update accounts set code_failures = 100").await;
    let refusal = client.sign_in(key(), &login).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::FactorOff));
    for (login, said) in [(&citizen.account.email, "again"), (&citizen.account.phone, "already")] {
        let told = operator(&app, &["citizens", "codes-on", "--login", login]).await.unwrap();
        assert!(told.contains(said), "{told}");
    }
    assert!(operator(&app, &["citizens", "codes-on", "--login", "nobody@example.org"]).await.is_err());
    let challenge = client.sign_in(key(), &login).await.unwrap();
    let code = app.code(&citizen.account.phone).await;
    client.create_session(&CodeIn { challenge_id: challenge.id, code: code.into() }).await.unwrap();
    let feed = citizen.client.list_notifications(&PageQuery::default()).await.unwrap();
    let told = feed.items.iter().filter(|item| item.kind == "codes_on").collect::<Vec<_>>();
    assert_eq!(told.len(), 1, "the owner is told, once");
    assert!(!told[0].body.contains('{'), "{}", told[0].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_authenticator_is_replaced_and_sessions_end() {
    let app = TestApp::start().await;
    let login = "officer-lost";
    let old = people::employ(&app, login).await;
    let client = Client::new(&app.desk, Realm::Desk, "ru");
    let body = |secret: &str| OfficerSignInIn {
        login: login.into(),
        password: make::PASSWORD.into(),
        totp: totp(secret).into(),
    };
    client.create_officer_session(&body(&old)).await.unwrap();
    let fresh = operator(&app, &["officers", "authenticator", "--login", login]).await.unwrap();
    assert_eq!(client.refresh_officer_session().await.unwrap_err().code(), Some(ErrorCode::Unauthenticated));
    // A code works once, and codes of this moment are used up: time passes.
    app.sql("update officers set totp_step = totp_step - 2").await;
    let stolen = client.create_officer_session(&body(&old)).await.unwrap_err();
    assert_eq!(stolen.code(), Some(ErrorCode::CredentialsWrong));
    client.create_officer_session(&body(fresh.trim())).await.unwrap();
}

/// An officer's wrong code with the right password, from an address of the network.
async fn guess_from(app: &TestApp, ip: &str, guess: &OfficerSignInIn) -> ErrorCode {
    let request = app.http().post(format!("{}/api/v1/desk/sessions", app.desk)).json(guess);
    let request = request.header("X-Forwarded-For", ip).header("X-Requested-With", "prichal");
    request.send().await.unwrap().json::<openapi::Problem>().await.unwrap().code
}

/// Guessing goes on from ever new networks, with the right password; then no code fits, until whoever runs the system has
/// given the officer another authenticator.
#[tokio::test(flavor = "multi_thread")]
async fn an_officers_codes_are_off_after_too_many_wrong_ones() {
    let app = TestApp::start_with(|config| {
        config.site.trusted_proxies = 1;
        config.auth.factor_cap = 3;
    })
    .await;
    let login = "officer-guessed";
    let secret = people::employ(&app, login).await;
    let client = Client::new(&app.desk, Realm::Desk, "ru");
    let body = |secret: &str| OfficerSignInIn {
        login: login.into(),
        password: make::PASSWORD.into(),
        totp: totp(secret).into(),
    };
    let guess = body(employ::new_totp_secret().unwrap().expose());
    let unproven = OfficerSignInIn { password: "Wrong-and-7-lanterns".into(), ..guess.clone() };
    let failures = "select code_failures::bigint as n from officers";
    let alarms = "select count(*) as n from alarms where kind = 'officer_factor_off' and closed_at is null";
    for ip in ["203.0.113.1", "198.51.100.1"] {
        assert_eq!(guess_from(&app, ip, &guess).await, ErrorCode::CredentialsWrong);
    }
    assert_eq!(guess_from(&app, "192.0.2.1", &unproven).await, ErrorCode::CredentialsWrong);
    assert_eq!(app.number(failures).await, 2, "strangers without the password switch nothing off");
    client.create_officer_session(&body(&secret)).await.unwrap();
    assert_eq!(app.number(failures).await, 0, "in a row");
    for ip in ["203.0.113.2", "198.51.100.2", "192.0.2.2"] {
        assert_eq!(app.number(alarms).await, 0);
        assert_eq!(guess_from(&app, ip, &guess).await, ErrorCode::CredentialsWrong);
    }
    assert_eq!(app.number(alarms).await, 1);
    // Time passes: the code of this moment would be taken.
    app.sql("update officers set totp_step = 0").await;
    let refusal = client.create_officer_session(&body(&secret)).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::FactorOff), "also the right one");
    let fresh = operator(&app, &["officers", "authenticator", "--login", login]).await.unwrap();
    client.create_officer_session(&body(fresh.trim())).await.unwrap();
    assert_eq!(app.number(failures).await, 0);
}

/// Terms are counted by the database's clock, tokens expire by the process's: with two different ones nobody starts.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_stops_the_start() {
    let app = TestApp::start().await;
    let (_, name) = app.database_url.rsplit_once('/').unwrap();
    // This database's own `clock_timestamp` stands before PostgreSQL's.
    app.sql("create schema skewed").await;
    app.sql("grant usage on schema skewed to public").await;
    app.sql(&format!("alter database {name} set search_path = skewed, public, pg_catalog")).await;
    let starts = async |shift: &str| {
        let clock = format!(
            "create or replace function skewed.clock_timestamp() returns timestamptz language sql volatile \
             as 'select pg_catalog.clock_timestamp() + interval ''{shift}'''"
        );
        app.sql(&clock).await;
        operator(&app, &["work", "--until-empty"]).await
    };
    for shift in ["6 minutes", "-6 minutes"] {
        let refusal = starts(shift).await.unwrap_err();
        assert!(refusal.contains("max_clock_skew_seconds"), "{refusal}");
    }
    for shift in ["4 minutes", "-4 minutes"] {
        starts(shift).await.unwrap();
    }
}

/// An officer who gets another password begins anew: who knew the old one is out, also with an open session.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_of_an_officer_ends_the_sessions() {
    let app = TestApp::start().await;
    let login = "officer-forgets";
    let secret = people::employ(&app, login).await;
    let client = Client::new(&app.desk, Realm::Desk, "ru");
    let body = |password: &str, secret: &str| OfficerSignInIn {
        login: login.into(),
        password: password.into(),
        totp: totp(secret).into(),
    };
    client.create_officer_session(&body(make::PASSWORD, &secret)).await.unwrap();
    let officer = NewOfficer {
        login: login.into(),
        name: "Вера Проверкина".into(),
        language: "ru".into(),
        password: "Another-and-7-lanterns".into(),
        totp_secret: employ::new_totp_secret().unwrap(),
    };
    assert!(employ::employ(&app.app, &officer).await.unwrap());
    assert_eq!(client.refresh_officer_session().await.unwrap_err().code(), Some(ErrorCode::Unauthenticated));
    app.sql("update officers set totp_step = 0").await;
    let old = client.create_officer_session(&body(make::PASSWORD, &secret)).await.unwrap_err();
    assert_eq!(old.code(), Some(ErrorCode::CredentialsWrong));
    let fresh = body("Another-and-7-lanterns", officer.totp_secret.expose());
    client.create_officer_session(&fresh).await.unwrap();
    // The same once more changes nothing, and ends nothing.
    assert!(!employ::employ(&app.app, &officer).await.unwrap());
    client.refresh_officer_session().await.unwrap();
}

/// Passwords chosen when less work was asked for are hashed anew by signing in, and fit as before.
#[tokio::test(flavor = "multi_thread")]
async fn old_hashes_are_renewed_by_signing_in() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let login = "officer-of-old";
    let secret = people::employ(&app, login).await;
    let weak = Auth { argon_passes: 1, ..app.app.config.auth.clone() };
    let weak = Passwords::new(&weak, &app.app.keys).unwrap();
    let old = weak.hash(&make::PASSWORD.into()).await.unwrap();
    app.sql(&format!("update accounts set password_hash = '{old}'")).await;
    app.sql(&format!("update officers set password_hash = '{old}'")).await;
    let outgrown = "select (select count(*) from accounts where password_hash like '%,t=1,%') \
        + (select count(*) from officers where password_hash like '%,t=1,%') as n";
    assert_eq!(app.number(outgrown).await, 2);
    let input = SignInIn { login: citizen.account.email.clone(), password: make::PASSWORD.into() };
    let body =
        OfficerSignInIn { login: login.into(), password: make::PASSWORD.into(), totp: totp(&secret).into() };
    app.anonymous().sign_in(key(), &input).await.unwrap();
    Client::new(&app.desk, Realm::Desk, "ru").create_officer_session(&body).await.unwrap();
    assert_eq!(app.number(outgrown).await, 0);
    app.anonymous().sign_in(key(), &input).await.unwrap();
}

/// `backend openapi | head -1`: nobody reads the rest.
#[test]
fn a_reader_who_has_gone_stops_no_command() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_served"));
    command.arg("openapi").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{ended:?}");
}

/// Runs a command of the backend; what it printed.
pub async fn operator(app: &TestApp, arguments: &[&str]) -> Result<String, String> {
    let program = env!("CARGO_BIN_EXE_served");
    let output = command(app, program, arguments).output().await.unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
}
