//! The only list of routes. What is registered here is served and stands in the document.

use actix_web::App;
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{accounts, applications, changes, desk, documents, notifications, papers, payments, services};

/// Everything below `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    // accounts
    config.service(accounts::api::sign_up);
    config.service(accounts::api::resend_activation);
    config.service(accounts::api::activate_account);
    config.service(accounts::api::sign_in);
    config.service(accounts::api::resend_code);
    config.service(accounts::api::create_session);
    config.service(accounts::api::refresh_session);
    config.service(accounts::api::sign_out);
    config.service(accounts::api::list_sessions);
    config.service(accounts::api::revoke_session);
    config.service(accounts::api::get_account);
    config.service(accounts::api::update_account);

    // services
    config.service(services::api::list_services);
    config.service(services::api::get_service);
    config.service(services::api::get_references);

    // applications
    config.service(applications::api::create_application);
    config.service(applications::api::list_applications);
    config.service(applications::api::get_application);
    config.service(applications::api::save_answers);
    config.service(applications::api::delete_draft);
    config.service(applications::api::request_submission_code);
    config.service(applications::api::submit_application);
    config.service(applications::api::resubmit_application);
    config.service(applications::api::withdraw_application);

    // documents
    config.service(documents::api::upload_document);
    config.service(documents::api::delete_document);
    config.service(documents::api::download_document);
    config.service(documents::api::download_case_document);

    // payments
    config.service(payments::api::get_charge);
    config.service(payments::api::start_payment);
    config.service(payments::api::get_payment);
    config.service(payments::api::list_payments);
    config.service(payments::api::receive_bank_webhook);

    // papers
    config.service(papers::api::download_paper);
    config.service(papers::api::download_case_paper);
    config.service(papers::api::verify_paper);
    config.service(papers::api::list_signing_keys);

    // notifications
    config.service(notifications::api::list_notifications);
    config.service(notifications::api::mark_notifications_read);

    // changes
    config.service(changes::api::list_changes);
    config.service(changes::api::stream_changes);

    // desk
    config.service(desk::session::create_officer_session);
    config.service(desk::session::refresh_officer_session);
    config.service(desk::session::sign_out_officer);
    config.service(desk::session::get_officer);
    config.service(desk::api::list_cases);
    config.service(desk::api::get_case);
    config.service(desk::api::take_case);
    config.service(desk::api::release_case);
    config.service(desk::api::request_correction);
    config.service(desk::api::approve_case);
    config.service(desk::api::refuse_case);
    config.service(desk::api::revoke_result);
}

/// The document of the API, made by the same registration that serves it.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .service(utoipa_actix_web::scope(openapi::BASE_PATH).configure(routes))
        .split_for_parts();
    document.info = InfoBuilder::new()
        .title("Prichal")
        .version("1")
        .description(Some(include_str!("../../openapi/description.md")))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    for (name, schema) in [
        ("Problem", openapi::Problem::schema()),
        ("FieldError", openapi::FieldError::schema()),
        ("ErrorCode", openapi::ErrorCode::schema()),
    ] {
        components.schemas.insert(name.to_owned(), schema);
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.security_schemes.insert("bearer".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete(operation);
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

/// What every operation has: the error answer, and the bearer token where somebody must be signed in.
fn complete(operation: &mut Operation) {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let refusal = ResponseBuilder::new()
        .description("Refused; see `code`.")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(refusal));
    let access =
        operation.extensions.as_ref().and_then(|all| all.get("x-access")).and_then(|value| value.as_str());
    if matches!(access, Some("citizen" | "officer" | "person")) {
        let none: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new("bearer", none)]);
    }
}
