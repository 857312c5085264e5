//! The receipt of a payment (PY-04, PY-07): made by itself, attached to the application, told with the payment, checked
//! by anybody.

use openapi::ErrorCode;
use openapi::applications::{Application, PaperKind};
use openapi::page::PageQuery;
use openapi::payments::{Method, PaymentIn};
use openapi::verification::Verdict;
use serde_json::json;
use tests::people::key;
use tests::{Citizen, TestApp, make};

/// Files an invitation; the bank's id of a payment that has been begun for it.
async fn begun(app: &TestApp, citizen: &Citizen) -> (Application, String) {
    let draft = citizen.ready("invitation", make::invitation()).await;
    let filed = citizen.submit(app, &draft).await;
    let charge = filed.charge.as_ref().unwrap().id;
    citizen.client.start_payment(key(), charge, &PaymentIn { method: Method::Card }).await.unwrap();
    app.run_jobs().await;
    let provider = app.bank_payments().await.last().unwrap()["id"].as_str().unwrap().to_owned();
    (filed, provider)
}

/// What a reader finds on a paper, without the white space.
fn words(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    squeezed(&document.extract_text(&pages).unwrap())
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{200b}').collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_gets_a_receipt_that_anybody_can_check() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let (filed, provider) = begun(&app, &citizen).await;
    let charge = filed.charge.clone().unwrap();
    let early = citizen.client.download_paper(filed.id, PaperKind::Payment).await.unwrap_err();
    assert_eq!(early.code(), Some(ErrorCode::NotFound), "nothing is paid yet");
    app.pay(&provider, "succeed", json!({ "method": "bank_card" })).await;
    app.retry_jobs().await;

    let paid = citizen.client.get_application(filed.id).await.unwrap();
    let paper = paid.papers.iter().find(|paper| paper.kind == PaperKind::Payment).unwrap();
    let pdf = citizen.client.download_paper(filed.id, PaperKind::Payment).await.unwrap();
    let said = words(&pdf);
    let account = &citizen.account;
    for expected in [
        "1 600,00 ₽",
        "•••• ",
        "Банковская карта",
        "МСК",
        &format!("{} {}", account.family_name, account.given_name),
        &charge.uin,
        &charge.purpose,
        &charge.kbk,
        &charge.requisites.name,
        &charge.requisites.account,
        &charge.requisites.inn,
        paid.number.as_ref().unwrap(),
        &paper.verify_url,
    ] {
        assert!(said.contains(&squeezed(expected)), "{expected} is not in {said}");
    }
    // A long word is broken for the page.
    assert!(said.contains(&provider[..30]), "{provider} is not in {said}");

    let token = paper.verify_url.rsplit('/').next().unwrap();
    let verified = app.anonymous().verify_paper(token).await.unwrap();
    assert_eq!(verified.verdict, Verdict::Genuine);
    let checked = verified.paper.unwrap();
    assert_eq!((checked.kind, &checked.sha256), (PaperKind::Payment, &paper.sha256));

    let officer = app.officer().await;
    let case = officer.take(filed.id).await;
    assert!(case.papers.iter().any(|paper| paper.kind == PaperKind::Payment));
    assert_eq!(officer.client.download_case_paper(filed.id, PaperKind::Payment).await.unwrap(), pdf);
    let stranger = app.citizen().await;
    let foreign = stranger.client.download_paper(filed.id, PaperKind::Payment).await.unwrap_err();
    assert_eq!(foreign.code(), Some(ErrorCode::NotFound));
}

/// Word of the payment waits for the receipt, so that it is there when the letter is opened.
#[tokio::test(flavor = "multi_thread")]
async fn one_letter_tells_of_the_payment_and_its_receipt() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let (filed, provider) = begun(&app, &citizen).await;
    app.pay(&provider, "succeed", json!({ "method": "sbp" })).await;
    for _ in 0..3 {
        app.retry_jobs().await;
        app.sql("update jobs set state = 'ready' where kind in ('make_payment_receipt', 'read_payment')")
            .await;
    }
    assert_eq!(app.number("select count(*) as n from issued_documents where kind = 'payment'").await, 1);
    let feed = citizen.client.list_notifications(&PageQuery::default()).await.unwrap();
    let told: Vec<_> = feed.items.iter().filter(|item| item.kind == "paid").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].body.contains("Квитанция"), "{}", told[0].body);
    let mails = app.mails(&citizen.account.email, 1).await;
    let letters: Vec<_> = mails.iter().filter(|mail| mail["subject"] == "Оплата получена").collect();
    assert_eq!(letters.len(), 1);
    let link = format!("{}/applications/{}", app.portal, filed.id);
    assert!(letters[0]["links"].as_array().unwrap().contains(&json!(link)), "{}", letters[0]);
}

/// «Документы»: papers of all applications, page by page, and nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_finds_all_papers_in_one_list() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let (filed, provider) = begun(&app, &citizen).await;
    app.pay(&provider, "succeed", json!({})).await;
    app.retry_jobs().await;
    let other = citizen.in_review(&app).await;
    let mut found = Vec::new();
    let mut query = PageQuery { limit: Some(2), cursor: None };
    loop {
        let page = citizen.client.list_papers(&query).await.unwrap();
        found.extend(page.items);
        let Some(next) = page.next else { break };
        query.cursor = Some(next);
    }
    let kinds: Vec<_> = found.iter().map(|issued| (issued.application_id, issued.paper.kind)).collect();
    let expected =
        [(other.id, PaperKind::Receipt), (filed.id, PaperKind::Payment), (filed.id, PaperKind::Receipt)];
    assert_eq!(kinds, expected, "the newest first");
    assert_eq!(Some(&found[0].number), other.number.as_ref());
    let stranger = app.citizen().await;
    assert!(stranger.client.list_papers(&PageQuery::default()).await.unwrap().items.is_empty());
}
