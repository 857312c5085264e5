//! The desk: two officers, one case; what others may see; results taken back.

use openapi::ErrorCode;
use openapi::applications::{ActorKind, AnswersIn, ApplicationsQuery, PaperKind, State, Tab};
use openapi::desk::{ApprovalIn, CasesQuery, RevocationIn, View};
use openapi::verification::Verdict;
use serde_json::json;
use tests::people::key;
use tests::{TestApp, make};

#[tokio::test(flavor = "multi_thread")]
async fn two_officers_cannot_take_one_case() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let filed = citizen.in_review(&app).await;
    let (first, second) = (app.officer().await, app.officer().await);
    let (a, b) = tokio::join!(first.client.take_case(filed.id), second.client.take_case(filed.id));
    let (winner, loser, refusal) = match (a, b) {
        (Ok(_), Err(refusal)) => (&first, &second, refusal),
        (Err(refusal), Ok(_)) => (&second, &first, refusal),
        both => panic!("one takes it, one does not: {both:?}"),
    };
    assert_eq!(refusal.code(), Some(ErrorCode::AlreadyTaken));
    let taken = winner.client.take_case(filed.id).await.unwrap();
    assert!(!taken.answers.is_empty());
    let seen = loser.client.get_case(filed.id).await.unwrap();
    assert!(seen.answers.is_empty() && seen.documents.is_empty(), "what is not one's own stays closed");
    let document = taken.documents[0].id;
    assert_eq!(
        loser.client.download_case_document(document).await.unwrap_err().code(),
        Some(ErrorCode::NotFound)
    );
    let approval =
        loser.client.approve_case(key(), filed.id, seen.version, &ApprovalIn::default()).await.unwrap_err();
    assert!(matches!(
        approval.code(),
        Some(ErrorCode::AlreadyTaken | ErrorCode::NotFound | ErrorCode::WrongState)
    ));
    winner.client.release_case(filed.id).await.unwrap();
    loser.take(filed.id).await;
}

/// A result outlives whoever approved it: a colleague takes it back when that officer has left, and not before.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_dismissed_officer_approved_can_be_taken_back() {
    let app = TestApp::start().await;
    let (citizen, officer, colleague) = (app.citizen().await, app.officer().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    app.run_jobs().await;
    let body = RevocationIn { comment: "Выдано по ошибке.".into() };
    let seen = colleague.client.get_case(case.id).await.unwrap();
    assert!(!seen.revocable);
    let refusal = colleague.client.revoke_result(key(), case.id, seen.version, &body).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::AlreadyTaken));
    app.sql(&format!("update officers set active = false where id = '{}'", officer.id)).await;
    let seen = colleague.client.get_case(case.id).await.unwrap();
    assert!(seen.revocable && seen.answers.is_empty(), "what was filed stays closed");
    let case = colleague.client.revoke_result(key(), case.id, seen.version, &body).await.unwrap();
    let last = case.timeline.last().unwrap();
    assert_eq!((last.kind.as_str(), last.actor.kind), ("revoked", ActorKind::Officer));
    let again = colleague.client.revoke_result(key(), case.id, case.version, &body).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::WrongState));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_by_deadline() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let officer = app.officer().await;
    let mut filed = Vec::new();
    for _ in 0..3 {
        filed.push(citizen.in_review(&app).await.id);
    }
    app.sql(&format!("update applications set due_at = now() - interval '1 day' where id = '{}'", filed[2]))
        .await;
    let queue =
        officer.client.list_cases(&CasesQuery { limit: Some(2), ..CasesQuery::default() }).await.unwrap();
    assert_eq!(queue.items[0].id, filed[2], "overdue first");
    assert_eq!((queue.counts.queue, queue.counts.overdue), (3, 1));
    let rest = CasesQuery { cursor: queue.next, limit: Some(2), ..CasesQuery::default() };
    assert_eq!(officer.client.list_cases(&rest).await.unwrap().items.len(), 1);
    officer.take(filed[0]).await;
    let mine =
        officer.client.list_cases(&CasesQuery { view: View::Mine, ..CasesQuery::default() }).await.unwrap();
    assert_eq!(mine.items.iter().map(|case| case.id).collect::<Vec<_>>(), [filed[0]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_found_by_its_number_anywhere_and_by_the_name_in_a_view() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let (waiting, decided) = (citizen.in_review(&app).await, citizen.in_review(&app).await);
    let case = officer.take(decided.id).await;
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    let search = async |words: &str| {
        let query = CasesQuery { search: Some(words.to_owned()), ..CasesQuery::default() };
        let queue = officer.client.list_cases(&query).await.unwrap();
        queue.items.iter().map(|case| case.id).collect::<Vec<_>>()
    };
    let number = decided.number.clone().unwrap();
    let typed = number.to_lowercase().replace('-', " ");
    assert_eq!(search(&typed).await, [decided.id], "decided, and typed carelessly");
    let profile = citizen.client.get_account().await.unwrap();
    let name = format!("{}  {}", profile.family_name.to_lowercase(), profile.given_name);
    assert_eq!(search(&name).await, [waiting.id], "the queue holds one of the two");
    assert_eq!(search("  ").await, [waiting.id], "blanks ask for nothing");
    assert!(search("никто_%").await.is_empty(), "nobody is called so, and nothing is a pattern");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_taken_back_is_not_genuine_any_more() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    let case =
        officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    app.run_jobs().await;
    let approved = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(approved.state, State::Approved);
    let result = approved.papers.iter().find(|paper| paper.kind == PaperKind::Result).unwrap();
    let token = result.verify_url.rsplit('/').next().unwrap().to_owned();
    let anybody = app.anonymous();
    assert_eq!(anybody.verify_paper(&token).await.unwrap().verdict, Verdict::Genuine);
    let body = RevocationIn { comment: "Выдано по ошибке.".into() };
    let case = officer.client.get_case(case.id).await.unwrap();
    assert!(case.revocable);
    let case = officer.client.revoke_result(key(), case.id, case.version, &body).await.unwrap();
    assert!(!case.revocable, "once");
    let again = officer.client.revoke_result(key(), case.id, case.version, &body).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::WrongState), "taken back once");
    let late = citizen.client.confirm_result(key(), case.id).await.unwrap_err();
    assert_eq!(late.code(), Some(ErrorCode::WrongState), "nobody has received what is taken back");
    assert_eq!(anybody.verify_paper(&token).await.unwrap().verdict, Verdict::Revoked);
    let unknown = anybody.verify_paper("AAAAAAAAAAAAAAAAAAAAAAAA").await.unwrap();
    assert_eq!((unknown.verdict, unknown.paper), (Verdict::Unknown, None));
    // A row somebody has changed is not ours any more.
    app.sql("update issued_documents set title = '{\"ru\": \"Другой документ\"}', revoked_at = null").await;
    assert_eq!(anybody.verify_paper(&token).await.unwrap().verdict, Verdict::Unknown);
}

/// SV4-12: whoever has the document says so, once; the case is completed, and the document can still be taken back.
#[tokio::test(flavor = "multi_thread")]
async fn a_received_result_completes_the_case() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let early = citizen.client.confirm_result(key(), filed.id).await.unwrap_err();
    assert_eq!(early.code(), Some(ErrorCode::WrongState), "nothing is decided");
    let case = officer.take(filed.id).await;
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    let early = citizen.client.confirm_result(key(), filed.id).await.unwrap_err();
    assert_eq!(early.code(), Some(ErrorCode::NotReady), "the document is being made");
    app.run_jobs().await;

    let confirmed = citizen.client.confirm_result(key(), filed.id).await.unwrap();
    assert_eq!((confirmed.state, confirmed.label.get("ru")), (State::Completed, "Завершено"));
    let again = citizen.client.confirm_result(key(), filed.id).await.unwrap();
    assert_eq!(again.version, confirmed.version, "another tab changes nothing");
    assert_eq!(app.number("select count(*) as n from case_events where kind = 'result_confirmed'").await, 1);
    assert!(citizen.client.download_paper(filed.id, PaperKind::Result).await.unwrap().starts_with(b"%PDF-"));
    let decided = CasesQuery { view: View::Decided, ..CasesQuery::default() };
    assert_eq!(officer.client.list_cases(&decided).await.unwrap().items.len(), 1);
    let closed = ApplicationsQuery { tab: Tab::Closed, ..Default::default() };
    assert_eq!(citizen.client.list_applications(&closed).await.unwrap().items.len(), 1);

    let body = RevocationIn { comment: "Выдано по ошибке.".into() };
    let revoked = officer.client.revoke_result(key(), case.id, confirmed.version, &body).await.unwrap();
    assert_eq!(revoked.state, State::Completed);
    let audit = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(audit.is_whole(), "{audit}");
}

/// C25: the host and the foreigner may both file; the officer sees both, the applicants only their own.
#[tokio::test(flavor = "multi_thread")]
async fn cases_about_the_same_person_and_event_are_related() {
    let app = TestApp::start().await;
    let (foreigner, host, officer) = (app.citizen().await, app.citizen().await, app.officer().await);
    let (first, second) = (foreigner.in_review(&app).await, host.in_review(&app).await);
    let mut answers = make::arrival();
    answers["entry_date"] = json!(make::day(-2).to_string());
    let draft = host.ready("arrival-notice", answers).await;
    let other_entry = host.submit(&app, &draft).await;
    app.run_jobs().await;
    let case = officer.take(first.id).await;
    assert_eq!(case.related.iter().map(|other| other.id).collect::<Vec<_>>(), [second.id]);
    assert_eq!(
        (case.related[0].state, Some(&case.related[0].number)),
        (State::InReview, second.number.as_ref())
    );
    assert!(officer.take(other_entry.id).await.related.is_empty());
    let somebody = app.officer().await.client.get_case(first.id).await.unwrap();
    assert!(somebody.related.is_empty(), "whoever has not taken the case does not see what it is about");

    // The host had typed the wrong day: once it is changed, the other two are related.
    let filed = host.client.get_application(other_entry.id).await.unwrap();
    let open = host.client.amend_application(key(), filed.id, filed.version).await.unwrap();
    let answers = AnswersIn { answers: make::arrival() };
    host.client.save_answers(filed.id, open.version, &answers).await.unwrap();
    host.send_again(filed.id).await.unwrap();
    let version = host.client.get_application(second.id).await.unwrap().version;
    host.client.withdraw_application(key(), second.id, version).await.unwrap();
    let case = officer.client.get_case(first.id).await.unwrap();
    assert_eq!(case.related.iter().map(|other| other.id).collect::<Vec<_>>(), [other_entry.id]);
}
