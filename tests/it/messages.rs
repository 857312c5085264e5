//! What an applicant and an officer write to each other on one case (SV4-14).

use backend::crypto::{hex, sha256};
use openapi::applications::ActorKind;
use openapi::desk::{ApprovalIn, CasesQuery};
use openapi::events::{ChangesQuery, Subject};
use openapi::messages::{Author, Message, MessageIn};
use openapi::page::PageQuery;
use openapi::{ErrorCode, client};
use serde_json::json;
use tests::people::key;
use tests::{Citizen, Officer, TestApp};
use uuid::Uuid;

const QUESTION: &str = "Здравствуйте!\nНужен ли перевод договора?";
const ANSWER: &str = "Перевод не нужен, копии достаточно.";

fn message(body: &str) -> MessageIn {
    MessageIn { body: body.to_owned() }
}

fn code<T: std::fmt::Debug>(answer: Result<T, client::Error>) -> Option<ErrorCode> {
    answer.unwrap_err().code()
}

fn said(thread: &[Message]) -> Vec<(Author, &str)> {
    thread.iter().map(|message| (message.author, message.body.as_str())).collect()
}

async fn is_unanswered(officer: &Officer, id: Uuid) -> bool {
    let queue = officer.client.list_cases(&CasesQuery::default()).await.unwrap();
    let listed = queue.items.iter().find(|case| case.id == id).unwrap().unanswered;
    assert_eq!(officer.client.get_case(id).await.unwrap().unanswered, listed);
    listed
}

/// A case in review that an officer has taken.
async fn taken(app: &TestApp) -> (Citizen, Officer, Uuid) {
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(app).await;
    officer.take(filed.id).await;
    (citizen, officer, filed.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_and_its_answer() {
    let app = TestApp::start().await;
    let (citizen, officer, id) = taken(&app).await;
    let before = citizen.client.get_application(id).await.unwrap();
    let from = citizen.client.list_changes(ChangesQuery::default()).await.unwrap().seq;
    assert!(!is_unanswered(&officer, id).await, "nothing has been asked");

    let asked = citizen.client.send_message(key(), id, &message(&format!("  {QUESTION}\n "))).await.unwrap();
    assert_eq!((asked.author, asked.body.as_str()), (Author::Applicant, QUESTION));
    assert!(is_unanswered(&officer, id).await);
    let mails = app.mails(&citizen.account.email, 0).await.len();
    let sms = app.sms(&citizen.account.phone, 0).await.len();
    let answered = officer.client.send_case_message(key(), id, &message(ANSWER)).await.unwrap();
    assert!(!is_unanswered(&officer, id).await);

    let page = PageQuery::default();
    let thread = citizen.client.list_messages(id, &page).await.unwrap();
    assert_eq!(said(&thread.items), [(Author::Officer, ANSWER), (Author::Applicant, QUESTION)]);
    assert_eq!(thread, officer.client.list_case_messages(id, &page).await.unwrap(), "both read the same");
    assert_eq!(thread.next, None);

    // The letter says that there is a message, names the application and does not quote what was written.
    app.run_jobs().await;
    let told = app.mails(&citizen.account.email, mails + 1).await;
    assert_eq!((told.len(), app.sms(&citizen.account.phone, 0).await.len()), (mails + 1, sms));
    let letter = told.last().unwrap();
    let text = letter["text"].as_str().unwrap();
    assert!(
        text.contains(before.number.as_ref().unwrap()) && !letter.to_string().contains("копии"),
        "{text}"
    );
    assert!(letter["links"].to_string().contains(&format!("/applications/{id}")), "{letter}");
    let feed = citizen.client.list_notifications(&page).await.unwrap();
    assert_eq!((feed.items[0].kind.as_str(), feed.items[0].application_id), ("message_sent", Some(id)));

    // Open pages hear of both, and nobody who is changing the application meanwhile is in anybody's way.
    let after = ChangesQuery { after: Some(from) };
    let heard = citizen.client.list_changes(after).await.unwrap().changes;
    assert!(heard.iter().any(|change| (change.subject, change.id) == (Subject::Application, id)));
    let shown = citizen.client.get_application(id).await.unwrap();
    assert_eq!((shown.version, shown.updated_at), (before.version, before.updated_at));

    // The history tells who wrote, and what the text hashes to.
    let events: Vec<_> =
        shown.timeline.iter().rev().take(2).map(|event| (event.kind.as_str(), event.actor.kind)).collect();
    assert_eq!(events, [("message_sent", ActorKind::Officer), ("message_received", ActorKind::Citizen)]);
    for message in [&asked, &answered] {
        let data = json!({ "message_id": message.id, "sha256": hex(&sha256(message.body.as_bytes())) });
        let recorded = format!("select count(*) as n from case_events where data = '{data}'");
        assert_eq!(app.number(&recorded).await, 1, "{data}");
    }
    let audit = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(audit.is_whole(), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_thread_is_read_page_by_page() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let id = citizen.in_review(&app).await.id;
    for n in 1..=3 {
        citizen.client.send_message(key(), id, &message(&n.to_string())).await.unwrap();
    }
    let first = PageQuery { cursor: None, limit: Some(2) };
    let newest = citizen.client.list_messages(id, &first).await.unwrap();
    assert_eq!(said(&newest.items), [(Author::Applicant, "3"), (Author::Applicant, "2")]);
    let rest = PageQuery { cursor: newest.next, limit: Some(2) };
    let oldest = citizen.client.list_messages(id, &rest).await.unwrap();
    assert_eq!((said(&oldest.items), oldest.next), (vec![(Author::Applicant, "1")], None));
    let other = PageQuery { cursor: Some("first".into()), limit: None };
    assert_eq!(code(citizen.client.list_messages(id, &other).await), Some(ErrorCode::Malformed));
}

/// Only the applicant and the officer who has the case: to another person it is not there, to another officer it is
/// somebody else's.
#[tokio::test(flavor = "multi_thread")]
async fn a_thread_belongs_to_its_two_sides() {
    let app = TestApp::start().await;
    let (citizen, officer, id) = taken(&app).await;
    let (stranger, colleague) = (app.citizen().await, app.officer().await);
    let (page, text) = (PageQuery::default(), message(ANSWER));
    citizen.client.send_message(key(), id, &message(QUESTION)).await.unwrap();
    assert_eq!(code(stranger.client.list_messages(id, &page).await), Some(ErrorCode::NotFound));
    assert_eq!(code(stranger.client.send_message(key(), id, &text).await), Some(ErrorCode::NotFound));
    assert_eq!(code(colleague.client.list_case_messages(id, &page).await), Some(ErrorCode::NotFound));
    let written = colleague.client.send_case_message(key(), id, &text).await;
    assert_eq!(code(written), Some(ErrorCode::AlreadyTaken));

    // Nobody has it: somebody must take it first, and then reads what was written before.
    officer.client.release_case(id).await.unwrap();
    assert_eq!(code(officer.client.list_case_messages(id, &page).await), Some(ErrorCode::NotFound));
    let written = officer.client.send_case_message(key(), id, &text).await;
    assert_eq!(code(written), Some(ErrorCode::WrongState));
    assert!(is_unanswered(&colleague, id).await, "who takes the next case sees that somebody waits");
    colleague.take(id).await;
    let thread = colleague.client.list_case_messages(id, &page).await.unwrap();
    assert_eq!(said(&thread.items), [(Author::Applicant, QUESTION)]);

    let nowhere = Uuid::new_v4();
    assert_eq!(code(officer.client.list_case_messages(nowhere, &page).await), Some(ErrorCode::NotFound));
    assert_eq!(
        code(officer.client.send_case_message(key(), nowhere, &text).await),
        Some(ErrorCode::NotFound)
    );
    assert_eq!(app.number("select count(*) as n from messages").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_may_write_from_the_filing_until_the_decision() {
    let app = TestApp::start().await;
    let (citizen, officer, id) = taken(&app).await;
    let draft = citizen.draft("arrival-notice").await;
    let text = message(QUESTION);
    assert_eq!(code(citizen.client.send_message(key(), draft.id, &text).await), Some(ErrorCode::WrongState));
    assert!(citizen.client.list_messages(draft.id, &PageQuery::default()).await.unwrap().items.is_empty());
    assert_eq!(
        code(officer.client.send_case_message(key(), draft.id, &text).await),
        Some(ErrorCode::NotFound)
    );

    let version = officer.client.get_case(id).await.unwrap().version;
    citizen.client.send_message(key(), id, &text).await.unwrap();
    officer.client.approve_case(key(), id, version, &ApprovalIn::default()).await.unwrap();
    assert_eq!(code(citizen.client.send_message(key(), id, &text).await), Some(ErrorCode::CaseClosed));
    let late = officer.client.send_case_message(key(), id, &message(ANSWER)).await;
    assert_eq!(code(late), Some(ErrorCode::CaseClosed));
    // What was written stays to be read, by both.
    let page = PageQuery::default();
    let thread = citizen.client.list_messages(id, &page).await.unwrap();
    assert_eq!(said(&thread.items), [(Author::Applicant, QUESTION)]);
    assert_eq!(officer.client.list_case_messages(id, &page).await.unwrap(), thread);
    app.run_jobs().await;
    let waiting = citizen.ready("invitation", tests::make::invitation()).await;
    let waiting = citizen.submit(&app, &waiting).await;
    citizen.client.send_message(key(), waiting.id, &text).await.unwrap();
    let version = citizen.client.get_application(waiting.id).await.unwrap().version;
    citizen.client.withdraw_application(key(), waiting.id, version).await.unwrap();
    assert_eq!(
        code(citizen.client.send_message(key(), waiting.id, &text).await),
        Some(ErrorCode::CaseClosed)
    );
    let audit = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(audit.is_whole(), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_is_there_once() {
    let app = TestApp::start().await;
    let (citizen, officer, id) = taken(&app).await;
    let (text, click) = (message(QUESTION), key());
    let (one, other) = tokio::join!(
        citizen.client.send_message(click, id, &text),
        citizen.client.send_message(click, id, &text)
    );
    let first = one.unwrap();
    assert_eq!(first, other.unwrap());
    assert_eq!(citizen.client.send_message(click, id, &text).await.unwrap(), first);
    let another = citizen.client.send_message(click, id, &message(ANSWER)).await;
    assert_eq!(code(another), Some(ErrorCode::IdempotencyKeyReused));
    let click = key();
    let first = officer.client.send_case_message(click, id, &text).await.unwrap();
    assert_eq!(officer.client.send_case_message(click, id, &text).await.unwrap(), first);
    assert_eq!(app.number("select count(*) as n from messages").await, 2);
    assert_eq!(app.number("select count(*) as n from case_events where kind like 'message%'").await, 2);
    assert_eq!(app.number("select count(*) as n from notifications where kind like 'message%'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_write_only_so_often() {
    let app = TestApp::start_with(|config| config.applications.messages_per_hour = 2).await;
    let (citizen, officer, id) = taken(&app).await;
    let other = citizen.in_review(&app).await.id;
    citizen.client.send_message(key(), id, &message("1")).await.unwrap();
    citizen.client.send_message(key(), other, &message("2")).await.unwrap();
    let refusal = citizen.client.send_message(key(), id, &message("3")).await.unwrap_err();
    let problem = refusal.problem().unwrap();
    assert_eq!(problem.code, ErrorCode::TooManyRequests);
    assert!((1..=3_600).contains(&problem.retry_after.unwrap()), "{problem:?}");
    // Nobody else is in the count, the officer as little as another person.
    officer.client.send_case_message(key(), id, &message(ANSWER)).await.unwrap();
    let neighbour = app.citizen().await;
    let theirs = neighbour.in_review(&app).await.id;
    neighbour.client.send_message(key(), theirs, &message("1")).await.unwrap();
    app.sql("update rate_windows set window_start = window_start - interval '1 hour'").await;
    citizen.client.send_message(key(), id, &message("3")).await.unwrap();
    assert_eq!(citizen.client.list_messages(id, &PageQuery::default()).await.unwrap().items.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_sent() {
    let app = TestApp::start().await;
    let (citizen, officer, id) = taken(&app).await;
    let long = "Ы".repeat(2_001);
    for (body, wrong) in [
        ("", "required"),
        (" \n\t ", "required"),
        ("\u{200d}", "required"),
        ("Пере\u{0}вод", "forbidden_character"),
        ("Перевод\u{202e}", "forbidden_character"),
        ("\u{feff}Перевод", "forbidden_character"),
        (long.as_str(), "too_long"),
    ] {
        let both = [
            citizen.client.send_message(key(), id, &message(body)).await,
            officer.client.send_case_message(key(), id, &message(body)).await,
        ];
        for refusal in both {
            let refusal = refusal.unwrap_err();
            let errors = &refusal.problem().unwrap().errors;
            assert_eq!((errors[0].pointer.as_str(), errors[0].code.as_str()), ("/body", wrong), "{body:?}");
        }
    }
    let megabyte = citizen.client.send_message(key(), id, &message(&"Ы".repeat(1 << 19))).await;
    assert_eq!(code(megabyte), Some(ErrorCode::TooLarge));
    assert_eq!(app.number("select count(*) as n from messages").await, 0);
    // The longest there may be, and letters in two parts put together.
    let whole = "Ы".repeat(2_000);
    assert_eq!(citizen.client.send_message(key(), id, &message(&whole)).await.unwrap().body, whole);
    let parts = citizen.client.send_message(key(), id, &message("и\u{306}")).await.unwrap();
    assert_eq!(parts.body, "й");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_stays_said() {
    let app = TestApp::start().await;
    let (citizen, _, id) = taken(&app).await;
    citizen.client.send_message(key(), id, &message(QUESTION)).await.unwrap();
    for statement in ["update messages set body = 'x'", "delete from messages", "truncate messages"] {
        let url = app.database_url.clone();
        let refused = tokio::spawn(async move { tests::db::run(&url, statement).await });
        assert!(refused.await.is_err(), "{statement}");
    }
    let thread = citizen.client.list_messages(id, &PageQuery::default()).await.unwrap();
    assert_eq!(said(&thread.items), [(Author::Applicant, QUESTION)]);
}
