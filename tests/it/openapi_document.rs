//! The document, the router, the client and the committed file say the same.

use std::collections::{BTreeMap, BTreeSet};

use backend::applications::graph::CaseEvent;
use openapi::ErrorCode;
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

#[test]
fn the_document_names_every_event() {
    let kind = document()["components"]["schemas"]["Event"]["properties"]["kind"]["description"].to_string();
    for event in CaseEvent::ALL {
        assert!(kind.contains(&format!("`{}`", event.as_str())), "{} is not in: {kind}", event.as_str());
    }
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

/// Every object of the document, with the way to it.
fn walk<'a>(value: &'a Value, path: &str, visit: &mut dyn FnMut(&str, &'a Value)) {
    visit(path, value);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| walk(inner, &format!("{path}/{name}"), visit));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, inner)| walk(inner, &format!("{path}/{i}"), visit));
        }
        _ => {}
    }
}

/// What a reference leads to, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(target) => document.pointer(target.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// What OpenAPI 3.1 asks for and utoipa leaves to the author.
#[test]
fn the_document_is_valid() {
    let document = document();
    walk(&document, "", &mut |path, value| {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            let pointer = target.strip_prefix('#').unwrap_or_else(|| panic!("{path} leads out: {target}"));
            assert!(document.pointer(pointer).is_some(), "{path} leads nowhere: {target}");
        }
        if let Some(required) = value.get("required").and_then(Value::as_array) {
            for name in required {
                assert!(value["properties"].get(name.as_str().unwrap()).is_some(), "{path} requires {name}");
            }
        }
        if let Some(text) = value.get("description").and_then(Value::as_str) {
            assert!(!text.contains("[`"), "{path}: a link only rustdoc understands");
        }
    });
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    for (id, (_, path, operation)) in operations(&document) {
        let mut places = BTreeSet::new();
        for parameter in operation["parameters"].as_array().unwrap() {
            let Some(name) = parameter["name"].as_str() else { continue };
            let place = parameter["in"].as_str().unwrap();
            assert!(places.insert((place, name)), "{id}: {name} twice");
            assert!(parameter["schema"].is_object(), "{id}: {name} has no schema");
            assert!(
                place != "path" || path.contains(&format!("{{{name}}}")),
                "{id}: {name} is not in {path}"
            );
        }
        let variables = path.matches('{').count();
        assert_eq!(places.iter().filter(|(place, _)| *place == "path").count(), variables, "{id}: {path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let text = resolved(&document, response)["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{id}: {status} has no description");
        }
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{id}: its tag is not described");
    }
}

#[test]
fn codes_stand_in_the_document_as_on_the_wire() {
    let document = document();
    let wire = serde_json::to_value(ErrorCode::ALL).unwrap();
    assert_eq!(document["components"]["schemas"]["ErrorCode"]["enum"], wire);
    let known: BTreeMap<&str, u16> =
        ErrorCode::ALL.iter().map(|code| (code.as_str(), code.status())).collect();
    assert_eq!(known.len(), ErrorCode::ALL.len());
    for (id, (_, _, operation)) in operations(&document) {
        let codes = operation["x-errors"].as_array().unwrap();
        assert!(codes.contains(&Value::from("internal")), "{id}: a code that does not exist");
        for code in codes.iter().map(|code| code.as_str().unwrap()) {
            let response = resolved(&document, &operation["responses"][known[code].to_string()]);
            assert!(response["description"].as_str().unwrap().contains(&format!("`{code}`")), "{id}: {code}");
            let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/Problem", "{id}: {code}");
        }
    }
}

#[test]
fn what_may_be_wrong_with_an_answer_is_listed() {
    let document = document();
    let code = &document["components"]["schemas"]["FieldError"]["properties"]["code"];
    let text = code["description"].as_str().unwrap();
    for code in catalogue::answers::code::ALL {
        assert!(text.contains(&format!("`{code}`")), "{code} is not described at FieldError.code");
    }
}

/// Every `#[validate(length(…))]` of the contract, read from its source, stands in the schema too.
#[test]
fn lengths_that_are_checked_stand_in_the_document() {
    let document = document();
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("openapi/src")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(path).unwrap();
        let (mut of, mut checked) = ("", None);
        for line in source.lines().map(str::trim) {
            let name = |prefix: &str| line.strip_prefix(prefix)?.split([' ', ':', '<', '(']).next();
            if let Some(found) = name("pub struct ") {
                of = found;
            } else if let Some(rule) = line.strip_prefix("#[validate(length(") {
                checked = rule.split(')').next();
            } else if let (Some(field), Some(rule)) = (name("pub "), checked) {
                let schema = &document["components"]["schemas"][of]["properties"][field];
                let unit = if schema["type"] == "array" { "Items" } else { "Length" };
                for (edge, bound) in rule.split(',').filter_map(|part| part.trim().split_once(" = ")) {
                    let Ok(bound) = bound.parse::<u64>() else { continue };
                    assert_eq!(schema[format!("{edge}{unit}")], bound, "{of}.{field}: {edge}");
                    seen += 1;
                }
                checked = None;
            }
        }
        assert!(checked.is_none(), "a rule of {of} belongs to no field");
    }
    assert!(seen > 20, "only {seen} lengths found: the source is written in another way");
}

#[test]
fn files_are_bytes_and_say_their_name() {
    let document = document();
    assert_eq!(document["components"]["schemas"]["File"]["format"], "binary");
    for (id, (_, _, operation)) in operations(&document) {
        let is_file = |content: &Value| {
            content.as_object().is_some_and(|all| {
                all.values().any(|one| one["schema"]["$ref"] == "#/components/schemas/File")
            })
        };
        assert_eq!(is_file(&operation["requestBody"]["content"]), id == "upload_document", "{id}");
        let answer = &operation["responses"]["200"];
        assert_eq!(is_file(&answer["content"]), id.starts_with("download_"), "{id}");
        assert_eq!(answer["headers"]["Content-Disposition"].is_object(), id.starts_with("download_"), "{id}");
    }
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
