//! Told at once: feed, mail, SMS, open pages (§ main job 10).

use std::time::{Duration, Instant};

use backend::notifications::{self, News};
use diesel_async::SimpleAsyncConnection;
use openapi::ErrorCode;
use openapi::desk::ApprovalIn;
use openapi::events::{Change, ChangesQuery, Subject};
use openapi::notifications::ReadIn;
use openapi::page::PageQuery;
use serde_json::json;
use tests::people::key;
use tests::{TestApp, db, files, make};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_counts_what_is_unread() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    citizen.in_review(&app).await;
    let feed = citizen.client.list_notifications(&PageQuery::default()).await.unwrap();
    assert_eq!(i64::try_from(feed.items.len()).unwrap(), feed.unread);
    assert!(feed.unread >= 2, "filed and in review");
    for item in &feed.items {
        assert!(!item.title.is_empty() && !item.body.is_empty() && !item.body.contains('{'), "{item:?}");
    }
    citizen.client.mark_notifications_read(&ReadIn { up_to: feed.items[1].id }).await.unwrap();
    assert_eq!(citizen.client.list_notifications(&PageQuery::default()).await.unwrap().unread, 1);
    let other = app.citizen().await;
    assert_eq!(other.client.list_notifications(&PageQuery::default()).await.unwrap().unread, 0);
}

/// Whoever has looked at an application has seen what was told about it; of the others nothing is taken for seen.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_is_looked_at_is_read() {
    let app = TestApp::start().await;
    let (citizen, stranger) = (app.citizen().await, app.citizen().await);
    let (seen, other) = (citizen.in_review(&app).await, citizen.in_review(&app).await);
    let unread = async || citizen.client.list_notifications(&PageQuery::default()).await.unwrap();
    let before = unread().await;
    let from = citizen.client.list_changes(ChangesQuery::default()).await.unwrap().seq;
    stranger.client.mark_application_read(seen.id).await.unwrap();
    assert_eq!(unread().await, before, "not theirs to read");
    for _ in 0..2 {
        citizen.client.mark_application_read(seen.id).await.unwrap();
    }
    let after = unread().await;
    for item in &after.items {
        assert_eq!(item.read_at.is_some(), item.application_id == Some(seen.id), "{item:?}");
    }
    let left = after.items.iter().filter(|item| item.application_id == Some(other.id)).count();
    assert!(left > 0 && after.unread < before.unread);
    // Other open pages count anew, once.
    let heard = citizen.client.list_changes(ChangesQuery { after: Some(from) }).await.unwrap().changes;
    assert_eq!(heard.iter().filter(|change| change.subject == Subject::Notification).count(), 1);
}

/// The decision and its document are one letter and one SMS, at once; the feed has both. A document people have waited
/// for is worth a letter of its own.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_one_letter() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    let (email, phone) = (citizen.account.email.clone(), citizen.account.phone.clone());
    let before = (app.mails(&email, 0).await.len(), app.sms(&phone, 0).await.len());
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    app.run_jobs().await;
    let (mails, sms) = (app.mails(&email, 0).await, app.sms(&phone, 0).await);
    assert_eq!((mails.len(), sms.len()), (before.0 + 1, before.1 + 1));
    assert_eq!(mails.last().unwrap()["subject"], "Заявление одобрено");
    let feed = citizen.client.list_notifications(&PageQuery::default()).await.unwrap();
    let kinds: Vec<_> = feed.items.iter().take(2).map(|item| item.kind.as_str()).collect();
    assert_eq!(kinds, ["result_ready", "approved"]);

    let late = citizen.in_review(&app).await;
    let case = officer.take(late.id).await;
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    app.sql("update applications set decided_at = decided_at - interval '11 minutes'").await;
    app.run_jobs().await;
    let subjects: Vec<_> =
        app.mails(&email, 0).await.iter().rev().take(2).map(|mail| mail["subject"].clone()).collect();
    assert!(subjects.contains(&json!("Заявление одобрено")) && subjects.contains(&json!("Документ готов")));
}

/// An hour without mail and SMS: everything arrives later, once.
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_delays_letters_and_doubles_none() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let (email, phone) = (citizen.account.email.clone(), citizen.account.phone.clone());
    let filed = citizen.submit(&app, &draft).await;
    for target in ["smtp", "sms"] {
        app.fault(json!({ "target": target, "kind": "down" })).await;
    }
    let before = (app.mails(&email, 0).await.len(), app.sms(&phone, 0).await.len());
    for _ in 0..3 {
        app.retry_jobs().await;
    }
    assert_eq!((app.mails(&email, 0).await.len(), app.sms(&phone, 0).await.len()), before);
    app.heal().await;
    app.retry_jobs().await;
    app.retry_jobs().await;
    let number = filed.number.unwrap();
    let submitted = app.number("select count(*) as n from notifications where kind = 'submitted'").await;
    assert_eq!(submitted, 1);
    let all = app.number("select count(*) as n from notifications").await;
    assert_eq!(app.number("select count(*) as n from deliveries where channel = 'email'").await, all);
    let mails = app.mails(&email, 1).await;
    let mut ids: Vec<&str> = mails.iter().map(|mail| mail["message_id"].as_str().unwrap()).collect();
    let total = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), total, "no letter twice");
    assert!(mails.iter().any(|mail| mail["text"].as_str().unwrap().contains(&number)));
}

/// Equal notices do not go round for ever, one a minute: the person gets the text once. Feed and mail have all of them.
#[tokio::test(flavor = "multi_thread")]
async fn equal_notices_are_one_sms() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let filed = citizen.in_review(&app).await;
    let (email, phone) = (citizen.account.email.clone(), citizen.account.phone.clone());
    let before = (app.mails(&email, 0).await.len(), app.sms(&phone, 0).await.len());
    let tell = async |n: i64| {
        // The reason is not in the SMS: other data, the same text.
        let reason = n.to_string();
        let news = News::PaymentFailed { number: "1", service: "arrival-notice", reason: &reason };
        let conn = app.app.db.read().await.unwrap();
        notifications::tell(&conn, citizen.account.id, Some(filed.id), &news).await.unwrap();
    };
    let waiting = "select count(*) as n from jobs where kind = 'notify_by_sms' and state = 'ready'";
    let said = "select count(*) as n from deliveries where channel = 'sms' and refusal is not null";
    for n in 0..3 {
        tell(n).await;
    }
    app.run_jobs().await;
    tell(3).await;
    app.run_jobs().await;
    let after = (app.mails(&email, 0).await.len(), app.sms(&phone, 0).await.len());
    assert_eq!(after, (before.0 + 4, before.1 + 1));
    assert_eq!((app.number(waiting).await, app.number(said).await), (0, 3), "done, not put off");

    // A minute later the same words are news again; only the provider, whose minute is not over, puts them off.
    app.sql("update deliveries set sent_at = sent_at - interval '2 minutes'").await;
    tell(4).await;
    app.run_jobs().await;
    assert_eq!((app.number(waiting).await, app.number(said).await), (1, 3));
    // Those that come while it waits go with it.
    tell(5).await;
    app.run_jobs().await;
    assert_eq!((app.number(waiting).await, app.number(said).await), (1, 4));
    let feed = citizen.client.list_notifications(&PageQuery::default()).await.unwrap();
    assert_eq!(feed.items.iter().filter(|item| item.kind == "payment_failed").count(), 6);
}

/// An address that takes nothing ends the matter without an alarm; a server that refuses everybody does not. What the
/// server says repeats the address and is kept nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_letter_is_noted_and_repeats_no_address() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let letters = async |condition: &str| {
        app.number(&format!("select count(*) as n from jobs where kind = 'notify_by_mail' and {condition}"))
            .await
    };
    app.fault(json!({ "target": "smtp", "kind": "error500", "status": 535 })).await;
    citizen.in_review(&app).await;
    let waiting = letters("state = 'ready'").await;
    assert!(waiting > 0, "what is about us is tried again");
    assert_eq!(
        letters("state = 'ready' and last_error like '%535%' and last_error not like '%@%'").await,
        waiting
    );
    app.heal().await;
    app.fault(json!({ "target": "smtp", "kind": "error500", "status": 550 })).await;
    app.retry_jobs().await;
    assert_eq!(letters("state <> 'done' or last_error is not null").await, 0);
    let noted = "select count(*) as n from deliveries where channel = 'email' \
        and refusal like '%550%' and refusal not like '%@%' and provider_id is null";
    assert_eq!(app.number(noted).await, waiting);
    assert_eq!(app.number("select count(*) as n from alarms").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_hears_within_a_second_of_the_commit() {
    let app = TestApp::start().await;
    app.start_worker();
    let citizen = app.citizen().await;
    let other = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let begin = citizen.client.list_changes(ChangesQuery::default()).await.unwrap().seq;
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let mut ready = Some(ready);
    let mut heard = None;
    let mut on_change = |change: Option<Change>| {
        if let Some(ready) = ready.take() {
            ready.send(()).unwrap();
        }
        let wanted =
            change.is_some_and(|change| change.subject == Subject::Application && change.id == draft.id);
        heard = wanted.then(Instant::now);
        !wanted
    };
    let listening = citizen.client.stream_changes(ChangesQuery::default(), &mut on_change);
    let filing = async {
        is_ready.await.unwrap();
        citizen.submit(&app, &draft).await;
        Instant::now()
    };
    let both = async { tokio::join!(listening, filing) };
    let (ended, committed) = tokio::time::timeout(Duration::from_secs(30), both).await.expect("heard");
    ended.unwrap();
    let heard = heard.expect("the filing was heard of");
    assert!(heard.saturating_duration_since(committed) < Duration::from_secs(1));
    // The fallback, asked from before the filing, tells the same; a stranger hears nothing of it.
    let since = citizen.client.list_changes(ChangesQuery { after: Some(begin) }).await.unwrap();
    assert!(since.seq >= begin && since.changes.iter().any(|change| change.id == draft.id));
    let foreign = other.client.list_changes(ChangesQuery { after: Some(0) }).await.unwrap();
    assert!(foreign.changes.iter().all(|change| change.id != draft.id));
    let nobody = app.anonymous().list_changes(ChangesQuery::default()).await.unwrap_err();
    assert_eq!(nobody.code(), Some(ErrorCode::Unauthenticated));
}

/// A transaction that took its number early and commits late is heard of, by pages that go on from what they heard
/// meanwhile too.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_commits_late_is_not_missed() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let begin = citizen.client.list_changes(ChangesQuery::default()).await.unwrap().seq;
    let mut slow = db::connect(&app.database_url).await;
    let late = Uuid::now_v7();
    let take_a_number = format!(
        "begin; insert into pulses (account_id, kind, subject_id) values ('{}', 'payment', '{late}')",
        citizen.account.id
    );
    slow.batch_execute(&take_a_number).await.unwrap();
    let draft = citizen.draft("arrival-notice").await;
    citizen.attach(draft.id, "passport", "scan.jpg", files::jpeg()).await;
    // Two pages hear of the file: one by the stream, one by asking.
    let hear = async |after: i64, wanted: Uuid| {
        let mut heard = None;
        let mut on_change = |change: Option<Change>| {
            heard = change.filter(|change| change.id == wanted);
            heard.is_none()
        };
        let listening = citizen.client.stream_changes(ChangesQuery { after: Some(after) }, &mut on_change);
        tokio::time::timeout(Duration::from_secs(30), listening).await.expect("heard").unwrap();
        heard.expect("what was waited for").seq
    };
    let streamed = hear(begin, draft.id).await;
    let asked = citizen.client.list_changes(ChangesQuery { after: Some(begin) }).await.unwrap();
    assert!(asked.changes.iter().any(|change| change.id == draft.id));
    slow.batch_execute("commit").await.unwrap();
    hear(streamed, late).await;
    let missed = citizen.client.list_changes(ChangesQuery { after: Some(asked.seq) }).await.unwrap();
    assert!(missed.changes.iter().any(|change| change.id == late));
}
