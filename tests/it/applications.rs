//! Drafts, filing, correction (§ main job 3, 5, 8).

use std::sync::Arc;

use openapi::applications::{AnswersIn, ApplicationIn, ApplicationsQuery, State, SubmissionIn, Tab};
use openapi::desk::{CorrectionIn, ReasonIn, RefusalIn, RemarkIn};
use openapi::{ErrorCode, FieldError};
use serde_json::{Map, Value, json};
use tests::people::key;
use tests::{TestApp, files, make};

fn answers(value: Value) -> AnswersIn {
    AnswersIn { answers: value.as_object().cloned().unwrap() }
}

fn errors(error: &openapi::client::Error) -> Vec<FieldError> {
    error.problem().unwrap_or_else(|| panic!("{error}")).errors.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_keeps_what_is_invalid_but_not_what_is_foreign() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    assert_eq!((draft.state, draft.number.clone()), (State::Draft, None));
    let wrong = answers(json!({ "birth_date": "31.02.2031", "passport_number": "!", "filer": "foreigner" }));
    let saved = citizen.client.save_answers(draft.id, draft.version, &wrong).await.unwrap();
    assert_eq!(saved.version, draft.version + 1);
    let read = citizen.client.get_application(draft.id).await.unwrap();
    assert_eq!(read.answers["birth_date"], "31.02.2031", "kept as typed");
    for (bad, code, pointer) in [
        (json!({ "officer_note": "x" }), "unknown_field", "/answers/officer_note"),
        (json!({ "birth_date": 5 }), "wrong_type", "/answers/birth_date"),
        (json!({ "entry_point": "А".repeat(5_000) }), "too_long", "/answers/entry_point"),
        (json!({ "entry_point": "Аэро\u{202e}порт" }), "forbidden_character", "/answers/entry_point"),
        (json!({ "address": { "planet": "Mars" } }), "unknown_field", "/answers/address/planet"),
    ] {
        let refusal = citizen.client.save_answers(draft.id, saved.version, &answers(bad)).await.unwrap_err();
        let found = errors(&refusal);
        assert!(found.iter().any(|e| e.code == code && e.pointer == pointer), "{code}: {found:?}");
    }
    let unknown = ApplicationIn::new("no-such-service");
    assert_eq!(
        citizen.client.create_application(key(), &unknown).await.unwrap_err().problem().unwrap().status,
        422
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_do_not_overwrite_each_other() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    let first = citizen
        .client
        .save_answers(draft.id, draft.version, &answers(json!({ "entry_point": "Первая" })))
        .await;
    let second = citizen
        .client
        .save_answers(draft.id, draft.version, &answers(json!({ "entry_point": "Вторая" })))
        .await;
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err().code(), Some(ErrorCode::StaleVersion));
    let kept = citizen.client.get_application(draft.id).await.unwrap();
    assert_eq!(kept.answers["entry_point"], "Первая");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_form_gets_every_place_and_no_code() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.draft("arrival-notice").await;
    let mut incomplete = make::arrival();
    incomplete["family_name_latin"] = json!("ОБРАЗЦОВ");
    incomplete["entry_date"] = json!(make::day(3).to_string());
    incomplete.remove("passport_number");
    let saved = citizen
        .client
        .save_answers(draft.id, draft.version, &AnswersIn { answers: incomplete })
        .await
        .unwrap();
    let refusal = citizen.client.request_submission_code(key(), draft.id).await.unwrap_err();
    let found = errors(&refusal);
    for (pointer, code) in [
        ("/answers/family_name_latin", "latin_only"),
        ("/answers/entry_date", "date_in_future"),
        ("/answers/passport_number", "required"),
        ("/documents/passport", "document_required"),
        ("/documents/housing", "document_required"),
    ] {
        let there = found.iter().any(|e| e.pointer == pointer && e.code == code);
        assert!(there, "{pointer} {code}: {found:?}");
    }
    for error in &found {
        for language in ["ru", "en"] {
            assert!(
                app.app.texts.get(language, "errors", &error.code).is_some(),
                "{language}: {}",
                error.code
            );
        }
    }
    assert_eq!(citizen.client.get_application(draft.id).await.unwrap().version, saved.version);
}

/// A double click, a lost answer, two tabs: one application.
#[tokio::test(flavor = "multi_thread")]
async fn filing_happens_once() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let (challenge, code) = citizen.submission_code(&app, draft.id).await;
    let body = SubmissionIn { challenge_id: challenge.id, code: code.as_str().into(), consent: true };
    let click = key();
    let (client, id, version) = (Arc::clone(&citizen.client), draft.id, draft.version);
    let clicks: Vec<_> = (0..6)
        .map(|n| {
            let (client, body) = (Arc::clone(&client), body.clone());
            // The first four are one button, the others another tab.
            let key = if n < 4 { click } else { key() };
            tokio::spawn(async move { (n, client.submit_application(key, id, version, &body).await) })
        })
        .collect();
    let mut filed = Vec::new();
    let mut by_the_button = false;
    for task in clicks {
        match task.await.unwrap() {
            (n, Ok(application)) => {
                by_the_button |= n < 4;
                filed.push(application);
            }
            (n, Err(error)) => {
                assert!(
                    matches!(
                        error.code(),
                        Some(
                            ErrorCode::WrongState
                                | ErrorCode::StaleVersion
                                | ErrorCode::CodeExpired
                                | ErrorCode::CodeBlocked
                                | ErrorCode::StillRunning
                        )
                    ),
                    "click {n}: {error}"
                );
            }
        }
    }
    assert!(!filed.is_empty());
    assert!(filed.windows(2).all(|pair| pair[0].number == pair[1].number));
    let late = citizen.client.submit_application(click, id, version, &body).await;
    if by_the_button {
        assert_eq!(late.unwrap().number, filed[0].number, "the first answer again");
    } else {
        assert!(late.is_err(), "the other tab has filed it");
    }
    assert_eq!(app.number("select count(*) as n from case_events where kind = 'submitted'").await, 1);
    assert_eq!(app.number("select count(*) as n from applications").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_nothing_is_filed() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let draft = citizen.ready("arrival-notice", make::arrival()).await;
    let (challenge, code) = citizen.submission_code(&app, draft.id).await;
    let body = SubmissionIn { challenge_id: challenge.id, code: code.as_str().into(), consent: false };
    let refusal = citizen.client.submit_application(key(), draft.id, draft.version, &body).await.unwrap_err();
    assert!(errors(&refusal).iter().any(|error| error.pointer == "/consent"));
    assert_eq!(citizen.client.get_application(draft.id).await.unwrap().state, State::Draft);
    let agreed = SubmissionIn { consent: true, ..body };
    citizen.client.submit_application(key(), draft.id, draft.version, &agreed).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_opens_the_named_places_only() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    assert_eq!(filed.state, State::InReview);
    let due = filed.clock.due_at.unwrap();
    let case = officer.take(filed.id).await;
    let remark = |pointer: &str| RemarkIn {
        pointer: pointer.into(),
        reason: None,
        comment: "Укажите номер дома.".into(),
    };
    let nowhere = CorrectionIn { remarks: vec![remark("/answers/no_such_field")] };
    let refusal =
        officer.client.request_correction(key(), case.id, case.version, &nowhere).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::Invalid));
    let body = CorrectionIn { remarks: vec![remark("/answers/address"), remark("/documents/housing")] };
    officer.client.request_correction(key(), case.id, case.version, &body).await.unwrap();

    let returned = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!((returned.state, returned.remarks.len()), (State::ReturnedForFix, 2));
    assert!(returned.clock.paused);
    let with = |field: &str, value: Value| {
        let mut all: Map<String, Value> = returned.answers.clone();
        all.insert(field.into(), value);
        AnswersIn { answers: all }
    };
    let other = with("passport_number", json!("FA7654321"));
    let refusal = citizen.client.save_answers(filed.id, returned.version, &other).await.unwrap_err();
    assert!(
        errors(&refusal).iter().any(|e| e.pointer == "/answers/passport_number" && e.code == "not_remarked")
    );
    let mut address = returned.answers["address"].clone();
    address["house"] = json!("14");
    let body = with("address", address);
    citizen.client.save_answers(filed.id, returned.version, &body).await.unwrap();
    citizen.attach(filed.id, "housing", "new.jpg", files::jpeg()).await;
    let again = citizen.send_again(filed.id).await.unwrap();
    assert_eq!(again.number, filed.number, "the same number");
    app.run_jobs().await;
    let back = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(back.state, State::InReview);
    assert!(back.remarks.is_empty());
    assert!(back.clock.due_at.unwrap() >= due, "the clock stood still meanwhile");
    let case = officer.client.get_case(filed.id).await.unwrap();
    assert_eq!(case.answers["address"]["house"], "14");
    assert!(case.mended.contains(&"/answers/address".to_owned()));
}

/// What is asked only because of a mended answer may be given, although nobody remarked it.
#[tokio::test(flavor = "multi_thread")]
async fn a_mended_answer_may_bring_new_documents() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    let comment = "Принимает организация.".to_owned();
    let remark = RemarkIn { pointer: "/answers/filer".into(), reason: None, comment };
    let body = CorrectionIn { remarks: vec![remark] };
    officer.client.request_correction(key(), case.id, case.version, &body).await.unwrap();
    let returned = citizen.client.get_application(filed.id).await.unwrap();
    let mut answers = returned.answers.clone();
    answers.insert("filer".into(), json!("host_organisation"));
    let body = AnswersIn { answers };
    citizen.client.save_answers(filed.id, returned.version, &body).await.unwrap();
    let refusal = citizen.send_again(filed.id).await.unwrap_err();
    assert!(errors(&refusal).iter().any(|e| e.pointer == "/documents/authority"), "{refusal:?}");
    citizen.attach(filed.id, "authority", "order.jpg", files::jpeg()).await;
    let refusal = citizen.send_again(filed.id).await.unwrap_err();
    assert!(errors(&refusal).iter().all(|e| !e.pointer.starts_with("/documents/")), "{refusal:?}");
}

/// SV4-10: nobody is approved by silence, and nobody is left without a word.
#[tokio::test(flavor = "multi_thread")]
async fn a_term_that_has_passed_is_told_once() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let filed = citizen.in_review(&app).await;
    app.retry_jobs().await;
    let overdue = "select count(*) as n from case_events where kind = 'overdue'";
    assert_eq!(app.number(overdue).await, 0, "not before its end");
    app.sql("update applications set due_at = '2026-11-01T15:00:00Z'").await;
    app.sql("update jobs set payload = jsonb_set(payload, '{due}', '\"2026-11-01T15:00:00Z\"') where kind = 'term_ended'")
        .await;
    app.retry_jobs().await;
    app.sql("update jobs set state = 'ready' where kind = 'term_ended'").await;
    app.retry_jobs().await;
    assert_eq!(app.number(overdue).await, 1);
    let now = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(now.state, State::InReview);
    let feed = citizen.client.list_notifications(&Default::default()).await.unwrap();
    assert_eq!(feed.items.iter().filter(|news| news.kind == "overdue").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_why_and_how_to_mend_it() {
    let app = TestApp::start().await;
    let (citizen, officer) = (app.citizen().await, app.officer().await);
    let filed = citizen.in_review(&app).await;
    let case = officer.take(filed.id).await;
    let empty = RefusalIn { reasons: Vec::new() };
    let refusal = officer.client.refuse_case(key(), case.id, case.version, &empty).await.unwrap_err();
    assert_eq!(refusal.code(), Some(ErrorCode::Invalid), "never without a reason");
    let service = citizen.client.get_service("arrival-notice", None).await.unwrap();
    let reason = |code: &str| RefusalIn {
        reasons: vec![ReasonIn { code: code.into(), comment: Some("Страница 2".into()) }],
    };
    let strange =
        officer.client.refuse_case(key(), case.id, case.version, &reason("X-99")).await.unwrap_err();
    assert_eq!(strange.code(), Some(ErrorCode::Invalid));
    let code = service.refusal_reasons.first().unwrap();
    officer.client.refuse_case(key(), case.id, case.version, &reason(code)).await.unwrap();
    let refused = citizen.client.get_application(filed.id).await.unwrap();
    assert_eq!(refused.state, State::Refused);
    let event = refused.timeline.iter().find(|event| event.kind == "refused").unwrap();
    assert!(!event.reasons[0].cure.get("ru").is_empty());
    assert_eq!(event.reasons[0].comment.as_deref(), Some("Страница 2"));
    let late =
        officer.client.approve_case(key(), case.id, case.version + 1, &Default::default()).await.unwrap_err();
    assert!(matches!(late.code(), Some(ErrorCode::WrongState | ErrorCode::StaleVersion)));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages_and_tabs() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    for _ in 0..5 {
        citizen.draft("arrival-notice").await;
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let query = ApplicationsQuery { tab: Tab::Drafts, cursor, limit: Some(2) };
        let page = citizen.client.list_applications(&query).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|item| item.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let total = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((total, seen.len()), (5, 5), "each once");
    let closed = ApplicationsQuery { tab: Tab::Closed, ..ApplicationsQuery::default() };
    assert!(citizen.client.list_applications(&closed).await.unwrap().items.is_empty());
    let stranger = app.citizen().await;
    assert!(stranger.client.list_applications(&ApplicationsQuery::default()).await.unwrap().items.is_empty());
    let broken = ApplicationsQuery { cursor: Some("rubbish".into()), ..ApplicationsQuery::default() };
    assert_eq!(citizen.client.list_applications(&broken).await.unwrap_err().problem().unwrap().status, 400);
}

/// Drafts that are deleted again count too: the answers to their making are kept for a while.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_start_only_so_many_drafts() {
    let app = TestApp::start_with(|config| config.applications.drafts_per_hour = 2).await;
    let citizen = app.citizen().await;
    let body = ApplicationIn::new("arrival-notice");
    let click = key();
    let first = citizen.client.create_application(click, &body).await.unwrap();
    let again = citizen.client.create_application(click, &body).await.unwrap();
    assert_eq!(first.id, again.id, "a repeat is not counted");
    citizen.client.delete_draft(first.id).await.unwrap();
    citizen.draft("arrival-notice").await;
    let refusal = citizen.client.create_application(key(), &body).await.unwrap_err();
    let problem = refusal.problem().unwrap();
    assert_eq!(problem.code, ErrorCode::TooManyRequests);
    assert!((1..=3_600).contains(&problem.retry_after.unwrap()), "{problem:?}");
    app.citizen().await.draft("arrival-notice").await;
    assert_eq!(app.number("select count(*) as n from applications").await, 2);
    app.sql("update rate_windows set window_start = window_start - interval '1 hour'").await;
    citizen.draft("arrival-notice").await;
}
