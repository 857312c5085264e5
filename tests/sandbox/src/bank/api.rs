//! The merchant's side: `/yookassa/v3/`.

use std::collections::HashMap;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Data, Path, Query, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, Resource};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::error::BankError;
use super::model::{Cancellation, Money, Payment, Refund, Status};
use super::request::{NewPayment, NewRefund, read_optional_amount};
use super::store::{Answered, Bank};
use crate::faults::{Kind, Target};
use crate::shelf::lock;
use crate::state::World;

type Params = Query<HashMap<String, String>>;

pub(super) fn routes(config: &mut ServiceConfig) {
    let scope = web::scope("/yookassa/v3")
        .wrap(from_fn(authenticate))
        .service(
            resource("/payments").route(web::post().to(create_payment)).route(web::get().to(list_payments)),
        )
        .service(resource("/payments/{id}").route(web::get().to(get_payment)))
        .service(resource("/payments/{id}/capture").route(web::post().to(capture_payment)))
        .service(resource("/payments/{id}/cancel").route(web::post().to(cancel_payment)))
        .service(resource("/refunds").route(web::post().to(create_refund)).route(web::get().to(list_refunds)))
        .service(resource("/refunds/{id}").route(web::get().to(get_refund)))
        .service(resource("/me").route(web::get().to(get_me)))
        .default_service(web::to(|world: Data<World>| refuse(world, StatusCode::NOT_FOUND, "no_route")));
    config.service(scope);
}

fn resource(path: &str) -> Resource {
    web::resource(path).default_service(web::to(|world: Data<World>| {
        refuse(world, StatusCode::METHOD_NOT_ALLOWED, "method")
    }))
}

async fn refuse(world: Data<World>, status: StatusCode, why: &'static str) -> HttpResponse {
    BankError::plain(status, why).response(&lock(&world.bank).tables)
}

async fn authenticate(req: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(world) = req.app_data::<Data<World>>().cloned() else { return next.call(req).await };
    let given = req
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok());
    let wanted = format!("{}:{}", world.credentials.shop_id, world.credentials.shop_key);
    if given.is_some_and(|given| given == wanted.as_bytes()) {
        return next.call(req).await;
    }
    Ok(req.into_response(refuse(world, StatusCode::UNAUTHORIZED, "credentials").await))
}

async fn create_payment(world: Data<World>, req: HttpRequest, body: Bytes) -> HttpResponse {
    answer_once(&world, &req, &body, |bank, body, now| {
        let new = NewPayment::read(body, &bank.tables)?;
        Ok(bank.create(new, now))
    })
}

async fn capture_payment(
    world: Data<World>,
    req: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> HttpResponse {
    answer_once(&world, &req, &body, |bank, body, now| bank.capture(&id, read_optional_amount(body)?, now))
}

async fn cancel_payment(world: Data<World>, req: HttpRequest, id: Path<String>, body: Bytes) -> HttpResponse {
    let details = Cancellation { party: "merchant".into(), reason: "canceled_by_merchant".into() };
    answer_once(&world, &req, &body, |bank, _, _| bank.cancel(&id, &[Status::WaitingForCapture], details))
}

async fn create_refund(world: Data<World>, req: HttpRequest, body: Bytes) -> HttpResponse {
    answer_once(&world, &req, &body, |bank, body, now| bank.refund(NewRefund::read(body)?, now))
}

async fn get_payment(world: Data<World>, req: HttpRequest, id: Path<String>) -> HttpResponse {
    let bank = lock(&world.bank);
    match bank.find(&id) {
        Ok(payment) => HttpResponse::Ok().json(told(payment, &world, &req)),
        Err(error) => error.response(&bank.tables),
    }
}

async fn list_payments(world: Data<World>, req: HttpRequest, params: Params) -> HttpResponse {
    let bank = lock(&world.bank);
    let listed = payment_filter(&params).and_then(|fits| {
        let fitting = bank.payments.iter().rev().filter(|payment| fits(payment));
        page(fitting.map(|payment| (payment.id.as_str(), payment)), &params)
    });
    match listed {
        Ok((items, next)) => {
            list(items.into_iter().map(|payment| told(payment, &world, &req)).collect::<Vec<_>>(), next)
        }
        Err(error) => error.response(&bank.tables),
    }
}

async fn get_refund(world: Data<World>, id: Path<String>) -> HttpResponse {
    let bank = lock(&world.bank);
    match bank.refunds.get(&id) {
        Some(refund) => HttpResponse::Ok().json(refund),
        None => BankError::not_found().response(&bank.tables),
    }
}

async fn list_refunds(world: Data<World>, params: Params) -> HttpResponse {
    let bank = lock(&world.bank);
    let of_payment = |refund: &&Refund| params.get("payment_id").is_none_or(|id| *id == refund.payment_id);
    let fitting = bank.refunds.iter().rev().filter(of_payment);
    match page(fitting.map(|refund| (refund.id.as_str(), refund)), &params) {
        Ok((items, next)) => list(items, next),
        Err(error) => error.response(&bank.tables),
    }
}

async fn get_me(world: Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "account_id": world.credentials.shop_id, "test": true, "fiscalization_enabled": false,
        "payment_methods": ["bank_card", "sbp"], "status": "enabled",
    }))
}

/// Runs a creating request once per idempotence key; a repeat gets the first answer, byte for byte.
fn answer_once<T: Serialize>(
    world: &World,
    req: &HttpRequest,
    raw: &[u8],
    work: impl FnOnce(&mut Bank, &Value, DateTime<Utc>) -> Result<T, BankError>,
) -> HttpResponse {
    let mut bank = lock(&world.bank);
    let answered = read_post(req, raw).and_then(|(key, body)| {
        let request = (req.path().to_owned(), body);
        if let Some(first) = bank.answers.get(&key) {
            let repeated = first.request == request;
            let reused = BankError::plain(StatusCode::BAD_REQUEST, "key_reused");
            return if repeated { Ok(first.response.clone()) } else { Err(reused) };
        }
        let done = work(&mut bank, &request.1, Utc::now())?;
        let response = serde_json::to_string(&done)
            .map_err(|_| BankError::plain(StatusCode::INTERNAL_SERVER_ERROR, "format"))?;
        bank.answers.insert(key, Answered { request, response: response.clone() });
        Ok(response)
    });
    match answered {
        Ok(response) => HttpResponse::Ok().content_type("application/json").body(response),
        Err(error) => error.response(&bank.tables),
    }
}

fn read_post(req: &HttpRequest, raw: &[u8]) -> Result<(String, Value), BankError> {
    let bad = |why| BankError::plain(StatusCode::BAD_REQUEST, why);
    let key = req.headers().get("Idempotence-Key").ok_or_else(|| bad("key_missing"))?;
    let key = key.to_str().map_err(|_| bad("key_format"))?;
    if key.is_empty() || key.len() > 64 {
        return Err(bad("key_format"));
    }
    let content_type =
        req.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if raw.is_empty() {
        return Ok((key.to_owned(), json!({})));
    }
    if !content_type.to_ascii_lowercase().starts_with("application/json") {
        return Err(BankError::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"));
    }
    let body: Value = serde_json::from_slice(raw).map_err(|_| bad("json"))?;
    if body.is_object() { Ok((key.to_owned(), body)) } else { Err(bad("object")) }
}

/// The payment as the provider tells it now, or with another amount while that fault holds.
fn told(payment: &Payment, world: &World, req: &HttpRequest) -> Payment {
    let call = (req.method().as_str(), req.path());
    let mut told = payment.clone();
    if world.take_fault(Target::Bank, Kind::WrongAmount, Some(call)).is_some() {
        told.amount = Money(payment.amount.0 + 100);
    }
    told
}

fn payment_filter(params: &HashMap<String, String>) -> Result<impl Fn(&Payment) -> bool + use<>, BankError> {
    let status: Option<Status> = read_word(params, "status")?;
    let method: Option<super::MethodKind> = read_word(params, "payment_method")?;
    let gte = read_time(params, "created_at.gte")?;
    let gt = read_time(params, "created_at.gt")?;
    let lte = read_time(params, "created_at.lte")?;
    let lt = read_time(params, "created_at.lt")?;
    Ok(move |payment: &Payment| {
        let kind = payment.payment_method.as_ref().map(|method| method.kind);
        status.is_none_or(|status| status == payment.status)
            && (method.is_none() || method == kind)
            && gte.is_none_or(|at| payment.created_at >= at)
            && gt.is_none_or(|at| payment.created_at > at)
            && lte.is_none_or(|at| payment.created_at <= at)
            && lt.is_none_or(|at| payment.created_at < at)
    })
}

fn read_word<T: serde::de::DeserializeOwned>(
    params: &HashMap<String, String>,
    name: &str,
) -> Result<Option<T>, BankError> {
    let read = |text: &String| serde_json::from_value(json!(text));
    params.get(name).map(read).transpose().map_err(|_| BankError::parameter("format", name))
}

fn read_time(params: &HashMap<String, String>, name: &str) -> Result<Option<DateTime<Utc>>, BankError> {
    let read = |text: &String| DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    params.get(name).map(read).transpose().map_err(|_| BankError::parameter("format", name))
}

/// One page and the cursor of the next: the id its first item has.
fn page<'a, T>(
    fitting: impl Iterator<Item = (&'a str, T)>,
    params: &HashMap<String, String>,
) -> Result<(Vec<T>, Option<&'a str>), BankError> {
    let limit = match params.get("limit").map(|text| text.parse::<usize>()) {
        None => 10,
        Some(Ok(limit)) if (1..=100).contains(&limit) => limit,
        Some(_) => return Err(BankError::parameter("format", "limit")),
    };
    let cursor = params.get("cursor").map(String::as_str);
    let mut from_cursor = fitting.skip_while(|(id, _)| cursor.is_some_and(|cursor| cursor != *id)).peekable();
    if cursor.is_some() && from_cursor.peek().is_none() {
        return Err(BankError::parameter("format", "cursor"));
    }
    let items = from_cursor.by_ref().take(limit).map(|(_, item)| item).collect();
    Ok((items, from_cursor.peek().map(|(id, _)| *id)))
}

fn list<T: Serialize>(items: Vec<T>, next: Option<&str>) -> HttpResponse {
    let mut body = json!({ "type": "list", "items": items });
    if let (Some(next), Some(object)) = (next, body.as_object_mut()) {
        object.insert("next_cursor".into(), json!(next));
    }
    HttpResponse::Ok().json(body)
}
