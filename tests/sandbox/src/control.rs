//! Pulling the strings: faults, payers without a browser, forged webhooks.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Json, Path, ServiceConfig};
use chrono::Utc;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::bank::{self, BankError, CancellationInput, MethodKind, Payment, Status};
use crate::faults::Fault;
use crate::shelf::lock;
use crate::state::World;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Succeed {
    method: Option<MethodKind>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookUrl {
    url: Option<String>,
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/control/faults")
                .route(web::get().to(list_faults))
                .route(web::post().to(add_fault))
                .route(web::delete().to(clear_faults)),
        )
        .service(web::resource("/control/payments/{id}/succeed").route(web::post().to(succeed)))
        .service(web::resource("/control/payments/{id}/cancel").route(web::post().to(cancel)))
        .service(web::resource("/control/payments/{id}/expire").route(web::post().to(expire)))
        .service(
            web::resource("/control/webhooks")
                .route(web::get().to(list_deliveries))
                .route(web::post().to(send_webhook)),
        )
        .service(web::resource("/control/webhook-url").route(web::put().to(set_webhook_url)));
}

async fn list_faults(world: Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(world.faults())
}

async fn add_fault(world: Data<World>, fault: Json<Fault>) -> HttpResponse {
    match world.add_fault(fault.into_inner()) {
        Some(fault) => HttpResponse::Created().json(fault),
        None => refusal("invalid_fault"),
    }
}

async fn clear_faults(world: Data<World>) -> HttpResponse {
    world.clear_faults();
    HttpResponse::NoContent().finish()
}

async fn succeed(world: Data<World>, id: Path<String>, body: Bytes) -> HttpResponse {
    let Some(wanted) = read_or_default::<Succeed>(&body) else { return refusal("invalid_body") };
    let mut bank = lock(&world.bank);
    let paid = bank.find(&id).map(|payment| bank::pay_without_page(payment, wanted.method));
    let paid = paid.and_then(|(means, verdict)| bank.settle(&id, &means, verdict, Utc::now()));
    answer(paid)
}

async fn cancel(world: Data<World>, id: Path<String>, body: Bytes) -> HttpResponse {
    let Some(wanted) = read_or_default::<CancellationInput>(&body) else { return refusal("invalid_body") };
    answer(lock(&world.bank).cancel(&id, &[Status::Pending, Status::WaitingForCapture], wanted.into()))
}

async fn expire(world: Data<World>, id: Path<String>) -> HttpResponse {
    answer(lock(&world.bank).expire(&id))
}

async fn list_deliveries(world: Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(world.deliveries())
}

async fn send_webhook(world: Data<World>, body: Bytes) -> HttpResponse {
    let Some(url) = world.webhook_url() else { return refusal("no_webhook_url") };
    match bank::webhooks::post(&world, &url, String::from_utf8_lossy(&body).into_owned()).await {
        Ok((status, body)) => HttpResponse::Ok().json(json!({ "status": status, "body": body })),
        Err(_) => HttpResponse::BadGateway().json(json!({ "error": { "code": "unreachable" } })),
    }
}

async fn set_webhook_url(world: Data<World>, wanted: Json<WebhookUrl>) -> HttpResponse {
    world.set_webhook_url(wanted.into_inner().url);
    HttpResponse::NoContent().finish()
}

fn read_or_default<T: DeserializeOwned + Default>(body: &[u8]) -> Option<T> {
    if body.is_empty() { Some(T::default()) } else { serde_json::from_slice(body).ok() }
}

fn answer(outcome: Result<Payment, BankError>) -> HttpResponse {
    match outcome {
        Ok(payment) => HttpResponse::Ok().json(payment),
        Err(error) => HttpResponse::build(error.status).json(json!({ "error": { "code": error.why } })),
    }
}

fn refusal(code: &str) -> HttpResponse {
    HttpResponse::BadRequest().json(json!({ "error": { "code": code } }))
}
