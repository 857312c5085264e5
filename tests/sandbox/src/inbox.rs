//! What has been sent, as JSON for tests.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use crate::state::World;

/// A test never waits longer than this.
const WAIT_AT_MOST_MS: u64 = 60_000;

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
    /// How many to wait for.
    #[serde(default = "one")]
    min: usize,
    /// How long to wait for them.
    #[serde(default)]
    wait_ms: u64,
}

fn one() -> usize {
    1
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/inbox").route(web::delete().to(clear)))
        .service(web::resource("/inbox/mails").route(web::get().to(mails)))
        .service(web::resource("/inbox/mails/{id}/raw").route(web::get().to(raw_mail)))
        .service(web::resource("/inbox/sms").route(web::get().to(sms)))
        .service(web::resource("/inbox/payments").route(web::get().to(payments)))
        .service(web::resource("/health").route(web::get().to(health)));
}

async fn mails(world: Data<World>, wanted: Query<Wanted>) -> HttpResponse {
    wait_for(&world, &wanted, || world.mails_to(&wanted.to)).await
}

async fn sms(world: Data<World>, wanted: Query<Wanted>) -> HttpResponse {
    wait_for(&world, &wanted, || world.sms_to(&wanted.to)).await
}

async fn payments(world: Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(world.payments())
}

async fn raw_mail(world: Data<World>, id: Path<String>) -> HttpResponse {
    match world.mails_to("").into_iter().find(|mail| mail.id == *id) {
        Some(mail) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(mail.raw.to_vec()),
        None => HttpResponse::NotFound().json(json!({ "error": { "code": "not_found" } })),
    }
}

async fn clear(world: Data<World>) -> HttpResponse {
    world.forget_messages();
    HttpResponse::NoContent().finish()
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

async fn wait_for<T: Serialize>(world: &World, wanted: &Wanted, look: impl Fn() -> Vec<T>) -> HttpResponse {
    let deadline = Instant::now() + Duration::from_millis(wanted.wait_ms.min(WAIT_AT_MOST_MS));
    loop {
        // Listening begins before looking: what arrives in between is not missed.
        let arrival = world.arrived.notified();
        tokio::pin!(arrival);
        arrival.as_mut().enable();
        let found = look();
        if found.len() >= wanted.min || timeout_at(deadline, arrival).await.is_err() {
            return HttpResponse::Ok().json(found);
        }
    }
}
