//! Applications that begin with the answers of others, and what they take the place of (FM-04, SV4-15).

use openapi::ErrorCode;
use openapi::applications::{Application, ApplicationIn, PaperKind, State};
use openapi::desk::{ReasonIn, RefusalIn};
use openapi::verification::Verdict;
use serde_json::json;
use tests::people::key;
use tests::{Citizen, Officer, TestApp, make};
use uuid::Uuid;

/// SV4-15: a move is told from the approved notice; when it is approved, its confirmation takes the place of the first.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_takes_the_place_of_the_arrival() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let arrival = approved(&app, &citizen, &officer, citizen.in_review(&app).await.id).await;
    let first = token_of(&arrival);

    let draft = citizen.based_on(arrival.id).await.unwrap();
    assert_eq!(draft.answers["occasion"], "move");
    assert_eq!(draft.answers["passport_number"], arrival.answers["passport_number"], "carried over");
    assert!(!draft.answers.contains_key("address"), "asked anew");
    assert_eq!(draft.clock.file_by, None, "the day of the move is not told yet");
    let mut moved = draft.answers.clone();
    moved.extend(
        make::arrival()
            .into_iter()
            .filter(|(field, _)| ["host_name", "host_phone"].contains(&field.as_str())),
    );
    moved.insert("moved_on".into(), json!(make::day(0).to_string()));
    moved.insert("address".into(), json!({ "region": "66", "town": "Примерск", "street": "Портовая улица", "house": "3", "postcode": "620014" }));
    let filed = citizen.fill_and_submit(&app, &draft, moved).await;
    assert_eq!(filed.filing.unwrap().start, make::day(0), "the term runs from the move");
    app.run_jobs().await;
    assert_eq!(officer.take(filed.id).await.replaces, arrival.number, "the officer knows before deciding");
    let after = approved(&app, &citizen, &officer, filed.id).await;

    let number = after.number.as_deref().unwrap();
    let told = app.anonymous().verify_paper(&first).await.unwrap();
    assert_eq!(told.verdict, Verdict::Revoked);
    assert_eq!(told.paper.unwrap().replaced_by.as_deref(), Some(number));
    assert_eq!(app.anonymous().verify_paper(&token_of(&after)).await.unwrap().verdict, Verdict::Genuine);
    let earlier = citizen.client.get_application(arrival.id).await.unwrap();
    let event = earlier.timeline.last().unwrap();
    assert_eq!((event.kind.as_str(), event.comment.as_deref()), ("replaced", Some(number)));
    assert_eq!(earlier.state, State::Approved);
    let feed = citizen.client.list_notifications(&Default::default()).await.unwrap();
    assert!(feed.items.iter().any(|news| news.kind == "replaced"));
    let audit = backend::history::verify(&mut app.app.db.read().await.unwrap()).await.unwrap();
    assert!(audit.is_whole(), "{audit}");
}

/// Only a follow-up takes the place of what it began with, and only when there is something to take the place of.
#[tokio::test(flavor = "multi_thread")]
async fn another_arrival_leaves_the_first_as_it_is() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    officer.client.approve_case(key(), case.id, case.version, &Default::default()).await.unwrap();
    // The result is held back: it would hold beside that of a move.
    app.sql("update jobs set run_at = now() + interval '1 hour' where kind = 'make_result'").await;
    app.run_jobs().await;
    let draft = citizen.based_on(filed.id).await.unwrap();
    let mut moved = make::arrival();
    moved.insert("occasion".into(), json!("move"));
    moved.insert("moved_on".into(), json!(make::day(0).to_string()));
    let follow_up = citizen.fill_and_submit(&app, &draft, moved).await;
    app.run_jobs().await;
    let case = officer.take(follow_up.id).await;
    let early =
        officer.client.approve_case(key(), case.id, case.version, &Default::default()).await.unwrap_err();
    assert_eq!(early.code(), Some(ErrorCode::NotReady));
    app.retry_jobs().await;

    let draft = citizen.based_on(filed.id).await.unwrap();
    let arrived_again = citizen.fill_and_submit(&app, &draft, make::arrival()).await;
    app.run_jobs().await;
    approved(&app, &citizen, &officer, arrived_again.id).await;
    let first = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(app.anonymous().verify_paper(&token_of(&first)).await.unwrap().verdict, Verdict::Genuine);
}

/// FM-04: what is carried over is one's own, filed, and of the same service; a refused one gives all it has.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_carried_over_from_ones_own_applications() {
    let app = TestApp::start().await;
    let (citizen, stranger, officer) = (app.citizen().await, app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    let reason = ReasonIn { code: "O-01".into(), comment: None };
    let body = RefusalIn { reasons: vec![reason] };
    officer.client.refuse_case(key(), case.id, case.version, &body).await.unwrap();
    let again = citizen.based_on(filed.id).await.unwrap();
    assert!(filed.answers.iter().all(|(field, answer)| again.answers.get(field) == Some(answer)));
    assert_eq!((again.state, again.documents.len()), (State::Draft, 0), "documents are attached anew");

    let unknown = async |who: &Citizen, service: &str, id| {
        let body = ApplicationIn { service: service.to_owned(), based_on: Some(id) };
        let refusal = who.client.create_application(key(), &body).await.unwrap_err();
        refusal.problem().unwrap().errors.clone()
    };
    for found in [
        unknown(&stranger, "arrival-notice", filed.id).await,
        unknown(&citizen, "invitation", filed.id).await,
        unknown(&citizen, "arrival-notice", again.id).await,
        unknown(&citizen, "arrival-notice", key()).await,
    ] {
        assert_eq!((found[0].pointer.as_str(), found[0].code.as_str()), ("/based_on", "unknown_application"));
    }
}

/// Decides a case for its applicant; the application with its result.
async fn approved(app: &TestApp, citizen: &Citizen, officer: &Officer, id: Uuid) -> Application {
    let case = officer.take(id).await;
    officer.client.approve_case(key(), id, case.version, &Default::default()).await.unwrap();
    app.run_jobs().await;
    citizen.client.get_application(id).await.unwrap()
}

/// The end of the address in the result's QR code.
fn token_of(application: &Application) -> String {
    let result = application.papers.iter().find(|paper| paper.kind == PaperKind::Result).unwrap();
    result.verify_url.rsplit('/').next().unwrap().to_owned()
}
