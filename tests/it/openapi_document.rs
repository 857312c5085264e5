//! The document, the router, the client and the committed file say the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tests::TestApp;
use tests::app::root;

pub fn document() -> Value {
    serde_json::to_value(backend::routes::document()).unwrap()
}

/// Operation id → (method, path, operation).
pub fn operations(document: &Value) -> BTreeMap<String, (String, String, Value)> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let before = found.insert(id.to_owned(), (method.clone(), path.clone(), operation.clone()));
            assert!(before.is_none(), "two operations are called {id}");
        }
    }
    found
}

#[test]
fn the_committed_document_is_the_routers() {
    let committed = std::fs::read_to_string(root().join("openapi/openapi.json")).unwrap();
    let committed: Value = serde_json::from_str(&committed).unwrap();
    assert!(
        committed == document(),
        "openapi/openapi.json is not up to date; mend it with: cargo xtask openapi"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_served_document_is_the_committed_one() {
    let app = TestApp::start().await;
    let url = format!("{}/api/openapi.json", app.portal);
    let served: Value = app.http().get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(served, document());
    let docs = app.http().get(format!("{}/api/docs/", app.portal)).send().await.unwrap();
    assert!(docs.status().is_success());
    assert!(!docs.text().await.unwrap().contains("https://"), "the documentation page works offline");
}

/// The methods of the client are read from its source: a method per operation, named as the operation.
#[test]
fn the_client_has_a_method_for_every_operation() {
    let mut methods = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("openapi/src/client")).unwrap() {
        let path = entry.unwrap().path();
        if ["mod.rs", "native.rs", "browser.rs"].iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap();
        methods.extend(
            source.split("pub async fn ").skip(1).map(|rest| rest.split('(').next().unwrap().to_owned()),
        );
    }
    let operations: BTreeSet<String> = operations(&document()).into_keys().collect();
    assert_eq!(methods, operations);
}

#[test]
fn every_operation_says_who_may_call_it_and_what_it_leaves() {
    for (id, (method, _, operation)) in operations(&document()) {
        let says =
            |name: &str| operation[name].as_str().unwrap_or_else(|| panic!("{id} has no {name}")).to_owned();
        assert!(
            ["anyone", "citizen", "officer", "person", "bank"].contains(&says("x-access").as_str()),
            "{id}"
        );
        let idempotent = says("x-idempotent");
        assert!(["required", "natural", "no"].contains(&idempotent.as_str()), "{id}");
        assert!(!says("x-audit").is_empty(), "{id}");
        let has_key = operation["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "Idempotency-Key"));
        assert_eq!(has_key, idempotent == "required", "{id}: the parameter and x-idempotent differ");
        assert!(method != "get" || idempotent == "natural", "{id}: reading may always be repeated");
        assert!(operation["responses"]["default"].is_object(), "{id}: the error answer is documented");
        assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 3), "{id}: a summary");
    }
}
