//! The document of the API: what the registration of the routes says, and what holds for all operations and is therefore
//! said once: which refusals follow from the shape of an operation, which headers from the shape of its answer.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::App;
use openapi::ErrorCode;
use serde_json::{Value, json};
use utoipa::PartialSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{Array, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder,
};
use utoipa_actix_web::AppExt;

use super::routes;

/// The parts of the house, in the order of the main job.
const TAGS: [(&str, &str); 9] = [
    ("services", "What can be applied for, and what forms choose from. On both addresses."),
    ("accounts", "Sign-up, sign-in, sessions, the account."),
    ("applications", "Drafts, filing, corrections, history."),
    ("documents", "The applicant's files."),
    ("messages", "Between an applicant and the service, about one application."),
    ("payments", "Charges and payments. Amounts are kopecks."),
    ("papers", "What the service issues, and the public check of it."),
    ("notifications", "The feed."),
    ("changes", "Word that something has changed, as a stream or by asking. On both addresses."),
];
const DESK: (&str, &str) =
    ("desk", "The officers' desk. Served by the desk's address only; the rest by the portal's.");

/// The document, made by the same registration that serves it.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .service(utoipa_actix_web::scope(openapi::BASE_PATH).configure(routes))
        .split_for_parts();
    document.info = InfoBuilder::new()
        .title("Prichal")
        .version("1")
        .description(Some(include_str!("../../../openapi/description.md")))
        .build();
    document.tags = Some(
        TAGS.into_iter()
            .chain([DESK])
            .map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build())
            .collect(),
    );
    let components = document.components.get_or_insert_with(Components::new);
    complete_components(components);
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete(operation, components);
        }
    }
    document
}

/// The document as text, the same every time: extensions come out of a hash map in any order.
///
/// # Errors
/// When the document cannot be written as JSON.
pub fn document_text() -> serde_json::Result<String> {
    let mut document = serde_json::to_value(document())?;
    order_extensions(&mut document);
    serde_json::to_string_pretty(&document)
}

fn order_extensions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let (mut extensions, rest): (Vec<_>, Vec<_>) =
                std::mem::take(members).into_iter().partition(|(name, _)| name.starts_with("x-"));
            extensions.sort_by(|a, b| a.0.cmp(&b.0));
            members.extend(rest.into_iter().chain(extensions));
            members.values_mut().for_each(order_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(order_extensions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// What operations refer to.
fn complete_components(components: &mut Components) {
    for (name, schema) in [
        ("Problem", openapi::Problem::schema()),
        ("FieldError", openapi::FieldError::schema()),
        ("ErrorCode", openapi::ErrorCode::schema()),
    ] {
        components.schemas.insert(name.to_owned(), schema);
    }
    name_items_of_pages(components);

    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let cookie = |name: &str| {
        let text = "The refresh token, kept by the browser; `HttpOnly`, `Secure`, `SameSite=Strict`.";
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, text)))
    };
    for (name, scheme) in [
        ("bearer", SecurityScheme::Http(bearer)),
        ("refresh", cookie("__Host-rt")),
        ("refresh_desk", cookie("__Host-rt-desk")),
    ] {
        components.security_schemes.insert(name.to_owned(), RefOr::T(scheme));
    }

    let headers = [
        ("ETag", Type::String, "The version, in quotes: `\"7\"`. Send it back as `If-Match`."),
        ("RetryAfter", Type::Integer, "Seconds until the next try, where waiting helps."),
        ("ContentLanguage", Type::String, "The language of the texts."),
        (
            "ContentDisposition",
            Type::String,
            "`attachment` with the file's name twice: in ASCII, and as it is in `filename*` (RFC 6266).",
        ),
    ];
    for (name, kind, text) in headers {
        let header =
            HeaderBuilder::new().schema(Some(Object::with_type(kind))).description(Some(text)).build();
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
    components.parameters.insert("AcceptLanguage".to_owned(), RefOr::T(accept_language()));
}

fn accept_language() -> Parameter {
    ParameterBuilder::new()
        .name("Accept-Language")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The language of texts: `ru` (also when absent or unknown) or `en`."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).examples(["ru", "en-GB, en;q=0.9"])))
        .build()
}

/// The generic schema of a page writes its items out in place; clients want them by name.
fn name_items_of_pages(components: &mut Components) {
    let known: BTreeSet<String> = components.schemas.keys().cloned().collect();
    for (name, schema) in &mut components.schemas {
        let Some(item) = name.strip_prefix("Page_").filter(|item| known.contains(*item)) else { continue };
        let RefOr::T(Schema::Object(page)) = schema else { continue };
        let items = Array::new(Ref::from_schema_name(item));
        page.properties.insert("items".to_owned(), RefOr::T(Schema::Array(items)));
    }
}

/// What an operation has by its shape.
fn complete(operation: &mut Operation, components: &mut Components) {
    let says = |name: &str| operation.extensions.as_ref().and_then(|all| all.get(name)).cloned();
    let access =
        says("x-access").and_then(|access| access.as_str().map(ToOwned::to_owned)).unwrap_or_default();
    // A code that does not exist leaves the operation without its refusals, which a test finds.
    let Ok(own) = says("x-errors").map_or_else(|| Ok(BTreeSet::new()), serde_json::from_value) else {
        return;
    };
    if ["citizen", "officer", "person"].contains(&access.as_str()) {
        let none: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new("bearer", none)]);
    }

    let codes = refusals(operation, &access, own);
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter {
            describe_parameter(parameter);
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        describe_headers(response, components);
        if response.description.is_empty() {
            response.description = meaning(status).to_owned();
        }
    }
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in &codes {
        by_status.entry(code.status()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        operation.responses.responses.insert(status.to_string(), shared(components, &codes));
    }
    operation.responses.responses.insert("default".to_owned(), shared(components, &[]));

    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    operation.extensions.get_or_insert_default().insert("x-errors".to_owned(), json!(names));
    let language = RefOr::Ref(Ref::new("#/components/parameters/AcceptLanguage"));
    operation.parameters.get_or_insert_default().push(language);
}

/// Every code an operation may refuse with: its own, and those that follow from what it takes.
fn refusals(operation: &Operation, access: &str, own: BTreeSet<ErrorCode>) -> BTreeSet<ErrorCode> {
    use ErrorCode as Code;

    let parameters = || {
        operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        })
    };
    let takes = |name: &str| parameters().any(|parameter| parameter.name == name);
    // The bank's words are taken as they are: what we do not know of them is none of its faults.
    let is_ours = access != "bank";
    let json = is_ours
        && operation.request_body.as_ref().is_some_and(|body| match body {
            RefOr::T(body) => body.content.contains_key("application/json"),
            RefOr::Ref(_) => false,
        });
    let follows: [(bool, &[Code]); 8] = [
        // The other door answers that there is no such thing.
        (true, &[Code::NotFound, Code::WrongHost, Code::Internal, Code::Busy]),
        (["citizen", "officer"].contains(&access), &[Code::Unauthenticated, Code::Forbidden]),
        (access == "person", &[Code::Unauthenticated]),
        (parameters().any(|parameter| parameter.parameter_in == ParameterIn::Query), &[Code::Invalid]),
        (takes("cursor"), &[Code::Malformed]),
        (json, &[Code::Malformed, Code::TooLarge, Code::UnsupportedMediaType, Code::Invalid]),
        (
            takes("Idempotency-Key"),
            &[
                Code::IdempotencyKeyMissing,
                Code::IdempotencyKeyInvalid,
                Code::StillRunning,
                Code::IdempotencyKeyReused,
            ],
        ),
        (takes("If-Match"), &[Code::IfMatchMissing, Code::IfMatchInvalid, Code::StaleVersion]),
    ];
    let follows =
        follows.into_iter().filter(|(holds, _)| *holds).flat_map(|(_, codes)| codes.iter().copied());
    own.into_iter().chain(follows).collect()
}

/// Whether the refusal may say how long to wait.
const fn waits(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::StillRunning
            | ErrorCode::NotReady
            | ErrorCode::CodeWrong
            | ErrorCode::CodeBlocked
            | ErrorCode::TooManyRequests
            | ErrorCode::Busy
            | ErrorCode::DecisionsStopped
    )
}

/// The answer that refuses with one of these codes, written once for all operations; without any, the one that is not
/// foreseen.
fn shared(components: &mut Components, codes: &[ErrorCode]) -> RefOr<Response> {
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let (name, text) = if names.is_empty() {
        ("other".to_owned(), "Any other refusal, as from something between us and you.".to_owned())
    } else {
        (names.join("."), format!("`{}`.", names.join("`, `")))
    };
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let refusal = ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", problem)
        .header_ref("Content-Language", header("ContentLanguage"));
    let waits = codes.iter().any(|code| waits(*code));
    let refusal = if waits { refusal.header_ref("Retry-After", header("RetryAfter")) } else { refusal };
    let place = Ref::new(format!("#/components/responses/{name}"));
    components.responses.insert(name, RefOr::T(refusal.build()));
    RefOr::Ref(place)
}

fn header(name: &str) -> Ref {
    Ref::new(format!("#/components/headers/{name}"))
}

/// What has a version has a tag, and a file has its name ([`crate::http::respond`]).
fn describe_headers(response: &mut Response, components: &Components) {
    let named = response.content.values().find_map(|content| match content {
        RefOr::T(content) => match content.schema.as_ref() {
            Some(RefOr::Ref(schema)) => schema.ref_location.rsplit('/').next().map(ToOwned::to_owned),
            _ => None,
        },
        RefOr::Ref(_) => None,
    });
    let Some(name) = named else { return };
    let versioned = matches!(
        components.schemas.get(&name),
        Some(RefOr::T(Schema::Object(schema))) if schema.properties.contains_key("version")
    );
    if versioned {
        response.headers.entry("ETag".to_owned()).or_insert_with(|| RefOr::Ref(header("ETag")));
    }
    if name == "File" {
        response.headers.insert("Content-Disposition".to_owned(), RefOr::Ref(header("ContentDisposition")));
    }
}

/// What a header is for and how it is written, which is the same everywhere.
fn describe_parameter(parameter: &mut Parameter) {
    let (text, pattern) = match parameter.name.as_str() {
        "Idempotency-Key" => (
            "A UUID made by the client, one for each thing to create; the same when the request is repeated.",
            None,
        ),
        "If-Match" => {
            ("The `ETag` of what the change is based on: `\"7\"`.", Some("^(W/)?\"[1-9][0-9]{0,8}\"$"))
        }
        "If-None-Match" => ("The `ETag` of an answer that is there already.", None),
        "X-Requested-With" => ("Always `prichal`: what another site cannot say.", Some("^prichal$")),
        _ => return,
    };
    parameter.description = Some(text.to_owned());
    if let Some(pattern) = pattern {
        let written = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).build();
        parameter.schema = Some(RefOr::T(Schema::Object(written)));
    }
}

/// What a status says where the operation says nothing else.
fn meaning(status: &str) -> &'static str {
    match status {
        "201" => "Created. A repeat with the same key gets this answer again.",
        "202" => "Taken.",
        "204" => "Done; nothing is left to say.",
        "304" => "Not changed since.",
        _ => "As asked for.",
    }
}
