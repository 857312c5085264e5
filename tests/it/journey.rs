//! The main job through the documented API: from sign-up to a paid, decided, signed and publicly verified result.

use openapi::applications::{PaperKind, State};
use openapi::desk::{ApprovalIn, CasesQuery, View};
use openapi::page::PageQuery;
use openapi::payments::{ChargeState, Method, PaymentIn, PaymentState};
use openapi::verification::Verdict;
use serde_json::json;
use tests::people::key;
use tests::{TestApp, make};

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_filed_paid_decided_and_verified() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let officer = app.officer().await;

    let draft = citizen.ready("invitation", make::invitation()).await;
    let filed = citizen.submit(&app, &draft).await;
    assert_eq!(filed.state, State::AwaitingPayment);
    let number = filed.number.clone().unwrap();
    assert!(catalogue::identifiers::number::is_valid(&number), "{number}");
    let charge = filed.charge.clone().unwrap();
    assert_eq!(charge.state, ChargeState::Unpaid);
    assert!(charge.purpose.contains(&number));
    assert!(charge.qr_payload.starts_with("ST00012|"));
    app.run_jobs().await;
    assert!(citizen.client.list_notifications(&PageQuery::default()).await.unwrap().unread >= 1);

    // A declined card is explained and can be repeated.
    let declined = pay(&app, &citizen, charge.id, "cancel", json!({ "reason": "insufficient_funds" })).await;
    assert_eq!(declined.state, PaymentState::Failed);
    assert_eq!(declined.failure_reason.as_deref(), Some("insufficient_funds"));
    let paid = pay(&app, &citizen, charge.id, "succeed", json!({ "method": "bank_card" })).await;
    assert_eq!(paid.state, PaymentState::Succeeded);

    app.run_jobs().await;
    let queued = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(queued.state, State::InReview);
    assert_eq!(queued.charge.unwrap().state, ChargeState::Paid);

    let queue =
        officer.client.list_cases(&CasesQuery { view: View::Queue, ..CasesQuery::default() }).await.unwrap();
    assert!(queue.items.iter().any(|case| case.number == number));
    let case = officer.take(filed.id).await;
    assert_eq!(case.documents.len(), 4);
    assert!(!case.checks.is_empty());
    let scan = officer.client.download_case_document(case.documents[0].id).await.unwrap();
    assert!(scan.starts_with(&[0xff, 0xd8]), "a JPEG");
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();

    app.run_jobs().await;
    let decided = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(decided.state, State::Approved);
    let kinds: Vec<&str> = decided.timeline.iter().map(|event| event.kind.as_str()).collect();
    for kind in ["submitted", "charge_formed", "paid", "checked", "taken", "approved"] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
    let pdf = citizen.client.download_paper(filed.id, PaperKind::Result).await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let paper = decided.papers.iter().find(|paper| paper.kind == PaperKind::Result).unwrap();
    let token = paper.verify_url.rsplit('/').next().unwrap();
    let verified = app.anonymous().verify_paper(token).await.unwrap();
    assert_eq!(verified.verdict, Verdict::Genuine);
    assert_eq!(verified.paper.unwrap().number, number);

    // Told at every step, by mail too.
    let mails = app.mails(&citizen.account.email, 5).await;
    assert!(mails.iter().any(|mail| mail["text"].as_str().unwrap_or_default().contains(&number)));
    let income =
        "select coalesce(sum(amount), 0)::bigint as n from ledger_transfers where credit like 'treasury:%'";
    let owed = "select sum(amount)::bigint as n from charges where state = 'paid'";
    assert_eq!(app.number(income).await, app.number(owed).await);
    assert_eq!(app.number("select count(*) as n from ledger_transfers").await, 1);
}

/// Starts a payment, acts as the payer at the bank and waits for the webhook's work.
async fn pay(
    app: &TestApp,
    citizen: &tests::Citizen,
    charge: uuid::Uuid,
    act: &str,
    body: serde_json::Value,
) -> openapi::payments::Payment {
    let payment =
        citizen.client.start_payment(key(), charge, &PaymentIn { method: Method::Card }).await.unwrap();
    app.run_jobs().await;
    let pending = citizen.client.get_payment(payment.id).await.unwrap();
    assert_eq!(pending.state, PaymentState::Pending);
    assert!(pending.confirmation_url.is_some());
    let at_bank = app.bank_payments().await;
    let provider_id = at_bank.last().unwrap()["id"].as_str().unwrap().to_owned();
    app.pay(&provider_id, act, body).await;
    app.retry_jobs().await;
    citizen.client.get_payment(payment.id).await.unwrap()
}
