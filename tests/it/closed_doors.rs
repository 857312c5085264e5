//! What is not yours is not there, and what is closed stays closed (§ 6).

use openapi::applications::{AnswersIn, PaperKind, ResubmissionIn, State, SubmissionIn};
use openapi::desk::{ApprovalIn, CorrectionIn, RemarkIn};
use openapi::documents::UploadQuery;
use openapi::messages::MessageIn;
use openapi::page::PageQuery;
use openapi::{ErrorCode, client};
use serde_json::json;
use tests::people::key;
use tests::{TestApp, files, make};
use uuid::Uuid;

fn code<T: std::fmt::Debug>(answer: Result<T, client::Error>) -> Option<ErrorCode> {
    answer.unwrap_err().code()
}

fn scan(item: &str) -> UploadQuery {
    UploadQuery { item: item.into(), name: "scan.jpg".into(), replaces: None }
}

/// Every operation on somebody else's draft or case answers as for one that does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_ids_are_not_found() {
    let app = TestApp::start().await;
    let (owner, stranger) = (app.citizen().await, app.citizen().await);
    let draft = owner.ready("arrival-notice", make::arrival()).await;
    let filed = owner.in_review(&app).await;
    let answers = AnswersIn { answers: make::arrival() };
    let as_it_is = ResubmissionIn { unchanged: true };
    let confirmed = SubmissionIn { challenge_id: Uuid::new_v4(), code: "000000".into(), consent: true };
    let message = MessageIn { body: "Чужое дело.".into() };
    let before = app.number(EVERYTHING).await;
    for (what, id, version) in [
        ("a draft", draft.id, draft.version),
        ("a case", filed.id, filed.version),
        ("nothing", Uuid::new_v4(), 1),
    ] {
        let other = &stranger.client;
        let answers = [
            ("get", code(other.get_application(id).await)),
            ("save", code(other.save_answers(id, version, &answers).await)),
            ("delete", code(other.delete_draft(id).await)),
            ("code", code(other.request_submission_code(key(), id).await)),
            ("submit", code(other.submit_application(key(), id, version, &confirmed).await)),
            ("amend", code(other.amend_application(key(), id, version).await)),
            ("resubmit", code(other.resubmit_application(key(), id, version, &as_it_is).await)),
            ("withdraw", code(other.withdraw_application(key(), id, version).await)),
            ("confirm", code(other.confirm_result(key(), id).await)),
            ("messages", code(other.list_messages(id, &PageQuery::default()).await)),
            ("message", code(other.send_message(key(), id, &message).await)),
            ("receipt", code(other.download_paper(id, PaperKind::Receipt).await)),
            ("result", code(other.download_paper(id, PaperKind::Result).await)),
            ("upload", code(other.upload_document(key(), id, &scan("passport"), files::jpeg(), None).await)),
        ];
        for (operation, found) in answers {
            assert_eq!(found, Some(ErrorCode::NotFound), "{operation} of {what}");
        }
    }
    assert_eq!(app.number(EVERYTHING).await, before, "nothing has changed");
}

/// Counts what a stranger or a late caller might have changed.
const EVERYTHING: &str = "select (select sum(version) + count(*) * 1000 from applications) \
    + (select count(*) * 1000000 from documents) + (select count(*) * 100000000 from case_events) as n";

/// After the decision nothing about a case can be changed by anybody.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_stays_closed() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    officer.client.approve_case(key(), case.id, case.version, &ApprovalIn::default()).await.unwrap();
    app.run_jobs().await;
    let closed = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(closed.state, State::Approved);
    let (id, version, document) = (closed.id, closed.version, closed.documents[0].id);
    let answers = AnswersIn { answers: make::arrival() };
    let as_it_is = ResubmissionIn { unchanged: true };
    let confirmed = SubmissionIn { challenge_id: Uuid::new_v4(), code: "000000".into(), consent: true };
    let remark =
        RemarkIn { pointer: "/documents/housing".into(), reason: None, comment: "Позже.".into() };
    let before = app.number(EVERYTHING).await;
    let mine = &citizen.client;
    let desk = &officer.client;
    for (operation, found) in [
        ("save", code(mine.save_answers(id, version, &answers).await)),
        ("delete", code(mine.delete_draft(id).await)),
        ("code", code(mine.request_submission_code(key(), id).await)),
        ("submit", code(mine.submit_application(key(), id, version, &confirmed).await)),
        ("amend", code(mine.amend_application(key(), id, version).await)),
        ("resubmit", code(mine.resubmit_application(key(), id, version, &as_it_is).await)),
        ("withdraw", code(mine.withdraw_application(key(), id, version).await)),
        ("upload", code(mine.upload_document(key(), id, &scan("passport"), files::jpeg(), None).await)),
        ("remove", code(mine.delete_document(document).await)),
        ("approve", code(desk.approve_case(key(), id, version, &ApprovalIn::default()).await)),
        (
            "correct",
            code(desk.request_correction(key(), id, version, &CorrectionIn { remarks: vec![remark] }).await),
        ),
    ] {
        assert_eq!(found, Some(ErrorCode::WrongState), "{operation}");
    }
    assert_eq!(app.number(EVERYTHING).await, before, "nothing has changed");
    assert_eq!(citizen.client.download_document(document).await.unwrap().len(), {
        usize::try_from(closed.documents[0].size).unwrap()
    });
}

/// Texts of a megabyte, and of all characters there are, into an answer and into a sign-up.
#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_of_text_is_refused_with_its_reason() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    let long = "Ы".repeat(1 << 19);
    let answers = AnswersIn { answers: json!({ "entry_point": long }).as_object().cloned().unwrap() };
    let refusal = citizen.client.save_answers(draft.id, draft.version, &answers).await.unwrap_err();
    assert_eq!(refusal.problem().map(|problem| problem.status), Some(413), "{refusal}");
    let mut person = make::sign_up();
    person.given_name = long;
    let refusal = app.anonymous().sign_up(key(), &person).await.unwrap_err();
    assert_eq!(refusal.problem().map(|problem| problem.status), Some(413), "{refusal}");
    for bad in ["А\u{0}зиз", "Азиз\u{202e}", "\u{feff}Азиз", "Аз\u{7}из"] {
        let answers = AnswersIn { answers: json!({ "entry_point": bad }).as_object().cloned().unwrap() };
        let refusal = citizen.client.save_answers(draft.id, draft.version, &answers).await.unwrap_err();
        let problem = refusal.problem().unwrap();
        assert_eq!(problem.errors[0].code, "forbidden_character", "{bad:?}");
        assert_eq!(problem.errors[0].pointer, "/answers/entry_point");
    }
    let kept = citizen.client.get_application(draft.id).await.unwrap();
    assert_eq!((kept.version, kept.answers), (draft.version, draft.answers), "the draft is as it was");
}
