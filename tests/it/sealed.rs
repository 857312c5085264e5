//! What a leaked database would tell (security rule 18): no passport and no address of anybody.

use diesel_async::SimpleAsyncConnection;
use openapi::ErrorCode;
use openapi::applications::{ApplicationIn, ResubmissionIn, State};
use openapi::desk::ApprovalIn;
use serde_json::{Value, json};
use tests::people::key;
use tests::process::{Process, command};
use tests::{TestApp, make};

use crate::day::PROGRAM;

/// Told in the answers below, and nowhere else.
const SECRETS: [&str; 4] = ["FA7712093", "Канареечная", "YELLOWBIRD", "1994-05-02"];

/// How many rows of the database name one of the secrets: as text, as JSON, or as the bytes of the text.
const LEAKS: &str = "select coalesce(sum((xpath('/row/n/text()', query_to_xml(format( \
    'select count(*) as n from %I t where exists (select from unnest(array[%s]) s (secret) \
       where position(secret in t::text) > 0 or position(encode(convert_to(secret, ''UTF8''), ''hex'') in t::text) > 0)', \
    table_name, (select string_agg(quote_literal(secret), ', ') from unnest(array[SECRETS]) c (secret)) \
  ), false, true, '')))[1]::text::bigint), 0)::bigint as n \
  from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'";

fn leaks() -> String {
    LEAKS.replace("SECRETS", &SECRETS.map(|secret| format!("'{secret}'")).join(", "))
}

fn answers() -> serde_json::Map<String, Value> {
    let mut answers = make::arrival();
    answers.insert("passport_number".into(), json!(SECRETS[0]));
    answers["address"]["street"] = json!(SECRETS[1]);
    answers.insert("family_name_latin".into(), json!(SECRETS[2]));
    answers
}

/// From the draft over a correction to the signed result: the person and the officer read the answers, the database
/// does not tell them.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_a_passport_from_the_database() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let ready = citizen.ready("arrival-notice", answers()).await;
    assert_eq!(ready.answers["passport_number"], SECRETS[0]);
    let filed = citizen.submit(&app, &ready).await;
    app.run_jobs().await;
    assert_eq!(app.number(&leaks()).await, 0, "filed and checked");

    let case = officer.take(filed.id).await;
    assert_eq!(case.answers["passport_number"], SECRETS[0]);
    officer.ask_to_mend(filed.id, &["/answers/host_name"]).await;
    let back = citizen.client.get_application(filed.id).await.expect("the application");
    assert_eq!(back.sent.expect("what was sent")["address"]["street"], SECRETS[1]);
    let again = ResubmissionIn { unchanged: true };
    citizen.client.resubmit_application(key(), filed.id, back.version, &again).await.expect("sent again");
    app.run_jobs().await;
    let case = officer.client.get_case(filed.id).await.expect("the case");
    officer
        .client
        .approve_case(key(), filed.id, case.version, &ApprovalIn::default())
        .await
        .expect("approved");
    app.run_jobs().await;
    let done = citizen.client.get_application(filed.id).await.expect("the application");
    assert_eq!(done.state, State::Approved);
    assert_eq!(app.number(&leaks()).await, 0, "decided");

    // The measure can measure.
    app.sql("update accounts set given_name = 'YELLOWBIRD'").await;
    assert_ne!(app.number(&leaks()).await, 0, "a name laid open");
}

/// Answers cannot be moved to another application, nor an application to another account.
#[tokio::test(flavor = "multi_thread")]
async fn sealed_answers_open_in_their_own_application_only() {
    let app = TestApp::start().await;
    let (victim, thief) = (app.citizen().await, app.citizen().await);
    let theirs = victim.ready("arrival-notice", answers()).await;
    let own = thief.draft("arrival-notice").await;
    app.sql(&format!(
        "update applications set answers = (select answers from applications where id = '{}') where id = '{}'",
        theirs.id, own.id
    ))
    .await;
    let refusal = thief.client.get_application(own.id).await.expect_err("answers of somebody else");
    assert_eq!(refusal.code(), Some(ErrorCode::Internal));
    app.sql(&format!(
        "update applications set account_id = '{}' where id = '{}'",
        thief.account.id, theirs.id
    ))
    .await;
    let refusal = thief.client.get_application(theirs.id).await.expect_err("an application of somebody else");
    assert_eq!(refusal.code(), Some(ErrorCode::Internal));
}

/// A database from before answers were sealed is sealed by `migrate`, also when that is killed on the way.
#[tokio::test(flavor = "multi_thread")]
async fn what_lay_open_is_sealed_by_the_migration() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", answers()).await;
    let open = Value::Object(draft.answers.clone()).to_string().replace('\'', "''");
    let (click, body) = (key(), ApplicationIn::new("arrival-notice"));
    let first = citizen.client.create_application(click, &body).await.expect("a draft");
    citizen.client.delete_draft(first.id).await.expect("deleted");
    app.sql(&format!("create table kept as select * from idempotency_keys where key = '{click}'")).await;
    app.sql("delete from idempotency_keys").await;
    for step in ["2026-11-22-000013_sealed_only", "2026-11-22-000012_sealed"] {
        if step.ends_with("_sealed") {
            app.sql(&format!(
                "update applications set answers_open = '{open}', answers_before_open = '{open}', \
                   answers = null, answers_before = null"
            ))
            .await;
        }
        let down = tests::app::root().join("migrations").join(step).join("down.sql");
        let down = std::fs::read_to_string(down).expect("down.sql");
        tests::db::connect(&app.database_url).await.batch_execute(&down).await.expect("down");
        let version: String = step.chars().take(17).filter(char::is_ascii_digit).collect();
        app.sql(&format!("delete from __diesel_schema_migrations where version = '{version}'")).await;
    }
    // The first answer of a request that will be repeated, in the clear as it was kept then.
    app.sql(&format!(
        "insert into idempotency_keys (actor, operation, key, request_hash, status, body) \
         select actor, operation, key, request_hash, status, '{}' from kept",
        serde_json::to_string(&first).expect("JSON")
    ))
    .await;
    assert_ne!(app.number(&leaks()).await, 0, "everything lies open");

    let migrate = |crash: &str| Process::start(command(&app, PROGRAM, &["migrate"]), crash).ended();
    // Before each of the two steps, the second time with everything sealed already.
    assert!(!migrate("migration.before_step:1:abort").await.status.success());
    assert!(!migrate("migration.before_step:2:abort").await.status.success());
    assert!(migrate("").await.status.success());
    assert_eq!(app.number(&leaks()).await, 0, "sealed");
    assert_eq!(app.number("select count(*) as n from applications where answers_before is null").await, 0);
    let repeated = citizen.client.create_application(click, &body).await.expect("the first answer");
    assert_eq!(repeated.id, first.id);
    let read = citizen.client.get_application(draft.id).await.expect("the draft");
    assert_eq!(read.answers, draft.answers);
}
