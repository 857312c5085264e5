//! The bank's payments compared with ours (rule 13).

use backend::alarms::{self, Alarm};
use backend::jobs::{self, Job};
use openapi::applications::Application;
use openapi::payments::{Method, Payment, PaymentIn, PaymentState};
use serde_json::{Value, json};
use tests::people::key;
use tests::{Citizen, TestApp, make};
use uuid::Uuid;

async fn begun(app: &TestApp) -> (Citizen, Application, Payment, String) {
    let citizen = app.citizen().await;
    let draft = citizen.ready("invitation", make::invitation()).await;
    let filed = citizen.submit(app, &draft).await;
    let charge = filed.charge.as_ref().unwrap().id;
    let payment =
        citizen.client.start_payment(key(), charge, &PaymentIn { method: Method::Sbp }).await.unwrap();
    app.run_jobs().await;
    let provider = app.bank_payments().await.last().unwrap()["id"].as_str().unwrap().to_owned();
    (citizen, filed, payment, provider)
}

async fn paid(app: &TestApp) -> (Citizen, Payment, String) {
    let (citizen, _, payment, provider) = begun(app).await;
    app.pay(&provider, "succeed", json!({})).await;
    app.retry_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
    (citizen, payment, provider)
}

async fn state(citizen: &Citizen, payment: &Payment) -> PaymentState {
    citizen.client.get_payment(payment.id).await.unwrap().state
}

/// Compares, and does what follows; how many did not agree.
async fn reconcile(app: &TestApp) -> i64 {
    let conn = app.app.db.read().await.unwrap();
    jobs::enqueue(&conn, &Job::Reconcile { back_minutes: 120 }).await.unwrap();
    drop(conn);
    app.run_jobs().await;
    app.number("select differences::bigint as n from reconciliations order by at desc limit 1").await
}

async fn alarms(app: &TestApp) -> Vec<Alarm> {
    alarms::list(&mut app.app.db.read().await.unwrap()).await.unwrap()
}

/// Begins a payment at the bank behind our back.
async fn foreign(app: &TestApp) -> Uuid {
    let body = json!({
        "amount": { "value": "10.00", "currency": "RUB" }, "capture": true,
        "confirmation": { "type": "redirect", "return_url": "http://example.org/" },
    });
    let bank = &app.app.config.bank;
    let request = app.http().post(format!("{}payments", bank.url)).json(&body);
    let request = request.basic_auth(&bank.shop_id, Some(bank.secret_key.expose()));
    let answer = request.header("Idempotence-Key", key().to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().parse().unwrap()
}

/// The webhook is lost, and so is the job that reads the payment: it is found all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_everybody_has_forgotten_is_found() {
    let app = TestApp::start().await;
    app.fault(json!({ "target": "webhook", "kind": "lose" })).await;
    let (citizen, _, payment, provider) = begun(&app).await;
    assert_eq!(reconcile(&app).await, 0, "waiting for the payer is no difference");
    app.sql("delete from jobs where kind = 'read_payment'").await;
    app.pay(&provider, "succeed", json!({ "method": "sbp" })).await;
    app.retry_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Pending);
    assert_eq!(reconcile(&app).await, 1);
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
    assert_eq!(reconcile(&app).await, 0, "to zero");
    assert_eq!(alarms(&app).await.len(), 0, "nobody had to be called");
    assert_eq!(app.number("select count(*) as n from ledger_transfers").await, 1);
}

/// The same for a payment whose beginning was lost after the bank had heard of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_was_begun_only_at_the_bank_is_taken_up() {
    let app = TestApp::start().await;
    let (citizen, _, payment, _) = begun(&app).await;
    app.sql("delete from jobs where kind in ('start_payment', 'read_payment')").await;
    app.sql("update payments set state = 'starting', provider_id = null, confirmation_url = null").await;
    assert_eq!(reconcile(&app).await, 1);
    let read = citizen.client.get_payment(payment.id).await.unwrap();
    assert_eq!(read.state, PaymentState::Pending);
    assert!(read.confirmation_url.is_some());
    assert_eq!(app.bank_payments().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_nobody_here_knows_raises_an_alarm() {
    let app = TestApp::start().await;
    let (citizen, payment, _) = paid(&app).await;
    let unknown = foreign(&app).await;
    assert_eq!(reconcile(&app).await, 1);
    let found = alarms(&app).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.as_str(), found[0].subject_id), ("reconciliation", unknown));
    assert_eq!(found[0].data["differs"], "unknown");
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
    // Once per payment, however often it is found; and again when it was closed without a cure.
    reconcile(&app).await;
    assert_eq!(alarms(&app).await.len(), 1);
    alarms::close(&mut app.app.db.read().await.unwrap(), found[0].id).await.unwrap();
    reconcile(&app).await;
    assert_eq!(alarms(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_or_ending_raises_an_alarm() {
    let app = TestApp::start().await;
    let (citizen, payment, provider) = paid(&app).await;
    assert_eq!(reconcile(&app).await, 0);
    app.fault(json!({ "target": "bank", "kind": "wrong_amount" })).await;
    assert_eq!(reconcile(&app).await, 1);
    let differs = async || {
        let found = alarms(&app).await;
        let found = found.iter().find(|alarm| alarm.kind == "reconciliation").unwrap();
        assert_eq!((found.subject_id, &found.data["bank_payment"]), (payment.id, &json!(provider)));
        alarms::close(&mut app.app.db.read().await.unwrap(), found.id).await.unwrap();
        found.data["differs"].as_str().unwrap().to_owned()
    };
    assert_eq!(differs().await, "amount");
    app.heal().await;
    assert_eq!(reconcile(&app).await, 0);
    app.sql("update payments set state = 'failed'").await;
    assert!(reconcile(&app).await >= 1);
    assert_eq!(differs().await, "state");
    assert_eq!(state(&citizen, &payment).await, PaymentState::Failed, "a person decides");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_books_raise_an_alarm() {
    let app = TestApp::start().await;
    let (citizen, filed, ..) = begun(&app).await;
    app.sql("update charges set state = 'paid', paid_at = now()").await;
    assert_eq!(reconcile(&app).await, 1);
    let found = alarms(&app).await;
    assert_eq!((found[0].kind.as_str(), found[0].subject_id), ("ledger_breach", filed.charge.unwrap().id));
    assert_eq!(found[0].data["rule"], "paid_without_payment");
    drop(citizen);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_went_to_another_account_raises_an_alarm() {
    let app = TestApp::start().await;
    let (citizen, payment, _) = paid(&app).await;
    assert_eq!(reconcile(&app).await, 0);
    // What a wrong program might have written: nobody may change a transfer once it is there.
    app.sql("update charges set kbk = '18210807310011000110'").await;
    assert_eq!(reconcile(&app).await, 1);
    let found = alarms(&app).await;
    assert_eq!((found[0].kind.as_str(), found[0].subject_id), ("ledger_breach", payment.id));
    assert_eq!(found[0].data["rule"], "credited_elsewhere");
    drop(citizen);
}

/// More payments than the bank puts on a page, and a bank that is away: nothing is passed over.
#[tokio::test(flavor = "multi_thread")]
async fn long_lists_are_read_to_their_end_and_outages_only_cost_time() {
    let app = TestApp::start().await;
    let (citizen, _, payment, provider) = begun(&app).await;
    // The list begins with the newest, so ours stands on the second page.
    for _ in 0..100 {
        foreign(&app).await;
    }
    app.sql("delete from jobs where kind = 'read_payment'").await;
    app.fault(json!({ "target": "webhook", "kind": "lose" })).await;
    app.pay(&provider, "succeed", json!({})).await;
    app.fault(json!({ "target": "bank", "kind": "error500" })).await;
    let conn = app.app.db.read().await.unwrap();
    jobs::enqueue(&conn, &Job::Reconcile { back_minutes: 120 }).await.unwrap();
    drop(conn);
    app.run_jobs().await;
    assert_eq!(app.number("select count(*) as n from reconciliations").await, 0, "it has not taken place");
    assert_eq!(app.number("select count(*) as n from jobs where state = 'parked'").await, 0);
    app.heal().await;
    assert_eq!(reconcile(&app).await, 101);
    assert_eq!(app.number("select seen::bigint as n from reconciliations").await, 101);
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
}
