//! The history of a case cannot be rewritten unseen.

use backend::history::{Fault, seal};
use diesel_async::RunQueryDsl;
use openapi::ErrorCode;
use openapi::applications::State;
use openapi::desk::{ApprovalIn, ReasonIn, RefusalIn, RevocationIn};
use openapi::messages::MessageIn;
use tests::TestApp;
use tests::people::key;

use crate::operators::operator;

#[tokio::test(flavor = "multi_thread")]
async fn every_chain_verifies_and_a_changed_row_is_found() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    citizen.in_review(&app).await;
    let verify = async || backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    let report = verify().await;
    assert!(report.is_whole(), "{report}");
    let url = app.database_url.clone();
    let refused =
        tokio::spawn(async move { tests::db::run(&url, "update case_events set kind = 'approved'").await });
    assert!(refused.await.is_err(), "the table is append-only");
    // Who is stronger than the trigger is found by the chain.
    app.sql("alter table case_events disable trigger all").await;
    app.sql("update case_events set data = data || '{\"forged\": true}' where n = 1").await;
    assert!(!verify().await.is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_event_is_found() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    citizen.in_review(&app).await;
    app.sql("alter table case_events disable trigger all").await;
    app.sql("delete from case_events where (application_id, n) in (select application_id, max(n) from case_events group by 1)").await;
    let report = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(!report.is_whole(), "the state has no event that led to it: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_are_sealed_and_what_the_chain_cannot_show_is_found() {
    let app = TestApp::start().await;
    let file = app.app.config.audit.seals.clone();
    let citizen = app.citizen().await;
    let seal = async || seal::run(&app.app).await.unwrap();
    let faults = async || seal::verify(&app.app).await.unwrap().faults;
    let told = || std::fs::read_to_string(&file).unwrap().lines().count();
    citizen.in_review(&app).await;
    seal().await;
    seal().await;
    assert_eq!(told(), 1, "nothing has moved since");
    citizen.in_review(&app).await;
    // Cut off in the middle of a line: the seal is told again.
    std::fs::write(&file, &std::fs::read(&file).unwrap()[..40]).unwrap();
    seal().await;
    assert_eq!(told(), 3);
    assert_eq!(faults().await, Vec::<String>::new());

    // A chain that verifies, with its newest event taken away.
    app.sql("alter table case_events disable trigger all").await;
    app.sql("delete from case_events where kind = 'checked'").await;
    app.sql("update applications set state = 'auto_checking'").await;
    let report = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(report.is_whole(), "{report}");
    let rewritten = "a history has been rewritten since";
    assert_eq!(faults().await, [format!("seal 1: {rewritten}"), format!("seal 2: {rewritten}")]);
    // And with the seals.
    app.sql("delete from sealed_heads").await;
    app.sql("delete from history_seals").await;
    let another = "the second place tells of another";
    assert_eq!(faults().await, [format!("seal 1: {another}"), format!("seal 2: {another}")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_is_signed_and_names_the_one_before() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    for _ in 0..2 {
        citizen.in_review(&app).await;
        seal::run(&app.app).await.unwrap();
    }
    assert_eq!(seal::verify(&app.app).await.unwrap().faults, Vec::<String>::new());
    app.sql("update history_seals set digest = '\\x00' where n = 1").await;
    let faults = seal::verify(&app.app).await.unwrap().faults;
    assert_eq!(
        faults,
        [
            "seal 1: its heads are not those that were sealed",
            "seal 1: is not signed by us",
            "seal 2: does not name the seal before it",
            "seal 1: the second place tells of another",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_acts_in_a_role_that_owns_nothing_and_only_adds_to_what_is_written_once() {
    let app = TestApp::start().await;
    app.citizen().await.in_review(&app).await;
    for (statement, because) in [
        ("update case_events set kind = 'approved'", "permission denied for table case_events"),
        ("delete from ledger_transfers", "permission denied for table ledger_transfers"),
        ("update messages set body = ''", "permission denied for table messages"),
        ("delete from case_reads", "permission denied for table case_reads"),
        ("update consents set version = '0'", "permission denied for table consents"),
        ("delete from __diesel_schema_migrations", "permission denied for table __diesel_schema_migrations"),
        ("truncate pulses", "permission denied for table pulses"),
        ("alter table case_events disable trigger all", "must be owner of table case_events"),
        ("create table hidden (id int)", "permission denied for schema public"),
    ] {
        let mut conn = app.app.db.read().await.unwrap();
        let refused = diesel::sql_query(statement).execute(&mut conn).await.unwrap_err();
        assert_eq!(refused.to_string(), because, "{statement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_not_what_was_said_is_found() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let id = citizen.in_review(&app).await.id;
    let body = "Нужен ли перевод договора?";
    let question = MessageIn { body: body.into() };
    let said = citizen.client.send_message(key(), id, &question).await.unwrap().id;
    let again = citizen.client.send_message(key(), id, &question).await.unwrap().id;
    let n = "select min(n)::bigint as n from case_events where kind = 'message_received'";
    let n = i32::try_from(app.number(n).await).unwrap();
    let found = async || {
        let report = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
        report.broken.iter().map(|broken| (broken.n, broken.fault)).next()
    };
    app.sql("alter table messages disable trigger all").await;
    assert_eq!(found().await, None);
    app.sql(&format!("update messages set body = 'Перевод не нужен.' where id = '{said}'")).await;
    assert_eq!(found().await, Some((n, Fault::OtherMessage)), "changed");
    assert!(operator(&app, &["audit", "verify"]).await.is_err());
    app.sql(&format!("update messages set body = '{body}'")).await;
    assert_eq!(found().await, None);
    app.sql(&format!("update messages set id = gen_random_uuid() where id = '{said}'")).await;
    assert_eq!(found().await, Some((n, Fault::OtherMessage)), "gone");
    let unsaid = "insert into messages (id, application_id, author, body) \
                  select gen_random_uuid(), application_id, author, body from messages limit 1";
    app.sql(&format!("update messages set id = '{said}' where id <> '{again}'")).await;
    assert_eq!(found().await, None);
    app.sql(unsaid).await;
    assert_eq!(found().await, Some((0, Fault::OtherMessage)), "never said");
}

/// Rows are aged: hours pass in which nobody seals, then hours in which there is nothing to seal.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_while_histories_are_not_sealed() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let desk = &officer.client;
    let mut cases = Vec::new();
    for _ in 0..3 {
        cases.push(officer.take(citizen.in_review(&app).await.id).await);
    }
    let [issued, open, last] = cases.try_into().unwrap();
    let approval = ApprovalIn::default();
    let issued = desk.approve_case(key(), issued.id, issued.version, &approval).await.unwrap();
    app.run_jobs().await;
    app.sql("alter table case_events disable trigger all").await;
    app.sql("update case_events set at = at - interval '5 hours'").await;

    let reasons = vec![ReasonIn { code: "O-03".into(), comment: None }];
    let revocation = RevocationIn { comment: "Выдано по ошибке.".into() };
    let (click, taken_back) = (key(), key());
    let events = app.number("select count(*) as n from case_events").await;
    for refusal in [
        desk.approve_case(click, open.id, open.version, &approval).await.unwrap_err(),
        desk.refuse_case(key(), open.id, open.version, &RefusalIn { reasons }).await.unwrap_err(),
        desk.revoke_result(taken_back, issued.id, issued.version, &revocation).await.unwrap_err(),
    ] {
        let problem = refusal.problem().unwrap();
        assert_eq!((problem.code, problem.status), (ErrorCode::DecisionsStopped, 503));
        assert!(problem.retry_after.is_some());
    }
    let seen = desk.get_case(open.id).await.unwrap();
    assert_eq!((seen.state, seen.version), (State::InReview, open.version), "nothing has changed");
    assert_eq!(app.number("select count(*) as n from case_events").await, events);
    let alarms = "select count(*) as n from alarms where kind = 'seals_late' and closed_at is null";
    assert_eq!(app.number(alarms).await, 1, "once");

    seal::run(&app.app).await.unwrap();
    let approved = desk.approve_case(click, open.id, open.version, &approval).await.unwrap();
    assert_eq!(approved.state, State::Approved);
    desk.revoke_result(taken_back, issued.id, issued.version, &revocation).await.unwrap();

    seal::run(&app.app).await.unwrap();
    app.sql("update case_events set at = at - interval '9 hours'").await;
    app.sql("update history_seals set complete_to = complete_to - interval '9 hours'").await;
    desk.approve_case(key(), last.id, last.version, &approval).await.unwrap();
}
