//! Charges, payments and the bank's webhook.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use futures_util::FutureExt;
use futures_util::future::try_join;
use openapi::events::Subject;
use openapi::payments::{Charge, Payment, PaymentIn, PaymentsQuery};
use openapi::{ErrorCode, FieldError, Page};
use serde_json::Value;
use uuid::Uuid;

use super::{charges, may_pay, settle, store, view, webhook};
use crate::app::App;
use crate::applications::clock;
use crate::auth::Citizen;
use crate::changes;
use crate::crash::crash_point;
use crate::error::{Error, Result};
use crate::http::{ClientInfo, IdempotencyKey, Query, ValidJson, body, page, respond};
use crate::jobs::{self, Job};

/// Largest webhook that is read, bytes.
const MAX_WEBHOOK: usize = 64 * 1024;

/// What is owed for an application: amount, УИН, requisites, the payment code as text and picture, and every
/// attempt to pay (PY-01, PY-05).
#[utoipa::path(
    tag = "payments",
    operation_id = "get_charge",
    params(("id" = Uuid, Path, description = "The charge")),
    responses((status = 200, body = Charge)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/charges/{id}")]
pub async fn get_charge(app: web::Data<App>, citizen: Citizen, id: web::Path<Uuid>) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let found = charges::find_for(&conn, citizen.account_id, id.into_inner());
    let (found, ()) = try_join(found, citizen.ensure_live(&conn)).await?;
    respond::ok(&view(&app, found.0, found.1)?)
}

/// Begins a payment (PY-02).
///
/// The bank is asked by a job; its page is in `confirmation_url` of the payment a moment later.
/// `payment_alive` while another attempt is open or the charge is paid, `wrong_state` when nothing is owed
/// any more.
#[utoipa::path(
    tag = "payments",
    operation_id = "start_payment",
    params(
        ("id" = Uuid, Path, description = "The charge"),
        ("Idempotency-Key" = Uuid, Header),
    ),
    request_body = PaymentIn,
    responses((status = 201, body = Payment)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("required")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["wrong_state", "payment_alive"]))),
)]
#[post("/charges/{id}/payments")]
pub async fn start_payment(
    app: web::Data<App>,
    citizen: Citizen,
    key: IdempotencyKey,
    id: web::Path<Uuid>,
    input: ValidJson<PaymentIn>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let claim = key.claim(citizen.actor(), &format!("start_payment:{id}"), &input.canonical);
    let (account_id, method) = (citizen.account_id, input.value.method);
    citizen
        .create(&app, claim, StatusCode::CREATED, move |conn| {
            async move {
                let owed = charges::lock_for(conn, account_id, id).await?;
                may_pay(&owed.state)?;
                let begun = store::insert_payment(conn, id, account_id, method, owed.amount).await?;
                let payment = begun.ok_or(ErrorCode::PaymentAlive)?;
                jobs::enqueue(conn, &Job::StartPayment { payment_id: payment.id }).await?;
                changes::pulse(conn, Some(account_id), Subject::Payment, payment.id).await?;
                payment.view(&owed)
            }
            .boxed()
        })
        .await
}

/// One attempt to pay: where to pay, how it ended and why (PY-06).
#[utoipa::path(
    tag = "payments",
    operation_id = "get_payment",
    params(("id" = Uuid, Path, description = "The payment")),
    responses((status = 200, body = Payment)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/payments/{id}")]
pub async fn get_payment(app: web::Data<App>, citizen: Citizen, id: web::Path<Uuid>) -> Result<HttpResponse> {
    let conn = app.db.read().await?;
    let found = store::find_payment_for(&conn, citizen.account_id, id.into_inner());
    let ((payment, owed), ()) = try_join(found, citizen.ensure_live(&conn)).await?;
    respond::ok(&payment.view(&owed)?)
}

/// Every attempt of the person to pay, the newest first; of some days or one service (PY-06).
///
/// `date_order` at `/to` where it is before `from`.
#[utoipa::path(
    tag = "payments",
    operation_id = "list_payments",
    params(PaymentsQuery),
    responses((status = 200, body = Page<Payment>)),
    extensions(("x-access" = json!("citizen")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none"))),
)]
#[get("/payments")]
pub async fn list_payments(
    app: web::Data<App>,
    citizen: Citizen,
    query: Query<PaymentsQuery>,
) -> Result<HttpResponse> {
    let limit = page::limit(query.0.limit)?;
    let before = page::read_id(query.0.cursor.as_deref())?;
    if let (Some(from), Some(to)) = (query.0.from, query.0.to)
        && to < from
    {
        let params = [("date".to_owned(), from.to_string())].into();
        let error = FieldError { pointer: "/to".to_owned(), code: "date_order".to_owned(), params };
        return Err(Error::invalid(vec![error]));
    }
    let wanted = store::Wanted {
        before,
        since: query.0.from.map(within).map(clock::midnight),
        until: query.0.to.map(within).and_then(|day| day.succ_opt()).map(clock::midnight),
        service: query.0.service,
    };
    let conn = app.db.read().await?;
    let listed = store::list_payments(&conn, citizen.account_id, &wanted, page::rows(limit)?);
    let (mut rows, ()) = try_join(listed, citizen.ensure_live(&conn)).await?;
    drop(conn);
    let full = rows.len() > limit;
    if full {
        rows.pop();
    }
    let next = rows.last().filter(|_| full).map(|(payment, ..)| payment.id.simple().to_string());
    let items = rows.into_iter().map(|(payment, owed)| payment.view(&owed));
    respond::ok(&Page { items: items.collect::<Result<Vec<_>>>()?, next })
}

/// The day as the database can hold it: nothing was paid before or after such days anyway.
fn within(day: NaiveDate) -> NaiveDate {
    let new_year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    day.clamp(new_year(1900), new_year(2200))
}

/// The bank says that something changed.
///
/// Only which payment to look at is taken from it: the payment is read from the bank before anything changes.
/// Always 200, so that the bank does not repeat what we know or do not care for; `forbidden` from outside its
/// networks, if they are configured.
#[utoipa::path(
    tag = "payments",
    operation_id = "receive_bank_webhook",
    request_body(content = Value, content_type = "application/json"),
    responses((status = 200)),
    extensions(("x-access" = json!("bank")), ("x-idempotent" = json!("natural")), ("x-audit" = json!("none")),
        ("x-errors" = json!(["malformed", "forbidden", "too_large"]))),
)]
#[post("/webhooks/yookassa")]
pub async fn receive_bank_webhook(
    app: web::Data<App>,
    client: ClientInfo,
    content: web::Payload,
) -> Result<HttpResponse> {
    if !app.bank.is_from(&client.ip) {
        return Err(ErrorCode::Forbidden.into());
    }
    let content = body::collect(&app.config.listen, content, MAX_WEBHOOK).await?;
    let content = content.ok_or(ErrorCode::TooLarge)?;
    let body: Value = serde_json::from_slice(&content).map_err(|_| ErrorCode::Malformed)?;
    // PostgreSQL has no zero character; the bank never sends one.
    let storable = !content.windows(6).any(|window| window == br"\u0000");
    if let Some(hint) = webhook::hint(&body).filter(|_| storable) {
        app.db
            .write(move |conn| {
                async move {
                    // Unknown and ended payments leave no trace: forgeries must not fill the disk.
                    let Some(payment_id) = store::find_open_by_provider(conn, &hint.provider_id).await?
                    else {
                        return Ok(());
                    };
                    store::insert_webhook(conn, &hint.event_key, &body).await?;
                    crash_point!("webhook.after_insert");
                    settle::read_soon(conn, payment_id, &hint.event_key).await
                }
                .boxed()
            })
            .await?;
        crash_point!("webhook.after_commit");
    }
    Ok(HttpResponse::Ok().finish())
}
