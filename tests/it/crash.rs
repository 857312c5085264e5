//! Processes that die, fail and stall at named places (§ 6): nothing acknowledged is lost, nothing exists twice, and
//! a repeat with the same key ends every doubt.
//!
//! `CRASH_ROUNDS` goes through all places that often (1), `CRASH_SLEEP_MS` says how long a stall takes (600).

use std::collections::BTreeSet;
use std::sync::Arc;

use openapi::applications::{AnswersIn, Application, ApplicationIn, ResubmissionIn, State, SubmissionIn};
use openapi::client::{Client, Error, Realm};
use openapi::desk::{ApprovalIn, CorrectionIn, RemarkIn};
use openapi::documents::{UploadQuery, Uploaded};
use openapi::messages::MessageIn;
use openapi::payments::{Method, PaymentIn};
use serde_json::json;
use tests::people::key;
use tests::process::{Doors, Process, command};
use tests::{Citizen, Officer, TestApp, files, make};
use uuid::Uuid;

use crate::day::{Day, Fault, PROGRAM};

/// How many people file in the same moment.
const BURST: i64 = 4;
const QUESTION: &str = "Нужен ли перевод договора?";

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Files an invitation with its scans, through every place there is on the way.
async fn file(day: &mut Day<'_>, citizen: &Citizen, client: &Client) -> Application {
    let (click, body) = (key(), ApplicationIn::new("invitation"));
    let draft = day.once(async || client.create_application(click, &body).await).await;
    let answers = AnswersIn { answers: make::invitation() };
    day.insist(async || client.save_answers(draft.id, draft.version, &answers).await).await;
    for item in ["passport", "housing", "registration", "contract"] {
        attach(day, client, draft.id, item, None).await;
    }
    let click = key();
    let challenge = day.once(async || client.request_submission_code(click, draft.id).await).await;
    day.work().await;
    let code = day.app.code(&citizen.account.phone).await;
    let body = SubmissionIn { challenge_id: challenge.id, code: code.into(), consent: true };
    let ready = day.insist(async || client.get_application(draft.id).await).await;
    let click = key();
    day.once(async || client.submit_application(click, draft.id, ready.version, &body).await).await
}

async fn attach(
    day: &mut Day<'_>,
    client: &Client,
    id: Uuid,
    item: &str,
    replaces: Option<Uuid>,
) -> Uploaded {
    let query = UploadQuery { item: item.to_owned(), name: "scan.jpg".to_owned(), replaces };
    // The same file again would mend nothing.
    let scan = if replaces.is_some() { files::png() } else { files::jpeg() };
    let click = key();
    day.once(async || client.upload_document(click, id, &query, scan.clone(), None).await).await
}

async fn pay(day: &mut Day<'_>, client: &Client, filed: &Application) {
    let (click, charge) = (key(), filed.charge.as_ref().unwrap().id);
    let body = PaymentIn { method: Method::Sbp };
    day.once(async || client.start_payment(click, charge, &body).await).await;
    day.work().await;
    let provider = day.app.bank_payments().await.last().unwrap()["id"].as_str().unwrap().to_owned();
    day.app.pay(&provider, "succeed", json!({ "method": "sbp" })).await;
    let hint = json!({ "type": "notification", "event": "payment.succeeded", "object": { "id": provider } });
    day.insist(async || client.receive_bank_webhook(&hint).await).await;
    day.work().await;
}

async fn decide(day: &mut Day<'_>, officer: &Client, client: &Client, id: Uuid) {
    let case = day.insist(async || officer.take_case(id).await).await;
    let (click, text) = (key(), MessageIn { body: QUESTION.to_owned() });
    day.once(async || client.send_message(click, id, &text).await).await;
    let click = key();
    day.once(async || officer.send_case_message(click, id, &text).await).await;
    let remark = RemarkIn {
        pointer: "/documents/housing".to_owned(),
        reason: None,
        comment: "Приложите страницу с подписями.".to_owned(),
    };
    let (click, body) = (key(), CorrectionIn { remarks: vec![remark] });
    day.once(async || officer.request_correction(click, id, case.version, &body).await).await;
    let blurred = case.documents.iter().find(|document| document.item == "housing").unwrap().id;
    attach(day, client, id, "housing", Some(blurred)).await;
    send_again(day, client, id).await;
    let filed = day.insist(async || client.get_application(id).await).await;
    let click = key();
    day.once(async || client.amend_application(click, id, filed.version).await).await;
    send_again(day, client, id).await;
    let case = day.insist(async || officer.get_case(id).await).await;
    let (click, body) = (key(), ApprovalIn::default());
    day.once(async || officer.approve_case(click, id, case.version, &body).await).await;
    day.work().await;
}

async fn send_again(day: &mut Day<'_>, client: &Client, id: Uuid) {
    let mended = day.insist(async || client.get_application(id).await).await;
    let (click, body) = (key(), ResubmissionIn::default());
    day.once(async || client.resubmit_application(click, id, mended.version, &body).await).await;
    day.work().await;
}

/// A day from the draft to the result in which every place is passed; then the invariants.
async fn a_day_with(fault: Fault) {
    for _ in 0..setting("CRASH_ROUNDS", 1) {
        let app = TestApp::start_with(|config| config.auth.refresh_grace_seconds = 300).await;
        // The bank's hints are passed on by the day itself, when somebody is there to hear them.
        app.sandbox.set_webhook_url(None);
        let (citizen, officer) = (app.citizen().await, app.officer().await);
        let mut day = Day::begin(&app, fault).await;
        let client = day.client(Realm::Portal, &citizen.client);
        let desk = day.client(Realm::Desk, &officer.client);

        day.insist(async || client.refresh_session().await).await;
        let filed = file(&mut day, &citizen, &client).await;
        pay(&mut day, &client, &filed).await;
        decide(&mut day, &desk, &client, filed.id).await;
        let (never, log) = day.end().await;
        assert!(never.is_empty(), "never reached: {never:?}");
        tells_nobodys_data(&log, &citizen);
        judge(&app, &citizen, &officer, &filed).await;
    }
}

/// What holds after any fault (invariants I1 to I6, I10).
async fn judge(app: &TestApp, citizen: &Citizen, officer: &Officer, filed: &Application) {
    let decided = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!((decided.state, &decided.number), (State::Approved, &filed.number));
    assert_eq!(decided.submitted_at, filed.submitted_at, "the time of filing is that of the first answer");
    for (what, count) in [
        ("applications", 1),
        ("documents", 5),
        ("documents where replaced_at is null", 4),
        ("charges where state = 'paid'", 1),
        ("payments where state = 'succeeded'", 1),
        ("payments", 1),
        ("ledger_transfers", 1),
        ("webhook_inbox", 1),
        ("issued_documents", 3),
        ("messages", 2),
        ("remarks where resolved_at is not null", 1),
        ("alarms", 0),
        ("jobs where state = 'parked'", 0),
    ] {
        assert_eq!(app.number(&format!("select count(*) as n from {what}")).await, count, "{what}");
    }
    let kinds: Vec<&str> = decided.timeline.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "submitted",
            "charge_formed",
            "paid",
            "checked",
            "taken",
            "message_received",
            "message_sent",
            "correction_requested",
            "resubmitted",
            "checked",
            "amending",
            "resubmitted",
            "checked",
            "approved",
        ]
    );
    assert_eq!(app.bank_payments().await.len(), 1, "the bank was asked for one payment");
    for document in &decided.documents {
        let content = citizen.client.download_document(document.id).await.unwrap();
        assert_eq!(i64::try_from(content.len()).unwrap(), i64::from(document.size));
    }
    assert_eq!(officer.client.get_case(filed.id).await.unwrap().documents.len(), 4);
    told_once(app, citizen).await;
    let audit = Process::start(command(app, PROGRAM, &["audit", "verify"]), "").ended().await;
    assert!(audit.status.success(), "chains and ledger");
}

/// Logs outlive cases and are read by many: whatever happens on a day, nobody's data stand in them (security rule 18).
fn tells_nobodys_data(log: &str, citizen: &Citizen) {
    assert!(log.lines().any(|line| line.contains("\"http.route\":\"/api/v1/applications/{id}/submission\"")));
    let account = &citizen.account;
    let contacts = [&account.email, &account.phone, &account.family_name, &account.given_name];
    let told = make::invitation();
    let answers =
        told.iter().filter(|(_, answer)| answer.as_str().is_some_and(|text| text.chars().count() > 6));
    let answers = answers.filter_map(|(_, answer)| answer.as_str());
    let rest = [make::PASSWORD, "scan.jpg", "Причальная", "Приложите страницу", QUESTION];
    for word in contacts.into_iter().map(String::as_str).chain(answers).chain(rest) {
        let line = log.lines().find(|line| line.contains(word));
        assert!(line.is_none(), "{word:?} in the log: {line:?}");
    }
}

/// Everything has been told; by SMS once, by mail with copies only where a process died in between.
async fn told_once(app: &TestApp, citizen: &Citizen) {
    let all = app.number("select count(*) as n from notifications").await;
    let kinds = app.number("select count(distinct kind) as n from notifications").await;
    // In review after filing, after mending and after changing; sent again twice.
    assert_eq!(all, kinds + 3, "each step is told once");
    // The letter of an approval is that of its document.
    let sendable = all - 1;
    assert_eq!(app.number("select count(*) as n from deliveries where channel = 'email'").await, sendable);
    // The later «in review» and «sent again» have the words of the first: within a minute they are the same SMS and noted as
    // said, and everything else has been sent.
    let waiting = "select count(*) as n from jobs j join notifications n on j.payload ->> 'notification_id' = n.id::text \
                   where j.kind = 'notify_by_sms' and j.state = 'ready' and n.kind in ('in_review', 'resubmitted')";
    let sent = app.number("select count(*) as n from deliveries where channel = 'sms'").await;
    let waiting = app.number(waiting).await;
    // Of a message only the letter tells.
    let by_sms = sendable - 1;
    assert!(waiting <= 3 && sent + waiting == by_sms, "by SMS: {sent} sent, {waiting} wait, of {by_sms}");
    let mails = app.mails(&citizen.account.email, 1).await;
    let ids: BTreeSet<_> = mails.iter().map(|mail| mail["message_id"].as_str().unwrap()).collect();
    // Two places lie between sending and the record; a letter of the sign-up is among the mails.
    assert!(mails.len() <= ids.len() + 2, "copies: {} of {}", mails.len(), ids.len());
    assert_eq!(i64::try_from(ids.len()).unwrap(), sendable + 1);
    let sms = app.sms(&citizen.account.phone, 1).await;
    let texts: BTreeSet<_> = sms.iter().map(|sms| sms["text"].as_str().unwrap()).collect();
    assert_eq!(sms.len(), texts.len(), "no SMS twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_may_die_anywhere() {
    a_day_with(Fault::Abort).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_may_fail_anywhere() {
    a_day_with(Fault::Error).await;
}

/// People press again while the first try is still on its way.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_may_stall_anywhere() {
    a_day_with(Fault::Sleep(setting("CRASH_SLEEP_MS", 600))).await;
}

/// People file in the same moment, and the server dies with the second of them, before or after the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_filings_survives_the_death_of_the_server() {
    for moment in ["before_commit", "after_commit"] {
        let app = TestApp::start().await;
        let doors = Doors::free();
        let crash = format!("submit_application.{moment}:2:abort");
        let server = Process::serve(&app, PROGRAM, &doors, &crash).await;
        let mut filings = Vec::new();
        for _ in 0..BURST {
            filings.push(Arc::new(Filing::prepare(&app, &doors).await));
        }
        let tasks: Vec<_> = filings
            .iter()
            .map(|filing| {
                let filing = Arc::clone(filing);
                tokio::spawn(async move { filing.file().await.ok() })
            })
            .collect();
        let mut acknowledged = Vec::new();
        for task in tasks {
            acknowledged.push(task.await.unwrap());
        }
        assert_eq!(server.ended().await.reached.len(), 1);
        assert!(acknowledged.iter().any(Option::is_none), "whoever was answered last was not");

        let _server = Process::serve(&app, PROGRAM, &doors, "").await;
        for (filing, first) in filings.iter().zip(acknowledged) {
            let again = filing.file().await.unwrap();
            assert!(first.is_none_or(|first| first == again), "the first answer again");
            assert_ne!(again.state, State::Draft);
        }
        for what in [
            "case_events where kind = 'submitted'",
            "notifications where kind = 'submitted'",
            "jobs where kind = 'make_receipt'",
            "(select distinct number from applications) as numbers",
        ] {
            let found = app.number(&format!("select count(*) as n from {what}")).await;
            assert_eq!(found, BURST, "{moment}: {what}");
        }
        let audit = Process::start(command(&app, PROGRAM, &["audit", "verify"]), "").ended().await;
        assert!(audit.status.success());
    }
}

/// Somebody with everything ready to be filed.
struct Filing {
    client: Client,
    draft: Application,
    body: SubmissionIn,
    key: Uuid,
}

impl Filing {
    async fn prepare(app: &TestApp, doors: &Doors) -> Self {
        let citizen = app.citizen().await;
        let draft = citizen.ready("arrival-notice", make::arrival()).await;
        let (challenge, code) = citizen.submission_code(app, draft.id).await;
        let body = SubmissionIn { challenge_id: challenge.id, code: code.into(), consent: true };
        let client = Client::new(&doors.origin(Realm::Portal), Realm::Portal, "ru");
        client.set_access_token(citizen.client.access_token());
        Self { client, draft, body, key: key() }
    }

    async fn file(&self) -> Result<Application, Error> {
        self.client.submit_application(self.key, self.draft.id, self.draft.version, &self.body).await
    }
}

/// A migration that is cut off, before or after any of its steps, is taken up where it stopped.
#[tokio::test(flavor = "multi_thread")]
async fn migrations_may_stop_between_any_two_steps() {
    let app = TestApp::start().await;
    let wanted = app.number(SHAPE).await;
    for moment in ["before_step", "after_step"] {
        app.sql("drop schema public cascade").await;
        app.sql("create schema public").await;
        let migrate = |crash: String| Process::start(command(&app, PROGRAM, &["migrate"]), &crash).ended();
        let mut deaths = 0;
        // Each run dies one step further on than the one before.
        while !migrate(format!("migration.{moment}:{}:abort", 1 + deaths % 2)).await.status.success() {
            deaths += 1;
            assert!(deaths < 50);
        }
        assert!(deaths >= 3, "{moment}: {deaths}");
        assert_eq!(app.number(SHAPE).await, wanted, "{moment}");
    }
}

/// A number that says which tables, columns, indexes and constraints there are.
const SHAPE: &str = "select (select count(*) from information_schema.columns where table_schema = 'public') * 1000000 \
    + (select count(*) from pg_indexes where schemaname = 'public') * 1000 \
    + (select count(*) from pg_constraint c join pg_namespace n on n.oid = c.connamespace where n.nspname = 'public') as n";
