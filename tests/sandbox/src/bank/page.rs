//! The payer's side: the hosted page at `/bank/pay/{id}`.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Form, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

use super::card::{CardInput, Verdict};
use super::model::{Cancellation, MethodKind, Payment, Status};
use super::sbp;
use super::store::Means;
use super::tables::Tables;
use crate::language::Language;
use crate::shelf::lock;
use crate::state::World;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/bank/pay/{id}").route(web::get().to(show)).route(web::post().to(pay)))
        .service(web::resource("/bank/pay/{id}/qr.svg").route(web::get().to(qr)));
}

/// What the page posts. Card fields are empty for SBP.
#[derive(Debug, Default, Deserialize)]
struct Posted {
    #[serde(default)]
    method: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    expiry: String,
    #[serde(default)]
    cvc: String,
    #[serde(default)]
    decision: String,
}

type FieldErrors = Vec<(&'static str, &'static str)>;

async fn show(world: Data<World>, req: HttpRequest, id: Path<String>) -> HttpResponse {
    render(&world, &req, &id, &Posted::default(), &FieldErrors::new())
}

async fn pay(world: Data<World>, req: HttpRequest, id: Path<String>, posted: Form<Posted>) -> HttpResponse {
    let settled = {
        let mut bank = lock(&world.bank);
        let Ok(payment) = bank.find(&id) else {
            drop(bank);
            return render(&world, &req, &id, &posted, &FieldErrors::new());
        };
        decide(&posted, payment, &bank.tables).map(|(means, verdict)| {
            bank.settle(&id, &means, verdict, Utc::now()).ok().and_then(|paid| paid.return_url)
        })
    };
    match settled {
        Ok(Some(return_url)) => {
            HttpResponse::SeeOther().insert_header((header::LOCATION, return_url)).finish()
        }
        // Already finished (a second click), or a QR payment that has nowhere to return to.
        Ok(None) => render(&world, &req, &id, &Posted::default(), &FieldErrors::new()),
        Err(errors) => render(&world, &req, &id, &posted, &errors),
    }
}

async fn qr(world: Data<World>, id: Path<String>) -> HttpResponse {
    let link = lock(&world.bank).find(&id).map(|payment| payment.sbp_link.clone());
    match link.map(|link| sbp::qr_svg(&link)) {
        Ok(Ok(svg)) => HttpResponse::Ok().content_type("image/svg+xml").body(svg),
        Ok(Err(_)) => HttpResponse::InternalServerError().finish(),
        Err(_) => HttpResponse::NotFound().finish(),
    }
}

fn decide(posted: &Posted, payment: &Payment, tables: &Tables) -> Result<(Means, Verdict), FieldErrors> {
    let declined = || Cancellation { party: "payment_network".into(), reason: "general_decline".into() };
    match posted.method.as_str() {
        "bank_card" | "card" if accepts(payment, MethodKind::BankCard, tables) => {
            let card = CardInput::read(&posted.number, &posted.expiry, &posted.cvc, Utc::now())?;
            let verdict = card.verdict(tables);
            Ok((Means::Card(card), verdict))
        }
        "sbp" if accepts(payment, MethodKind::Sbp, tables) => match posted.decision.as_str() {
            "confirm" => Ok((Means::Sbp, Verdict::Paid { three_d_secure: false })),
            "decline" => Ok((Means::Sbp, Verdict::Declined(declined()))),
            _ => Err(vec![("method", "method")]),
        },
        _ => Err(vec![("method", "method")]),
    }
}

/// The merchant may have chosen the method; SBP holds no money for a later capture.
fn accepts(payment: &Payment, kind: MethodKind, tables: &Tables) -> bool {
    let chosen = payment.payment_method.as_ref().map(|method| method.kind);
    chosen.is_none_or(|chosen| chosen == kind)
        && payment.amount <= tables.most(Some(kind))
        && (kind == MethodKind::BankCard || payment.captures_at_once)
}

fn render(world: &World, req: &HttpRequest, id: &str, posted: &Posted, errors: &FieldErrors) -> HttpResponse {
    let payment = lock(&world.bank).find(id).cloned();
    let (status, shown) = match &payment {
        Ok(payment) => {
            let tables = &lock(&world.bank).tables;
            let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            (status, describe(payment, tables, posted, errors))
        }
        Err(error) => (error.status, json!({})),
    };
    world.pages.respond(status, "pay.html", Language::of(req), shown)
}

fn describe(payment: &Payment, tables: &Tables, posted: &Posted, errors: &FieldErrors) -> Value {
    let errors: serde_json::Map<String, Value> =
        errors.iter().map(|(field, code)| ((*field).to_owned(), json!(code))).collect();
    json!({
        "id": payment.id,
        "amount": payment.amount.decimal().replace('.', ","),
        "description": payment.description,
        "open": payment.status == Status::Pending,
        "status": payment.status,
        "return_url": payment.return_url,
        "offers_card": accepts(payment, MethodKind::BankCard, tables),
        "offers_sbp": accepts(payment, MethodKind::Sbp, tables),
        "sbp_link": payment.sbp_link,
        "cards": tables.cards,
        // The code is never shown again; number and date are, so that the payer mends only what is wrong.
        "number": posted.number,
        "expiry": posted.expiry,
        "errors": errors,
    })
}
