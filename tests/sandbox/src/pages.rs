//! The pages people see: the inbox at `/` and the hosted page's frame. Everything is escaped by the template engine.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, Utc};
use minijinja::Environment;
use minijinja::value::{Serde, Value as TemplateValue};
use serde_json::{Value, json};

use crate::language::Language;
use crate::sms::Sms;
use crate::smtp::message::{Mail, split_links};
use crate::state::World;

/// The inbox shows this many of each kind, newest first.
const SHOWN: usize = 50;

/// Templates and texts.
#[derive(Debug)]
pub(crate) struct Pages {
    environment: Environment<'static>,
    russian: Value,
    english: Value,
}

impl Pages {
    pub(crate) fn load() -> anyhow::Result<Self> {
        let mut environment = Environment::new();
        environment.add_template("frame.html", include_str!("../templates/frame.html"))?;
        environment.add_template("inbox.html", include_str!("../templates/inbox.html"))?;
        environment.add_template("pay.html", include_str!("../templates/pay.html"))?;
        Ok(Self {
            environment,
            russian: serde_json::from_str(include_str!("../locales/ru.json")).context("locales/ru.json")?,
            english: serde_json::from_str(include_str!("../locales/en.json")).context("locales/en.json")?,
        })
    }

    pub(crate) fn respond(
        &self,
        status: StatusCode,
        page: &str,
        language: Language,
        shown: Value,
    ) -> HttpResponse {
        let texts = match language {
            Language::Russian => &self.russian,
            Language::English => &self.english,
        };
        let context = TemplateValue::from(Serde(json!({ "t": texts, "it": shown })));
        match self.environment.get_template(page).and_then(|template| template.render(context)) {
            Ok(html) => HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html),
            Err(error) => {
                tracing::error!(page, %error, "sandbox.page_failed");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/").route(web::get().to(show_inbox)))
        .service(web::resource("/inbox/version").route(web::get().to(version)))
        .service(
            web::resource("/assets/sandbox.css").route(
                web::get().to(|| asset("text/css; charset=utf-8", include_str!("../assets/sandbox.css"))),
            ),
        )
        .service(web::resource("/assets/refresh.js").route(
            web::get().to(|| asset("text/javascript; charset=utf-8", include_str!("../assets/refresh.js"))),
        ));
}

async fn asset(kind: &'static str, content: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(kind).body(content)
}

async fn show_inbox(world: Data<World>, req: HttpRequest) -> HttpResponse {
    let newest = |all: Vec<Value>| all.into_iter().rev().take(SHOWN).collect::<Vec<_>>();
    let shown = json!({
        "mails": newest(world.mails_to("").iter().map(describe_mail).collect()),
        "sms": newest(world.sms_to("").iter().map(describe_sms).collect()),
        "payments": newest(world.payments()),
        "faults": world.faults(),
        "version": world.version(),
    });
    world.pages.respond(StatusCode::OK, "inbox.html", Language::of(&req), shown)
}

async fn version(world: Data<World>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body(world.version())
}

fn describe_mail(mail: &Mail) -> Value {
    let text = mail.text.as_deref().unwrap_or_default();
    let pieces: Vec<Value> = split_links(text)
        .into_iter()
        .map(|(piece, is_link)| json!({ "text": piece, "is_link": is_link }))
        .collect();
    json!({
        "id": mail.id, "at": clock(mail.received_at), "to": mail.envelope_to.join(", "), "subject": mail.subject,
        "pieces": pieces, "links": mail.links, "attachments": mail.attachments,
    })
}

fn describe_sms(sms: &Sms) -> Value {
    json!({ "at": clock(sms.received_at), "phone": sms.phone, "text": sms.text, "codes": sms.codes })
}

/// Moscow time, as everywhere in the portal.
fn clock(at: DateTime<Utc>) -> String {
    let moscow = FixedOffset::east_opt(3 * 3600).map(|zone| at.with_timezone(&zone));
    moscow.map(|at| at.format("%d.%m %H:%M:%S").to_string()).unwrap_or_default()
}
