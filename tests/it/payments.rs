//! Money: hints, lost answers, other amounts, and a ledger that sums to zero (PY-01, 02, 04, 06).

use backend::alarms;
use backend::payments::ledger;
use chrono::NaiveDate;
use openapi::ErrorCode;
use openapi::applications::{Application, State};
use openapi::payments::{ChargeState, Method, Payment, PaymentIn, PaymentState, PaymentsQuery};
use serde_json::{Value, json};
use tests::people::key;
use tests::{Citizen, TestApp, make};

async fn owed(app: &TestApp) -> (Citizen, Application) {
    let citizen = app.citizen().await;
    let draft = citizen.ready("invitation", make::invitation()).await;
    let filed = citizen.submit(app, &draft).await;
    (citizen, filed)
}

async fn start(app: &TestApp, citizen: &Citizen, filed: &Application) -> (Payment, String) {
    let charge = filed.charge.as_ref().unwrap().id;
    let payment =
        citizen.client.start_payment(key(), charge, &PaymentIn { method: Method::Sbp }).await.unwrap();
    app.run_jobs().await;
    let id = app.bank_payments().await.last().unwrap()["id"].as_str().unwrap().to_owned();
    (payment, id)
}

async fn state(citizen: &Citizen, payment: &Payment) -> PaymentState {
    citizen.client.get_payment(payment.id).await.unwrap().state
}

async fn sound(app: &TestApp, transfers: i64) {
    let breaches = ledger::verify(&mut app.app.db.read().await.unwrap(), None).await.unwrap();
    assert_eq!(breaches, Vec::new());
    assert_eq!(app.number("select count(*) as n from ledger_transfers").await, transfers);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_charge_has_one_living_payment() {
    let app = TestApp::start().await;
    let (citizen, filed) = owed(&app).await;
    let charge = filed.charge.as_ref().unwrap().id;
    let (key_one, body) = (key(), PaymentIn { method: Method::Card });
    let first = citizen.client.start_payment(key_one, charge, &body).await.unwrap();
    let again = citizen.client.start_payment(key_one, charge, &body).await.unwrap();
    assert_eq!(first.id, again.id);
    let second = citizen.client.start_payment(key(), charge, &body).await.unwrap_err();
    assert_eq!(second.code(), Some(ErrorCode::PaymentAlive));
    let stranger = app.citizen().await;
    let foreign = stranger.client.start_payment(key(), charge, &body).await.unwrap_err();
    assert_eq!(foreign.code(), Some(ErrorCode::NotFound));
    assert_eq!(stranger.client.get_charge(charge).await.unwrap_err().code(), Some(ErrorCode::NotFound));
    assert_eq!(stranger.client.get_payment(first.id).await.unwrap_err().code(), Some(ErrorCode::NotFound));
    app.run_jobs().await;
    assert_eq!(app.bank_payments().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_webhooks_are_found_by_asking() {
    let app = TestApp::start().await;
    app.fault(json!({ "target": "webhook", "kind": "lose" })).await;
    let (citizen, filed) = owed(&app).await;
    let (payment, provider) = start(&app, &citizen, &filed).await;
    app.pay(&provider, "succeed", json!({ "method": "sbp" })).await;
    app.retry_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
    assert_eq!(app.number("select count(*) as n from webhook_inbox").await, 0);
    sound(&app, 1).await;
}

/// A forged, early or repeated webhook is a hint to look, and looking shows the truth.
#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_not_believed() {
    let app = TestApp::start().await;
    let (citizen, filed) = owed(&app).await;
    let (payment, provider) = start(&app, &citizen, &filed).await;
    let forged = json!({
        "type": "notification", "event": "payment.succeeded",
        "object": { "id": provider, "status": "succeeded", "paid": true, "amount": { "value": "1.00", "currency": "RUB" } }
    });
    for body in [
        forged.clone(),
        forged,
        json!({ "object": { "id": "22e12f66-000f-5000-8000-18db351245c7" } }),
        json!({}),
    ] {
        let answer = app.control("webhooks", body).await;
        assert!(answer["status"].as_u64().unwrap() < 500, "{answer}");
    }
    app.run_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Pending);
    sound(&app, 0).await;
    app.pay(&provider, "succeed", json!({})).await;
    app.retry_jobs().await;
    let event = json!({ "type": "notification", "event": "payment.succeeded", "object": { "id": provider } });
    for _ in 0..3 {
        app.control("webhooks", event.clone()).await;
        app.retry_jobs().await;
    }
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
    sound(&app, 1).await;
    assert_eq!(app.number("select count(*) as n from case_events where kind = 'paid'").await, 1);
}

/// Withdrawn while the payer was at the bank: the money is owed back, people are told, and nobody is promised a receipt.
#[tokio::test(flavor = "multi_thread")]
async fn money_for_a_withdrawn_application_is_owed_back() {
    let app = TestApp::start().await;
    let (citizen, filed) = owed(&app).await;
    let (payment, provider) = start(&app, &citizen, &filed).await;
    citizen.client.withdraw_application(key(), filed.id, filed.version).await.unwrap();
    app.pay(&provider, "succeed", json!({})).await;
    app.retry_jobs().await;
    let read = citizen.client.get_payment(payment.id).await.unwrap();
    assert_eq!((read.state, read.charge_state), (PaymentState::Succeeded, ChargeState::Cancelled));
    assert_eq!(
        app.number("select count(*) as n from ledger_transfers where credit like 'suspense:%'").await,
        1
    );
    let found = alarms::list(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert_eq!(found.iter().map(|alarm| alarm.kind.as_str()).collect::<Vec<_>>(), ["charge_closed_paid"]);
    let mails = app.mails(&citizen.account.email, 1).await;
    assert!(mails.iter().any(|mail| mail["subject"] == "Мы должны вернуть вам оплату"), "{mails:?}");
    sound(&app, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_is_parked_with_an_alarm() {
    let app = TestApp::start().await;
    let (citizen, filed) = owed(&app).await;
    let (payment, provider) = start(&app, &citizen, &filed).await;
    app.fault(json!({ "target": "bank", "kind": "wrong_amount" })).await;
    app.pay(&provider, "succeed", json!({})).await;
    app.retry_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Parked);
    let charge = citizen.client.get_charge(filed.charge.as_ref().unwrap().id).await.unwrap();
    assert_eq!(charge.state, ChargeState::Unpaid);
    sound(&app, 0).await;
    // Once the bank has put it right, whoever is on duty lets it be read again.
    app.heal().await;
    let alarms = alarms::list(&mut app.app.db.read().await.unwrap()).await.unwrap();
    let alarm = alarms.iter().find(|alarm| alarm.kind == "payment_mismatch").unwrap();
    assert_eq!(alarm.subject_id, payment.id);
    alarms::retry(&app.app, alarm.id).await.unwrap();
    app.run_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Succeeded);
    sound(&app, 1).await;
}

/// The bank's answer is lost after it has done its work: the repeat carries the same key.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_of_the_bank_makes_no_second_payment() {
    for fault in ["drop_after", "error500_after", "drop_before", "error500"] {
        let app = TestApp::start().await;
        let (citizen, filed) = owed(&app).await;
        app.fault(json!({ "target": "bank", "kind": fault, "times": 1, "method": "POST" })).await;
        let charge = filed.charge.as_ref().unwrap().id;
        let payment =
            citizen.client.start_payment(key(), charge, &PaymentIn { method: Method::Card }).await.unwrap();
        app.run_jobs().await;
        app.retry_jobs().await;
        let read = citizen.client.get_payment(payment.id).await.unwrap();
        assert_eq!(read.state, PaymentState::Pending, "{fault}");
        assert!(read.confirmation_url.is_some(), "{fault}");
        assert_eq!(app.bank_payments().await.len(), 1, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_let_lie_can_be_begun_again() {
    let app = TestApp::start().await;
    let (citizen, filed) = owed(&app).await;
    let (payment, provider) = start(&app, &citizen, &filed).await;
    app.pay(&provider, "expire", Value::Null).await;
    app.retry_jobs().await;
    assert_eq!(state(&citizen, &payment).await, PaymentState::Canceled);
    let (second, provider) = start(&app, &citizen, &filed).await;
    app.pay(&provider, "succeed", json!({ "method": "sbp" })).await;
    app.retry_jobs().await;
    assert_eq!(state(&citizen, &second).await, PaymentState::Succeeded);
    let list = citizen.client.list_payments(&PaymentsQuery::default()).await.unwrap();
    assert_eq!(list.items.iter().map(|payment| payment.id).collect::<Vec<_>>(), [second.id, payment.id]);
    let application = citizen.client.get_application(filed.id).await.unwrap();
    assert!(matches!(application.state, State::AutoChecking | State::InReview));
    sound(&app, 1).await;
}

/// PY-06: the list by days and by service.
#[tokio::test(flavor = "multi_thread")]
async fn payments_are_found_by_day_and_service() {
    let app = TestApp::start().await;
    let (citizen, filed) = owed(&app).await;
    let (old, provider) = start(&app, &citizen, &filed).await;
    app.pay(&provider, "expire", Value::Null).await;
    app.retry_jobs().await;
    let (new, _) = start(&app, &citizen, &filed).await;
    // The first was begun in the last second of a day in Moscow.
    app.sql(&format!("update payments set created_at = '2026-03-07T20:59:59Z' where id = '{}'", old.id))
        .await;
    let day = |text: &str| Some(text.parse().unwrap());
    let of = |code: &str| Some(code.to_owned());
    let all = PaymentsQuery::default();
    for (query, found) in [
        (PaymentsQuery { to: day("2026-03-07"), ..all.clone() }, vec![old.id]),
        (PaymentsQuery { from: day("2026-03-07"), to: day("2026-03-07"), ..all.clone() }, vec![old.id]),
        (PaymentsQuery { to: day("2026-03-06"), ..all.clone() }, vec![]),
        // Years that no database holds.
        (
            PaymentsQuery { from: Some(NaiveDate::MIN), to: Some(NaiveDate::MAX), ..all.clone() },
            vec![new.id, old.id],
        ),
        (PaymentsQuery { to: Some(NaiveDate::MIN), ..all.clone() }, vec![]),
        (PaymentsQuery { from: day("2026-03-08"), ..all.clone() }, vec![new.id]),
        (PaymentsQuery { service: of("invitation"), ..all.clone() }, vec![new.id, old.id]),
        (PaymentsQuery { service: of("arrival-notice"), ..all.clone() }, vec![]),
    ] {
        let list = citizen.client.list_payments(&query).await.unwrap();
        assert_eq!(list.items.iter().map(|payment| payment.id).collect::<Vec<_>>(), found, "{query:?}");
    }
    let backwards = PaymentsQuery { from: day("2026-03-08"), to: day("2026-03-07"), ..all };
    let refusal = citizen.client.list_payments(&backwards).await.unwrap_err();
    assert!(refusal.problem().unwrap().errors.iter().any(|error| error.pointer == "/to"));
    let nobody_else = app.citizen().await;
    assert!(nobody_else.client.list_payments(&PaymentsQuery::default()).await.unwrap().items.is_empty());
}
