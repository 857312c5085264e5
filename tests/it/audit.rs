//! The history of a case cannot be rewritten unseen.

use tests::TestApp;

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
