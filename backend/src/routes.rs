//! The only list of routes. What is registered here is served and stands in the document.

use actix_web::App;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

/// Everything below `/api/v1`.
pub fn routes(config: &mut ServiceConfig) {
    // accounts

    // services

    // applications

    // documents

    // payments

    // papers

    // notifications

    // changes

    // desk
    let _ = config;
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
    let access = operation.extensions.as_ref().and_then(|all| all.get("x-access")).and_then(|value| value.as_str());
    if matches!(access, Some("citizen" | "officer" | "person")) {
        let none: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new("bearer", none)]);
    }
}
