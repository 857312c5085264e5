//! Killed workers and servers: nothing acknowledged is lost, nothing exists twice (§ 6).

use backend::alarms;
use openapi::accounts::{SignInIn, SignUpIn};
use openapi::applications::State;
use openapi::desk::ApprovalIn;
use serde_json::json;
use tests::people::key;
use tests::{TestApp, make};

/// A worker that died in the middle of a job: its lease runs out and another does it, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_worker_died_is_done_by_another() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    citizen.submit(&app, &draft).await;
    // Every job is in the hands of a worker that is gone.
    let claimed = app
        .sql("update jobs set lease_until = now() + interval '1 minute', fence = fence + 1, attempts = 1 where state = 'ready'")
        .await;
    assert!(claimed > 0);
    assert_eq!(app.run_jobs().await, 0, "a lease is respected");
    app.sql("update jobs set lease_until = now() - interval '1 second' where state = 'ready'").await;
    assert!(app.run_jobs().await > 0);
    let application = citizen.client.get_application(draft.id).await.unwrap();
    assert_eq!(application.state, State::InReview);
    assert_eq!(app.number("select count(*) as n from issued_documents").await, 1);
    assert_eq!(app.number("select count(*) as n from case_events where kind = 'checked'").await, 1);
}

/// All jobs run a second time, as after a crash between the work and its record: nothing happens twice.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_run_twice_work_once() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    app.run_jobs().await;
    let count = async || {
        let mails = app.mails(&citizen.account.email, 0).await.len();
        let events = app.number("select count(*) as n from case_events").await;
        let papers = app.number("select count(*) as n from issued_documents").await;
        (mails, events, papers, app.number("select count(*) as n from notifications").await)
    };
    let before = count().await;
    app.sql("update jobs set state = 'ready', finished_at = null, run_at = now() where kind not like '%code%' and kind <> 'sign_up_mail'").await;
    app.run_jobs().await;
    assert_eq!(count().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_is_down_delays_the_check_not_the_filing() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    for target in ["migration", "passports"] {
        app.fault(json!({ "target": target, "kind": "down" })).await;
    }
    let filed = citizen.in_review(&app).await;
    assert_eq!(filed.state, State::InReview);
    let officer = app.officer().await;
    assert!(officer.take(filed.id).await.check_pending);
    app.heal().await;
    app.retry_jobs().await;
    let case = officer.client.get_case(filed.id).await.unwrap();
    assert!(!case.check_pending);
    assert!(!case.checks.is_empty());
}

/// Letters that nobody takes do not hold up the codes people sign in with.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_holds_up_no_code() {
    let app = TestApp::start_with(|config| config.jobs.parallel = 1).await;
    let citizen = app.citizen().await;
    app.fault(json!({ "target": "smtp", "kind": "delay", "delay_ms": 3_600_000 })).await;
    let again = SignUpIn { email: citizen.account.email.clone(), ..make::sign_up() };
    for _ in 0..3 {
        app.anonymous().sign_up(key(), &again).await.unwrap();
    }
    let sent = app.sms(&citizen.account.phone, 1).await.len();
    let login = SignInIn { login: citizen.account.email.clone(), password: make::PASSWORD.into() };
    app.anonymous().sign_in(key(), &login).await.unwrap();
    app.start_worker();
    assert_eq!(app.sms(&citizen.account.phone, sent + 1).await.len(), sent + 1);
    let letters = "select count(*) as n from jobs where kind = 'known_address_mail' and state = 'ready'";
    assert_eq!(app.number(letters).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_gives_up_raises_an_alarm() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    app.fault(json!({ "target": "smtp", "kind": "down" })).await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    citizen.submit(&app, &draft).await;
    for _ in 0..14 {
        app.retry_jobs().await;
    }
    assert!(app.number("select count(*) as n from jobs where state = 'parked'").await >= 1);
    let alarms = alarms::list(&mut app.app.db.read().await.unwrap()).await.unwrap();
    let parked: Vec<_> = alarms.iter().filter(|alarm| alarm.kind == "job_parked").collect();
    assert!(!parked.is_empty());
    // Whoever is on duty lets it be tried again: now it works, and the alarm is closed.
    app.heal().await;
    for alarm in parked {
        alarms::retry(&app.app, alarm.id).await.unwrap();
        assert!(alarms::retry(&app.app, alarm.id).await.is_err(), "once");
    }
    app.run_jobs().await;
    assert_eq!(app.number("select count(*) as n from jobs where state = 'parked'").await, 0);
    assert_eq!(app.number("select count(*) as n from alarms where closed_at is null").await, 0);
}
