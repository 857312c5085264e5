//! An SMS gateway that speaks the HTTP API of SMSC.ru. It answers HTTP 200 to its own errors, as the provider does.

mod text;

use std::collections::{BTreeMap, HashMap, VecDeque};

use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use text::{codes, normal_phone, parts, rubles};

use crate::shelf::{Shelf, lock, push_bounded};
use crate::state::{REMEMBERED, World};

/// How long the same text to the same phone is refused.
const SAME_TEXT_AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);

const PARAMETERS: u32 = 1;
const CREDENTIALS: u32 = 2;
const NO_MONEY: u32 = 3;
const FORBIDDEN: u32 = 6;
const PHONE: u32 = 7;
const UNDELIVERABLE: u32 = 8;
const REPEATED: u32 = 9;

/// An accepted SMS.
#[derive(Clone, Debug, Serialize)]
pub struct Sms {
    /// The sender's own number, or one given here.
    pub id: u64,
    pub received_at: DateTime<Utc>,
    /// Digits with the country code, without a plus.
    pub phone: String,
    pub text: String,
    pub sender: Option<String>,
    /// Runs of four to eight digits in the text.
    pub codes: Vec<String>,
    /// The provider's status number: 1 delivered, 20 undeliverable …
    pub status: i32,
}

#[derive(Debug, Deserialize)]
struct Tables {
    cost_kopecks: i64,
    balance_kopecks: i64,
    undeliverable: Vec<String>,
    forbidden_senders: Vec<String>,
    statuses: HashMap<String, i32>,
    errors: HashMap<String, String>,
}

/// The gateway's memory.
#[derive(Debug)]
pub(crate) struct Gateway {
    tables: Tables,
    balance: i64,
    last_id: u64,
    sent: VecDeque<Sms>,
    /// The first answer per id the sender gave, with the phones and the text it was for.
    answers: Shelf<((Vec<String>, String), Value)>,
}

#[derive(Debug)]
struct Refusal {
    code: u32,
    id: Option<u64>,
}

type Params = BTreeMap<String, String>;

pub(crate) fn routes(config: &mut ServiceConfig) {
    let operations: [(&str, Operation); 3] = [
        ("/smsc/sys/send.php", Gateway::send),
        ("/smsc/sys/status.php", Gateway::status),
        ("/smsc/sys/balance.php", Gateway::balance),
    ];
    for (path, operation) in operations {
        let handler =
            move |world: Data<World>, req: HttpRequest, body: Bytes| answer(world, req, body, operation);
        config.service(web::resource(path).route(web::get().to(handler)).route(web::post().to(handler)));
    }
}

type Operation = fn(&mut Gateway, &Params, DateTime<Utc>) -> Result<Value, Refusal>;

async fn answer(world: Data<World>, req: HttpRequest, body: Bytes, operation: Operation) -> HttpResponse {
    let params: Params = url::form_urlencoded::parse(req.query_string().as_bytes())
        .chain(url::form_urlencoded::parse(&body))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut gateway = lock(&world.gateway);
    let outcome = if knows(&world, &params) {
        operation(&mut gateway, &params, Utc::now())
    } else {
        Err(Refusal { code: CREDENTIALS, id: None })
    };
    let response = gateway.respond(params.get("fmt").map(String::as_str), outcome);
    drop(gateway);
    world.touched();
    response
}

fn knows(world: &World, params: &Params) -> bool {
    let given = |name: &str| params.get(name).map_or("", String::as_str);
    let known = &world.credentials;
    match given("apikey") {
        "" => given("login") == known.sms_login && given("psw") == known.sms_password,
        key => key == known.sms_key,
    }
}

impl Gateway {
    pub(crate) fn load() -> serde_json::Result<Self> {
        let tables: Tables = serde_json::from_str(include_str!("../../data/sms.json"))?;
        Ok(Self {
            balance: tables.balance_kopecks,
            tables,
            last_id: 0,
            sent: VecDeque::new(),
            answers: Shelf::new(REMEMBERED),
        })
    }

    pub(crate) fn sent_to(&self, phone: &str) -> Vec<Sms> {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        self.sent.iter().filter(|sms| digits.is_empty() || sms.phone == digits).cloned().collect()
    }

    /// Forgets what was sent; ids stay known, as they would be at the provider.
    pub(crate) fn forget(&mut self) {
        self.sent.clear();
    }

    fn send(&mut self, params: &Params, now: DateTime<Utc>) -> Result<Value, Refusal> {
        let own_id = match params.get("id").map(|id| id.parse::<u64>()) {
            None => None,
            Some(Ok(id)) if (1..=2_147_483_647).contains(&id) => Some(id),
            Some(_) => return Err(Refusal { code: PARAMETERS, id: None }),
        };
        let refuse = |code| Refusal { code, id: own_id };
        let text = params.get("mes").filter(|text| !text.is_empty()).ok_or_else(|| refuse(PARAMETERS))?;
        let listed = params.get("phones").ok_or_else(|| refuse(PARAMETERS))?;
        // Without it the provider reads windows-1251 and the person gets rubbish: better an error than a pretence.
        if params.get("charset").is_none_or(|charset| !charset.eq_ignore_ascii_case("utf-8")) {
            return Err(refuse(PARAMETERS));
        }
        let phones: Option<Vec<String>> = listed.split([',', ';']).map(normal_phone).collect();
        let phones = phones.ok_or_else(|| refuse(PHONE))?;
        let request = (phones, text.clone());
        if let Some((first, answer)) = own_id.and_then(|id| self.answers.get(&id.to_string())) {
            return if *first == request { Ok(answer.clone()) } else { Err(refuse(PARAMETERS)) };
        }
        let sender = params.get("sender").cloned();
        self.check(&request.0, text, sender.as_ref(), now).map_err(refuse)?;
        let count = request.0.len().saturating_mul(parts(text));
        let cost = i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(self.tables.cost_kopecks);
        if cost > self.balance {
            return Err(refuse(NO_MONEY));
        }
        self.balance -= cost;
        let id = own_id.unwrap_or_else(|| self.next_id());
        for phone in &request.0 {
            self.keep(id, phone, text, sender.clone(), now);
        }
        let answer = json!({ "id": id, "cnt": count, "cost": rubles(cost), "balance": rubles(self.balance) });
        self.answers.insert(id.to_string(), (request, answer.clone()));
        Ok(answer)
    }

    fn status(&mut self, params: &Params, _: DateTime<Utc>) -> Result<Value, Refusal> {
        let refusal = || Refusal { code: PARAMETERS, id: None };
        let id: u64 = params.get("id").and_then(|id| id.parse().ok()).ok_or_else(refusal)?;
        let phone = params.get("phone").and_then(|phone| normal_phone(phone)).ok_or_else(refusal)?;
        let Some(sms) = self.sent.iter().find(|sms| sms.id == id && sms.phone == phone) else {
            return Ok(json!({ "status": -3, "err": 0 }));
        };
        let moscow = FixedOffset::east_opt(3 * 3600).map(|zone| sms.received_at.with_timezone(&zone));
        Ok(json!({
            "status": sms.status,
            "last_date": moscow.map(|at| at.format("%d.%m.%Y %H:%M:%S").to_string()),
            "last_timestamp": sms.received_at.timestamp(),
            "err": if sms.status >= 20 { sms.status } else { 0 },
        }))
    }

    fn balance(&mut self, _: &Params, _: DateTime<Utc>) -> Result<Value, Refusal> {
        Ok(json!({ "balance": rubles(self.balance) }))
    }

    fn check(
        &self,
        phones: &[String],
        text: &str,
        sender: Option<&String>,
        now: DateTime<Utc>,
    ) -> Result<(), u32> {
        if sender.is_some_and(|sender| self.tables.forbidden_senders.contains(sender)) {
            return Err(FORBIDDEN);
        }
        if phones.iter().any(|phone| self.tables.undeliverable.contains(phone)) {
            return Err(UNDELIVERABLE);
        }
        let recent = self.sent.iter().rev().take_while(|sms| now - sms.received_at < SAME_TEXT_AGAIN_AFTER);
        let mut same = recent.filter(|sms| sms.text == text && phones.contains(&sms.phone));
        if same.next().is_some() { Err(REPEATED) } else { Ok(()) }
    }

    fn next_id(&mut self) -> u64 {
        loop {
            self.last_id += 1;
            if self.answers.get(&self.last_id.to_string()).is_none() {
                return self.last_id;
            }
        }
    }

    fn keep(&mut self, id: u64, phone: &str, text: &str, sender: Option<String>, now: DateTime<Utc>) {
        let sms = Sms {
            id,
            received_at: now,
            phone: phone.to_owned(),
            text: text.to_owned(),
            sender,
            codes: codes(text),
            status: self.tables.statuses.get(phone).copied().unwrap_or(1),
        };
        push_bounded(&mut self.sent, REMEMBERED, sms);
    }

    /// `fmt=3` is JSON; anything else the provider's short text.
    fn respond(&self, fmt: Option<&str>, outcome: Result<Value, Refusal>) -> HttpResponse {
        let wording = |code: u32| self.tables.errors.get(&code.to_string()).cloned().unwrap_or_default();
        match (fmt, outcome) {
            (Some("3"), Ok(answer)) => HttpResponse::Ok().json(answer),
            (Some("3"), Err(Refusal { code, id })) => {
                let mut body = json!({ "error": wording(code), "error_code": code });
                if let (Some(id), Some(object)) = (id, body.as_object_mut()) {
                    object.insert("id".into(), json!(id));
                }
                HttpResponse::Ok().json(body)
            }
            (_, Ok(answer)) => {
                let field =
                    |name: &str| answer.get(name).map(Value::to_string).unwrap_or_default().replace('"', "");
                let text = match (answer.get("cnt"), answer.get("status")) {
                    (Some(count), _) => format!("OK - {count} SMS, ID - {}", field("id")),
                    (None, Some(status)) => format!("Status = {status}"),
                    (None, None) => field("balance"),
                };
                HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
            }
            (_, Err(Refusal { code, .. })) => HttpResponse::Ok()
                .content_type("text/plain; charset=utf-8")
                .body(format!("ERROR = {code} ({})", wording(code))),
        }
    }
}
