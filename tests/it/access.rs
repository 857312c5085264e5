//! Who may call what, whether a repeat is safe and what it leaves: one table written by hand, compared with the
//! document, and every role sent to every operation.

use std::collections::{BTreeMap, BTreeSet};

use openapi::{ErrorCode, Problem, Secret};
use reqwest::{Method, StatusCode};
use tests::TestApp;
use uuid::Uuid;

use crate::openapi_document::{document, operations};

/// (operation, access, idempotent, audit).
const POLICY: &[(&str, &str, &str, &str)] = &[
    ("sign_up", "anyone", "required", "none"),
    ("resend_activation", "anyone", "required", "none"),
    ("check_link", "anyone", "natural", "none"),
    ("activate_account", "anyone", "required", "none"),
    ("request_recovery", "anyone", "required", "none"),
    ("recover_account", "anyone", "required", "none"),
    ("sign_in", "anyone", "required", "none"),
    ("resend_code", "anyone", "required", "none"),
    ("create_session", "anyone", "no", "none"),
    ("refresh_session", "anyone", "natural", "none"),
    ("sign_out", "anyone", "natural", "none"),
    ("list_sessions", "citizen", "natural", "none"),
    ("revoke_session", "citizen", "natural", "none"),
    ("get_account", "citizen", "natural", "none"),
    ("update_account", "citizen", "natural", "none"),
    ("list_services", "anyone", "natural", "none"),
    ("get_service", "anyone", "natural", "none"),
    ("get_references", "anyone", "natural", "none"),
    ("verify_paper", "anyone", "natural", "none"),
    ("list_signing_keys", "anyone", "natural", "none"),
    ("create_application", "citizen", "required", "none"),
    ("list_applications", "citizen", "natural", "none"),
    ("get_application", "citizen", "natural", "none"),
    ("save_answers", "citizen", "natural", "none"),
    ("delete_draft", "citizen", "natural", "none"),
    ("request_submission_code", "citizen", "required", "none"),
    ("submit_application", "citizen", "required", "submitted"),
    ("amend_application", "citizen", "required", "amending"),
    ("resubmit_application", "citizen", "required", "resubmitted"),
    ("withdraw_application", "citizen", "required", "withdrawn"),
    ("confirm_result", "citizen", "required", "result_confirmed"),
    ("list_papers", "citizen", "natural", "none"),
    ("download_paper", "citizen", "natural", "none"),
    ("upload_document", "citizen", "required", "none"),
    ("delete_document", "citizen", "natural", "none"),
    ("download_document", "citizen", "natural", "none"),
    ("list_messages", "citizen", "natural", "none"),
    ("send_message", "citizen", "required", "message_received"),
    ("get_charge", "citizen", "natural", "none"),
    ("start_payment", "citizen", "required", "none"),
    ("get_payment", "citizen", "natural", "none"),
    ("list_payments", "citizen", "natural", "none"),
    ("receive_bank_webhook", "bank", "natural", "none"),
    ("list_notifications", "citizen", "natural", "none"),
    ("mark_notifications_read", "citizen", "natural", "none"),
    ("mark_application_read", "citizen", "natural", "none"),
    ("list_changes", "person", "natural", "none"),
    ("stream_changes", "person", "natural", "none"),
    ("create_officer_session", "anyone", "no", "none"),
    ("refresh_officer_session", "anyone", "natural", "none"),
    ("sign_out_officer", "anyone", "natural", "none"),
    ("get_officer", "officer", "natural", "none"),
    ("list_cases", "officer", "natural", "none"),
    ("get_case", "officer", "natural", "read"),
    ("take_case", "officer", "natural", "taken"),
    ("release_case", "officer", "natural", "released"),
    ("request_correction", "officer", "required", "correction_requested"),
    ("approve_case", "officer", "required", "approved"),
    ("refuse_case", "officer", "required", "refused"),
    ("revoke_result", "officer", "required", "revoked"),
    ("list_case_messages", "officer", "natural", "read"),
    ("send_case_message", "officer", "required", "message_sent"),
    ("download_case_document", "officer", "natural", "read"),
    ("download_case_paper", "officer", "natural", "read"),
];

#[test]
fn the_document_says_what_the_table_says() {
    let said: BTreeMap<String, (String, String, String)> = operations(&document())
        .into_iter()
        .map(|(id, (_, _, operation))| {
            let says = |name: &str| operation[name].as_str().unwrap_or_default().to_owned();
            (id, (says("x-access"), says("x-idempotent"), says("x-audit")))
        })
        .collect();
    let meant = POLICY
        .iter()
        .map(|(id, access, idempotent, audit)| {
            ((*id).to_owned(), ((*access).to_owned(), (*idempotent).to_owned(), (*audit).to_owned()))
        })
        .collect();
    assert_eq!(said, meant);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_gets_only_where_the_table_lets_it() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let officer = app.officer().await;
    let roles = [
        ("nobody", None),
        ("citizen", citizen.client.access_token()),
        ("officer", officer.client.access_token()),
        ("forger", Some(Secret::from("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30."))),
    ];
    let operations = operations(&document());
    for (id, access, _, _) in POLICY {
        let (method, path, operation) = &operations[*id];
        for (role, token) in &roles {
            let (status, code) = call(&app, method, path, token.as_ref()).await;
            if let Some(code) = code {
                let named = operation["x-errors"].as_array().unwrap();
                assert!(named.contains(&code.as_str().into()), "{id} as {role}: {code:?} is not documented");
            }
            let let_in = match *access {
                "anyone" | "bank" => true,
                "person" => ["citizen", "officer"].contains(role),
                who => who == *role,
            };
            if let_in {
                let by_cookie = ["refresh_session", "refresh_officer_session"].contains(id);
                assert!(by_cookie || status != StatusCode::UNAUTHORIZED, "{id} as {role}: {status}");
                assert_ne!(status, StatusCode::FORBIDDEN, "{id} as {role}");
                assert!(!status.is_server_error(), "{id} as {role}: {status}");
            } else if ["nobody", "forger"].contains(role) {
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{id} as {role}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{id} as {role}");
            }
        }
    }
}

/// The same address at the other door is not there.
#[tokio::test(flavor = "multi_thread")]
async fn each_operation_stands_at_its_own_door() {
    let app = TestApp::start().await;
    for (id, (method, path, operation)) in operations(&document()) {
        let everywhere = ["services", "changes"].contains(&operation["tags"][0].as_str().unwrap())
            || id == "list_signing_keys";
        let wrong = if base(&app, &path) == app.portal { &app.desk } else { &app.portal };
        let answer = request(&app, wrong, &method, &concrete(&path)).send().await.unwrap();
        assert_eq!(answer.status() != StatusCode::NOT_FOUND, everywhere, "{id}");
    }
}

/// RFC 9110: a known path with another method is 405 and `Allow` says which there are.
#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_refused_by_name() {
    let app = TestApp::start().await;
    let document = document();
    let operations: Vec<(String, String)> =
        operations(&document).into_values().map(|(method, path, _)| (method.to_uppercase(), path)).collect();
    for template in document["paths"].as_object().unwrap().keys() {
        let path = concrete(template);
        let here = operations.iter().filter(|(_, known)| known == template);
        let mut known: BTreeSet<&str> = here.map(|(method, _)| method.as_str()).collect();
        if known.contains("GET") {
            known.insert("HEAD");
        }
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"] {
            // `/sessions/refresh` is also a `/sessions/{id}`, one that nobody has.
            let taken = operations.iter().any(|(other, known)| other == method && fits(known, &path));
            if taken || known.contains(method) {
                continue;
            }
            let answer = request(&app, base(&app, &path), method, &path).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let allow = answer.headers()["Allow"].to_str().unwrap().to_owned();
            assert_eq!(allow.split(", ").collect::<BTreeSet<_>>(), known, "{method} {path}");
            assert_eq!(problem(answer).await.unwrap().code, ErrorCode::MethodNotAllowed, "{method} {path}");
        }
    }
    let nowhere = request(&app, &app.portal, "POST", "/api/v1/nowhere").send().await.unwrap();
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_as_get_without_the_body() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let token = citizen.client.access_token().unwrap();
    for path in ["/services", "/services/arrival-notice", "/account", "/changes/stream", "/services/none"] {
        let ask = |method: Method| {
            let request = app.http().request(method, format!("{}/api/v1{path}", app.portal));
            request.header("Authorization", format!("bearer {}", token.expose())).send()
        };
        let (get, head) = (ask(Method::GET).await.unwrap(), ask(Method::HEAD).await.unwrap());
        assert_eq!(head.status(), get.status(), "{path}");
        for name in ["ETag", "Content-Type", "Cache-Control"] {
            assert_eq!(head.headers().get(name), get.headers().get(name), "{path}: {name}");
        }
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_cannot_be_read_are_told_from_those_that_are_missing() {
    let app = TestApp::start().await;
    let citizen = app.citizen().await;
    let token = citizen.client.access_token().unwrap();
    let draft = Uuid::new_v4();
    let (create, save) = ("/api/v1/applications".to_owned(), format!("/api/v1/applications/{draft}/answers"));
    for (method, path, header, code) in [
        (Method::POST, &create, None, ErrorCode::IdempotencyKeyMissing),
        (Method::POST, &create, Some(("Idempotency-Key", "7")), ErrorCode::IdempotencyKeyInvalid),
        (Method::PUT, &save, None, ErrorCode::IfMatchMissing),
        (Method::PUT, &save, Some(("If-Match", "*")), ErrorCode::IfMatchInvalid),
        (Method::PUT, &save, Some(("If-Match", "\"seven\"")), ErrorCode::IfMatchInvalid),
    ] {
        let mut request = app.http().request(method, format!("{}{path}", app.portal));
        request = request.bearer_auth(token.expose()).header("Content-Type", "application/json").body("{}");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let refusal = problem(request.send().await.unwrap()).await.unwrap();
        assert_eq!((refusal.status, refusal.code), (400, code), "{header:?}");
    }
}

/// The address an operation stands at.
fn base<'a>(app: &'a TestApp, path: &str) -> &'a str {
    if path.starts_with("/api/v1/desk") { &app.desk } else { &app.portal }
}

/// A path about things that do not exist.
fn concrete(path: &str) -> String {
    let part = |part: &str| match part {
        "{kind}" => "receipt".to_owned(),
        "{code}" => "arrival-notice".to_owned(),
        part if part.starts_with('{') => Uuid::new_v4().to_string(),
        part => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(path).all(|(part, given)| part.starts_with('{') || *part == given)
}

fn request(app: &TestApp, base: &str, method: &str, path: &str) -> reqwest::RequestBuilder {
    app.http().request(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), format!("{base}{path}"))
}

/// A request of the right shape about things that do not exist, and why it was refused.
async fn call(
    app: &TestApp,
    method: &str,
    path: &str,
    token: Option<&Secret>,
) -> (StatusCode, Option<ErrorCode>) {
    let query = if path.ends_with("/documents") { "?item=passport&name=a.jpg" } else { "" };
    let mut request = request(app, base(app, path), method, &format!("{}{query}", concrete(path)))
        .header("Idempotency-Key", Uuid::new_v4().to_string())
        .header("If-Match", "\"1\"")
        .header("X-Requested-With", "prichal");
    if path.ends_with("/documents") {
        request = request.body("not a picture");
    } else if method != "get" {
        request = request.header("Content-Type", "application/json").body("{}");
    }
    if let Some(token) = token {
        request = request.bearer_auth(token.expose());
    }
    let answer = request.send().await.unwrap();
    (answer.status(), problem(answer).await.map(|problem| problem.code))
}

/// The problem of a refusal.
async fn problem(answer: reqwest::Response) -> Option<Problem> {
    let kind = answer.headers().get("Content-Type")?.to_str().ok()?.to_owned();
    (kind == "application/problem+json").then_some(())?;
    Some(answer.json().await.unwrap())
}
