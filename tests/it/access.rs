//! Who may call what, whether a repeat is safe and what it leaves: one table written by hand, compared with the
//! document, and every role sent to every operation.

use std::collections::BTreeMap;

use openapi::Secret;
use reqwest::{Method, StatusCode};
use tests::TestApp;
use uuid::Uuid;

use crate::openapi_document::{document, operations};

/// (operation, access, idempotent, audit).
const POLICY: &[(&str, &str, &str, &str)] = &[
    ("sign_up", "anyone", "required", "none"),
    ("resend_activation", "anyone", "required", "none"),
    ("activate_account", "anyone", "required", "none"),
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
    ("resubmit_application", "citizen", "required", "resubmitted"),
    ("withdraw_application", "citizen", "required", "withdrawn"),
    ("download_paper", "citizen", "natural", "none"),
    ("upload_document", "citizen", "required", "none"),
    ("delete_document", "citizen", "natural", "none"),
    ("download_document", "citizen", "natural", "none"),
    ("get_charge", "citizen", "natural", "none"),
    ("start_payment", "citizen", "required", "none"),
    ("get_payment", "citizen", "natural", "none"),
    ("list_payments", "citizen", "natural", "none"),
    ("receive_bank_webhook", "bank", "natural", "none"),
    ("list_notifications", "citizen", "natural", "none"),
    ("mark_notifications_read", "citizen", "natural", "none"),
    ("list_changes", "person", "natural", "none"),
    ("stream_changes", "person", "natural", "none"),
    ("create_officer_session", "anyone", "no", "none"),
    ("refresh_officer_session", "anyone", "natural", "none"),
    ("sign_out_officer", "anyone", "natural", "none"),
    ("get_officer", "officer", "natural", "none"),
    ("list_cases", "officer", "natural", "none"),
    ("get_case", "officer", "natural", "none"),
    ("take_case", "officer", "natural", "taken"),
    ("release_case", "officer", "natural", "released"),
    ("request_correction", "officer", "required", "correction_requested"),
    ("approve_case", "officer", "required", "approved"),
    ("refuse_case", "officer", "required", "refused"),
    ("revoke_result", "officer", "required", "revoked"),
    ("download_case_document", "officer", "natural", "none"),
    ("download_case_paper", "officer", "natural", "none"),
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
        let (method, path, _) = &operations[*id];
        for (role, token) in &roles {
            let status = call(&app, method, path, token.as_ref()).await;
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

/// A request of the right shape about things that do not exist.
async fn call(app: &TestApp, method: &str, path: &str, token: Option<&Secret>) -> StatusCode {
    let path: String = path
        .split('/')
        .map(|part| match part {
            "{kind}" => "receipt".to_owned(),
            "{code}" => "no-such-service".to_owned(),
            part if part.starts_with('{') => Uuid::new_v4().to_string(),
            part => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/");
    let query = if path.ends_with("/documents") { "?item=passport&name=a.jpg" } else { "" };
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    let mut request = app
        .http()
        .request(method.clone(), format!("{}{path}{query}", app.portal))
        .header("Idempotency-Key", Uuid::new_v4().to_string())
        .header("If-Match", "\"1\"")
        .header("X-Requested-With", "prichal");
    if path.ends_with("/documents") {
        request = request.body("not a picture");
    } else if method != Method::GET {
        request = request.header("Content-Type", "application/json").body("{}");
    }
    if let Some(token) = token {
        request = request.bearer_auth(token.expose());
    }
    request.send().await.unwrap().status()
}
