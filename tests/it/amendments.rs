//! What applicants have back: to change it until the decision, or to mend it in time (FM-11, FM-12, C15, A16).

use backend::applications::sealed::SealedAnswers;
use std::path::{Path, PathBuf};

use openapi::applications::{
    AnswersIn, Application, ApplicationsQuery, ResubmissionIn, State, Tab, WaitingFor,
};
use openapi::client::Error;
use openapi::desk::{ApprovalIn, CasesQuery, View};
use openapi::{ErrorCode, FieldError};
use serde_json::{Value, json};
use tests::people::key;
use tests::{Citizen, Officer, TestApp, files, make};
use uuid::Uuid;

const NEW_NUMBER: &str = "FA7654321";

fn found(error: &Error) -> Vec<FieldError> {
    error.problem().unwrap_or_else(|| panic!("{error}")).errors.clone()
}

async fn amend(citizen: &Citizen, application: &Application) -> Application {
    citizen.client.amend_application(key(), application.id, application.version).await.expect("an amendment")
}

/// Saves the application's answers with one of them changed.
async fn change(citizen: &Citizen, id: Uuid, field: &str, answer: Value) {
    let now = citizen.client.get_application(id).await.unwrap();
    let mut answers = now.answers;
    answers.insert(field.to_owned(), answer);
    citizen.client.save_answers(id, now.version, &AnswersIn { answers }).await.expect("saved");
}

async fn views(officer: &Officer, id: Uuid) -> Vec<View> {
    let mut found = Vec::new();
    for view in [View::Queue, View::Mine, View::Waiting, View::Decided] {
        let query = CasesQuery { view, ..CasesQuery::default() };
        let page = officer.client.list_cases(&query).await.unwrap();
        found.extend(page.items.iter().any(|case| case.id == id).then_some(view));
    }
    found
}

/// The end of the time to answer has come, for jobs that wait and for those that have run.
async fn let_the_reply_expire(app: &TestApp) {
    app.sql("update applications set reply_due_at = '2026-11-01T15:00:00Z' where reply_due_at is not null")
        .await;
    app.sql(
        "update jobs set payload = jsonb_set(payload, '{due}', '\"2026-11-01T15:00:00Z\"') \
         where kind = 'reply_term_ended'",
    )
    .await;
    app.retry_jobs().await;
}

async fn events(app: &TestApp, kind: &str) -> i64 {
    app.number(&format!("select count(*) as n from case_events where kind = '{kind}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filed_application_is_changed_and_sent_again() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    officer.take(filed.id).await;
    let taken = citizen.client.get_application(filed.id).await.unwrap();
    let click = key();
    let open = citizen.client.amend_application(click, filed.id, taken.version).await.unwrap();
    assert_eq!(open.state, State::Amending);
    assert_eq!((open.clock.waiting_for, open.clock.paused), (WaitingFor::Applicant, true));
    assert_eq!(open.sent.as_ref(), Some(&open.answers));
    let repeated = citizen.client.amend_application(click, filed.id, taken.version).await.unwrap();
    assert_eq!(repeated, open, "the first answer again");
    let tab = ApplicationsQuery { tab: Tab::Active, ..ApplicationsQuery::default() };
    assert_eq!(citizen.client.list_applications(&tab).await.unwrap().items[0].id, filed.id);

    change(&citizen, filed.id, "passport_number", json!(NEW_NUMBER)).await;
    let ticket = citizen.attach(filed.id, "ticket", "ticket.jpg", files::jpeg()).await;
    let passport = filed.documents.iter().find(|document| document.item == "passport").unwrap().id;
    citizen.client.delete_document(passport).await.unwrap();
    let lacking = citizen.send_again(filed.id).await.unwrap_err();
    assert!(found(&lacking).iter().any(|error| error.pointer == "/documents/passport"), "{lacking:?}");
    citizen.attach(filed.id, "passport", "new.jpg", files::png()).await;

    // The officer keeps the case, sees what was sent, and waits.
    let case = officer.client.get_case(filed.id).await.unwrap();
    assert_eq!((case.state, case.answers.clone()), (State::Amending, filed.answers.clone()));
    let ids = |documents: &[openapi::documents::Document]| {
        documents.iter().map(|document| document.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&case.documents), ids(&filed.documents));
    assert_eq!(views(&officer, filed.id).await, [View::Mine, View::Waiting]);
    let refusal = officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await;
    assert_eq!(refusal.unwrap_err().code(), Some(ErrorCode::WrongState));

    let again = citizen.send_again(filed.id).await.unwrap();
    assert_eq!((again.state, &again.number), (State::AutoChecking, &filed.number));
    assert_eq!((again.sent, again.clock.paused), (None, false));
    app.run_jobs().await;
    let case = officer.client.get_case(filed.id).await.unwrap();
    assert_eq!((case.state, case.officer.unwrap().id), (State::InReview, officer.id));
    assert_eq!(case.mended, ["/answers/passport_number", "/documents/passport", "/documents/ticket"]);
    assert_eq!(case.before.len(), 1, "only what is mended is shown twice");
    assert_eq!(case.before["passport_number"], make::arrival()["passport_number"]);
    assert_eq!(case.answers["passport_number"], NEW_NUMBER);
    assert!(case.documents.iter().any(|document| document.id == ticket.id));
    assert_eq!(events(&app, "checked").await, 2, "what was sent again is checked again");

    let approval = ApprovalIn::default();
    let decided = officer.client.approve_case(key(), case.id, case.version, &approval).await.unwrap();
    assert!(decided.before.is_empty());
    let closed = citizen.client.get_application(filed.id).await.unwrap();
    let refusal = citizen.client.amend_application(key(), filed.id, closed.version).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::WrongState));
    assert_eq!(
        app.number("select count(*) as n from applications where answers_before is not null").await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_filed_and_with_the_service_is_taken_back() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let draft = citizen.draft("arrival-notice").await;
    let ready = citizen.ready("invitation", make::invitation()).await;
    let unpaid = citizen.submit(&app, &ready).await;
    assert_eq!(unpaid.state, State::AwaitingPayment);
    app.run_jobs().await;
    let filed = citizen.in_review(&app).await;
    officer.ask_to_mend(filed.id, &["/answers/address"]).await;
    let returned = citizen.client.get_application(filed.id).await.unwrap();
    for application in [draft, unpaid, returned] {
        let refusal = citizen.client.amend_application(key(), application.id, application.version).await;
        assert_eq!(refusal.unwrap_err().code(), Some(ErrorCode::WrongState), "{:?}", application.state);
    }
    app.run_jobs().await;
    let other = citizen.in_review(&app).await;
    let stale = citizen.client.amend_application(key(), other.id, other.version - 1).await.unwrap_err();
    assert_eq!(stale.code(), Some(ErrorCode::StaleVersion));
    amend(&citizen, &other).await;
    let now = citizen.client.get_application(other.id).await.unwrap();
    let twice = citizen.client.amend_application(key(), other.id, now.version).await.unwrap_err();
    assert_eq!(twice.code(), Some(ErrorCode::WrongState));
}

/// C15: where the service's file says `assigned`, an officer who has taken the case ends the changing.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_may_let_people_change_only_what_nobody_has_taken() {
    let catalogue = Copied::of(&tests::app::root().join("catalogue"));
    let service = catalogue.0.join("services/arrival-notice.yaml");
    let text = std::fs::read_to_string(&service).unwrap();
    assert!(text.contains("edit_until: decision"));
    std::fs::write(&service, text.replace("edit_until: decision", "edit_until: assigned")).unwrap();
    let app = TestApp::start_with(|config| config.catalogue.dir.clone_from(&catalogue.0)).await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    officer.take(filed.id).await;
    let taken = citizen.client.get_application(filed.id).await.unwrap();
    let refusal = citizen.client.amend_application(key(), filed.id, taken.version).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::WrongState));
    officer.client.release_case(filed.id).await.unwrap();
    let free = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(amend(&citizen, &free).await.state, State::Amending);
}

/// A copy of a folder, gone with the test.
struct Copied(PathBuf);

impl Copied {
    fn of(from: &Path) -> Self {
        fn copy(from: &Path, to: &Path) {
            std::fs::create_dir_all(to).unwrap();
            for entry in std::fs::read_dir(from).unwrap() {
                let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
                if path.is_dir() {
                    copy(&path, &to);
                } else {
                    std::fs::copy(&path, &to).unwrap();
                }
            }
        }
        let to = std::env::temp_dir().join(format!("prichal-catalogue-{}", Uuid::new_v4()));
        copy(from, &to);
        Self(to)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        // What cannot be removed lies in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_amendment_and_a_decision_one_happens() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    for _ in 0..4 {
        let filed = citizen.in_review(&app).await;
        let case = officer.take(filed.id).await;
        let approval = ApprovalIn::default();
        let (amended, approved) = tokio::join!(
            citizen.client.amend_application(key(), filed.id, case.version),
            officer.client.approve_case(key(), filed.id, case.version, &approval),
        );
        let (state, refusal) = match (amended, approved) {
            (Ok(_), Err(refusal)) => (State::Amending, refusal),
            (Err(refusal), Ok(_)) => (State::Approved, refusal),
            both => panic!("one happens, one does not: {both:?}"),
        };
        assert!(matches!(refusal.code(), Some(ErrorCode::WrongState | ErrorCode::StaleVersion)), "{refusal}");
        assert_eq!(citizen.client.get_application(filed.id).await.unwrap().state, state);
        // What is told by SMS comes before the next code.
        app.run_jobs().await;
    }
}

/// The check of the filing ends while its application is being changed: it moves nothing, and is made up for.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_ends_meanwhile_moves_nothing() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    for is_sent_again in [true, false] {
        let draft = citizen.ready("arrival-notice", make::arrival()).await;
        let filed = citizen.submit(&app, &draft).await;
        assert_eq!(filed.state, State::AutoChecking);
        let checked = events(&app, "checked").await;
        amend(&citizen, &filed).await;
        app.run_jobs().await;
        let open = citizen.client.get_application(filed.id).await.unwrap();
        assert_eq!((open.state, open.papers.len()), (State::Amending, 1), "the receipt is made all the same");
        assert_eq!(events(&app, "checked").await, checked);
        if is_sent_again {
            // Nothing is different: the person has thought better of it.
            citizen.send_again(filed.id).await.unwrap();
            app.run_jobs().await;
        } else {
            let_the_reply_expire(&app).await;
        }
        let back = citizen.client.get_application(filed.id).await.unwrap();
        assert_eq!((back.state, back.clock.paused), (State::InReview, false));
        assert_eq!(events(&app, "checked").await, checked + 1);
    }
}

/// Nobody's case waits for ever: it goes on as it was sent, and the applicant is told.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_in_time_goes_on_as_it_was() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    officer.ask_to_mend(filed.id, &["/answers/passport_number", "/documents/housing"]).await;
    let housing = filed.documents.iter().find(|document| document.item == "housing").unwrap().id;
    change(&citizen, filed.id, "passport_number", json!(NEW_NUMBER)).await;
    citizen.client.delete_document(housing).await.unwrap();
    citizen.attach(filed.id, "housing", "half.jpg", files::png()).await;
    app.retry_jobs().await;
    let open = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(
        (open.state, events(&app, "reply_expired").await),
        (State::ReturnedForFix, 0),
        "not before its end"
    );

    let_the_reply_expire(&app).await;
    app.sql("update jobs set state = 'ready' where kind = 'reply_term_ended'").await;
    app.retry_jobs().await;
    assert_eq!(events(&app, "reply_expired").await, 1);
    let now = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!((now.state, now.clock.paused, now.answers), (State::InReview, false, filed.answers));
    assert!(now.clock.due_at.is_some());
    let mut stand: Vec<Uuid> = now.documents.iter().map(|document| document.id).collect();
    let mut sent: Vec<Uuid> = filed.documents.iter().map(|document| document.id).collect();
    stand.sort_unstable();
    sent.sort_unstable();
    assert_eq!(stand, sent, "what was never sent is not there, what was taken away is");
    let feed = citizen.client.list_notifications(&Default::default()).await.unwrap();
    let told: Vec<_> = feed.items.iter().filter(|news| news.kind == "reply_expired").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].body.contains("Изменить заявление"), "{}", told[0].body);
    let case = officer.client.get_case(filed.id).await.unwrap();
    assert_eq!((case.remarks.len(), case.before.len()), (2, 0), "the officer sees what was not answered");
    assert_eq!(views(&officer, filed.id).await, [View::Queue, View::Mine]);

    // The way back: the applicant changes it after all, and then the remarks are answered.
    let case = citizen.client.get_application(filed.id).await.unwrap();
    let open = amend(&citizen, &case).await;
    assert_eq!(open.remarks.len(), 2);
    change(&citizen, filed.id, "passport_number", json!(NEW_NUMBER)).await;
    citizen.send_again(filed.id).await.unwrap();
    app.run_jobs().await;
    let case = officer.client.get_case(filed.id).await.unwrap();
    assert_eq!((case.remarks.len(), case.mended), (0, vec!["/answers/passport_number".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_mends_nothing_is_asked_whether_that_is_meant() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    officer.ask_to_mend(filed.id, &["/answers/passport_number"]).await;
    let refusal = citizen.send_again(filed.id).await.unwrap_err();
    let found: Vec<_> = found(&refusal).into_iter().map(|error| (error.pointer, error.code)).collect();
    assert_eq!(found, [("/remarks".to_owned(), "nothing_mended".to_owned())]);
    // Other spaces and letters of another size are the same number.
    change(&citizen, filed.id, "passport_number", json!("fa 1234568")).await;
    assert!(citizen.send_again(filed.id).await.is_err());
    let returned = citizen.client.get_application(filed.id).await.unwrap();
    let meant = ResubmissionIn { unchanged: true };
    let sent = citizen.client.resubmit_application(key(), filed.id, returned.version, &meant).await.unwrap();
    assert_eq!(sent.state, State::AutoChecking);
    app.run_jobs().await;
    assert!(officer.client.get_case(filed.id).await.unwrap().mended.is_empty());
}

/// Whoever withdraws in the middle of changing leaves behind what was sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_meanwhile_is_as_it_was_sent() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let filed = citizen.in_review(&app).await;
    amend(&citizen, &filed).await;
    change(&citizen, filed.id, "passport_number", json!(NEW_NUMBER)).await;
    citizen.attach(filed.id, "ticket", "ticket.jpg", files::jpeg()).await;
    let open = citizen.client.get_application(filed.id).await.unwrap();
    let gone = citizen.client.withdraw_application(key(), filed.id, open.version).await.unwrap();
    assert_eq!((gone.state, gone.answers, gone.sent), (State::Withdrawn, filed.answers, None));
    assert_eq!(gone.documents, filed.documents);
    let_the_reply_expire(&app).await;
    assert_eq!(events(&app, "reply_expired").await, 0);
}

/// A date that was right when it was filed does not keep anybody from changing something else later.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_not_been_changed_is_judged_by_the_day_of_filing() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let mut answers = make::arrival();
    answers["stay_until"] = json!(make::day(0).to_string());
    let draft = citizen.ready("arrival-notice", answers).await;
    let filed = citizen.submit(&app, &draft).await;
    app.run_jobs().await;
    // Filed the day before yesterday, for a stay that has ended since.
    let past = make::day(-1).to_string();
    let mut answers = filed.answers.clone();
    answers.insert("stay_until".into(), json!(past));
    let sealed = SealedAnswers::seal(&app.app.keys, filed.id, citizen.account.id, &answers).unwrap();
    app.sql(&format!(
        "update applications set submitted_at = submitted_at - interval '2 days', answers = '\\x{}'",
        backend::crypto::hex(sealed.as_ref())
    ))
    .await;
    let open = amend(&citizen, &citizen.client.get_application(filed.id).await.unwrap()).await;
    change(&citizen, open.id, "passport_number", json!(NEW_NUMBER)).await;
    change(&citizen, open.id, "stay_until", json!(make::day(-2).to_string())).await;
    let refusal = citizen.send_again(open.id).await.unwrap_err();
    assert!(found(&refusal).iter().any(|error| error.pointer == "/answers/stay_until"), "{refusal:?}");
    change(&citizen, open.id, "stay_until", json!(past)).await;
    assert_eq!(citizen.send_again(open.id).await.unwrap().state, State::AutoChecking);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_take_back_only_so_often() {
    let app = TestApp::start_with(|config| config.applications.amendments_per_day = 1).await;
    let citizen = app.citizen().await;
    let filed = citizen.in_review(&app).await;
    amend(&citizen, &filed).await;
    citizen.send_again(filed.id).await.unwrap();
    app.run_jobs().await;
    let before = citizen.client.get_application(filed.id).await.unwrap();
    let refusal = citizen.client.amend_application(key(), filed.id, before.version).await.unwrap_err();
    let problem = refusal.problem().unwrap();
    assert_eq!(problem.code, ErrorCode::TooManyRequests);
    assert!((1..=86_400).contains(&problem.retry_after.unwrap()), "{problem:?}");
    let after = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!((after.state, after.version), (State::InReview, before.version), "nothing has changed");
    // Nobody else is in the count.
    let neighbour = app.citizen().await;
    let theirs = neighbour.in_review(&app).await;
    amend(&neighbour, &theirs).await;
    app.sql("update rate_windows set window_start = window_start - interval '1 day'").await;
    amend(&citizen, &after).await;
}
