//! Whatever an officer opens is noted before it is shown (security rule 19).

use openapi::applications::PaperKind;
use openapi::page::PageQuery;
use openapi::{ErrorCode, client};
use tests::{Officer, TestApp, people};
use uuid::Uuid;

use crate::operators::operator;

fn code<T: std::fmt::Debug>(answer: Result<T, client::Error>) -> Option<ErrorCode> {
    answer.unwrap_err().code()
}

/// How many rows say that an officer has just opened this.
async fn noted(app: &TestApp, officer: &Officer, what: &str, subject: Uuid) -> i64 {
    let rows = format!(
        "select count(*) as n from case_reads where officer_id = '{}' and what = '{what}' \
         and subject_id = '{subject}' and at between now() - interval '10 minutes' and now()",
        officer.id
    );
    app.number(&rows).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_officer_opens_is_noted_with_who_and_when() {
    let app = TestApp::start().await;
    let (citizen, officer, colleague) = (app.citizen().await, app.officer().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let (id, document) = (filed.id, filed.documents[0].id);
    let (desk, page) = (&officer.client, PageQuery::default());
    desk.get_case(id).await.unwrap();
    assert_eq!((noted(&app, &officer, "outline", id).await, noted(&app, &officer, "case", id).await), (1, 0));
    desk.take_case(id).await.unwrap();
    assert_eq!(noted(&app, &officer, "case", id).await, 1, "who takes a case sees it");

    let events = app.number("select count(*) as n from case_events").await;
    desk.list_case_messages(id, &page).await.unwrap();
    desk.download_case_document(document).await.unwrap();
    desk.download_case_paper(id, PaperKind::Receipt).await.unwrap();
    for (what, subject) in [("messages", id), ("document", document), ("receipt", id)] {
        assert_eq!(noted(&app, &officer, what, subject).await, 1, "{what}");
    }
    // What is not there has not been read.
    desk.download_case_paper(id, PaperKind::Result).await.unwrap_err();
    assert_eq!(noted(&app, &officer, "result", id).await, 0);
    // Pages read again whenever something changes; the hour may turn meanwhile.
    for _ in 0..5 {
        desk.get_case(id).await.unwrap();
    }
    assert!(noted(&app, &officer, "case", id).await <= 2);
    assert_eq!(
        app.number("select count(*) as n from case_events").await,
        events,
        "the timeline stays as it is"
    );

    // A colleague is refused all but the outline, and that is all that is noted.
    let other = &colleague.client;
    assert!(other.get_case(id).await.unwrap().answers.is_empty());
    assert_eq!(code(other.list_case_messages(id, &page).await), Some(ErrorCode::NotFound));
    assert_eq!(code(other.download_case_document(document).await), Some(ErrorCode::NotFound));
    assert_eq!(code(other.download_case_paper(id, PaperKind::Receipt).await), Some(ErrorCode::NotFound));
    assert_eq!(noted(&app, &colleague, "outline", id).await, 1);
    let theirs = format!("select count(*) as n from case_reads where officer_id = '{}'", colleague.id);
    assert_eq!(app.number(&theirs).await, 1);

    let number = filed.number.unwrap();
    let told = operator(&app, &["audit", "reads", "--number", &number]).await.unwrap();
    let rows = app.number("select count(*) as n from case_reads").await;
    assert_eq!(i64::try_from(told.lines().count()).unwrap(), rows, "{told}");
    assert!(told.contains(&format!("  {number}  document  {document}\n")), "{told}");
    people::employ(&app, "idle").await;
    let not_read = ["audit", "reads", "--number", number.as_str(), "--login", "idle"];
    assert_eq!(operator(&app, &not_read).await.unwrap(), "");
    for unknown in [["--login", "nobody"], ["--number", "ПР-2026-000000-00"]] {
        assert!(operator(&app, &[["audit", "reads"], unknown].concat()).await.is_err(), "{unknown:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_noted_is_not_shown() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let (filed, waiting) = (citizen.in_review(&app).await, citizen.in_review(&app).await);
    officer.take(filed.id).await;
    let (desk, document) = (&officer.client, filed.documents[0].id);
    app.sql("revoke insert on case_reads from prichal_app").await;
    for (what, refused) in [
        ("a case", code(desk.get_case(filed.id).await)),
        ("messages", code(desk.list_case_messages(filed.id, &PageQuery::default()).await)),
        ("a document", code(desk.download_case_document(document).await)),
        ("a paper", code(desk.download_case_paper(filed.id, PaperKind::Receipt).await)),
        ("another case", code(desk.take_case(waiting.id).await)),
    ] {
        assert_eq!(refused, Some(ErrorCode::Internal), "{what}");
    }
    assert_eq!(app.number("select count(*) as n from applications where officer_id is not null").await, 1);
    app.sql("grant insert on case_reads to prichal_app").await;
    officer.take(waiting.id).await;
    assert!(!desk.get_case(filed.id).await.unwrap().answers.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_noted_stays() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    officer.take(citizen.in_review(&app).await.id).await;
    let rows = "select count(*) as n from case_reads";
    let before = app.number(rows).await;
    for statement in ["update case_reads set at = now()", "delete from case_reads", "truncate case_reads"] {
        let url = app.database_url.clone();
        let refused = tokio::spawn(async move { tests::db::run(&url, statement).await });
        assert!(refused.await.is_err(), "{statement}");
    }
    assert!(before > 0 && app.number(rows).await == before);
}
