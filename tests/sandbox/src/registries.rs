//! The migration and passport registers. `data/registries.json` lists sample documents; every other well-formed one is
//! found and valid unless the last two characters of its number say otherwise.

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::state::World;

const DOCUMENT_TYPES: [&str; 5] = [
    "foreign_passport",
    "internal_passport",
    "residence_permit",
    "temporary_residence",
    "stateless_certificate",
];

/// The registers' contents.
#[derive(Debug, Deserialize)]
pub(crate) struct Registries {
    migration_endings: HashMap<String, String>,
    passport_endings: HashMap<String, String>,
    default: Default,
    people: Vec<Person>,
}

#[derive(Debug, Deserialize)]
struct Default {
    entry: Crossing,
    stay: Stay,
    passport_valid_days: i64,
}

#[derive(Debug, Deserialize)]
struct Person {
    country: String,
    number: String,
    birth_date: NaiveDate,
    passport: Passport,
    entries: Vec<Crossing>,
    stays: Vec<Stay>,
}

#[derive(Debug, Deserialize)]
struct Passport {
    result: String,
    valid_days: i64,
}

#[derive(Debug, Deserialize)]
struct Crossing {
    direction: String,
    days_ago: i64,
    checkpoint: String,
    checkpoint_name: String,
    transport: String,
    purpose: String,
}

#[derive(Debug, Deserialize)]
struct Stay {
    #[serde(default)]
    from_days_ago: i64,
    days: i64,
    basis: String,
}

/// A refused request: 401, or 400 with the parameter at fault.
#[derive(Debug)]
enum Refusal {
    Unauthorized,
    Parameter(&'static str),
}

#[derive(Debug, PartialEq, Eq)]
struct Document {
    country: String,
    number: String,
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/registries/migration/v1/entries").route(web::get().to(find_entries)))
        .service(web::resource("/registries/passports/v1/check").route(web::post().to(check_passport)));
}

async fn find_entries(
    world: Data<World>,
    req: HttpRequest,
    params: Query<HashMap<String, String>>,
) -> HttpResponse {
    let text = |name: &str| params.get(name).map(String::as_str);
    let found = authorize(&world, &req).and_then(|()| {
        let document = Document::read(
            text("document_country"),
            "document_country",
            text("document_number"),
            "document_number",
        )?;
        let birth_date =
            read_date(text("birth_date"), "birth_date")?.ok_or(Refusal::Parameter("birth_date"))?;
        let entry_date = read_date(text("entry_date"), "entry_date")?;
        Ok(world.registries.entries(&document, birth_date, entry_date, Utc::now()))
    });
    respond(found)
}

async fn check_passport(world: Data<World>, req: HttpRequest, body: Bytes) -> HttpResponse {
    let checked = authorize(&world, &req).and_then(|()| {
        let body: Value = serde_json::from_slice(&body).map_err(|_| Refusal::Parameter("body"))?;
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let kind = text("document_type").filter(|kind| DOCUMENT_TYPES.contains(kind));
        let kind = kind.ok_or(Refusal::Parameter("document_type"))?;
        let document = Document::read(text("country"), "country", text("number"), "number")?;
        let birth_date = read_date(text("birth_date"), "birth_date")?;
        Ok(world.registries.passport(kind, &document, birth_date, Utc::now()))
    });
    respond(checked)
}

fn respond(answer: Result<Value, Refusal>) -> HttpResponse {
    match answer {
        Ok(answer) => HttpResponse::Ok().json(answer),
        Err(Refusal::Unauthorized) => {
            HttpResponse::Unauthorized().json(json!({ "error": { "code": "unauthorized" } }))
        }
        Err(Refusal::Parameter(parameter)) => HttpResponse::build(StatusCode::BAD_REQUEST)
            .json(json!({ "error": { "code": "invalid_parameter", "parameter": parameter } })),
    }
}

fn authorize(world: &World, req: &HttpRequest) -> Result<(), Refusal> {
    let given = req
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if given == Some(world.credentials.registry_key.as_str()) { Ok(()) } else { Err(Refusal::Unauthorized) }
}

fn read_date(text: Option<&str>, name: &'static str) -> Result<Option<NaiveDate>, Refusal> {
    text.map(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d"))
        .transpose()
        .map_err(|_| Refusal::Parameter(name))
}

impl Document {
    fn read(
        country: Option<&str>,
        country_name: &'static str,
        number: Option<&str>,
        number_name: &'static str,
    ) -> Result<Self, Refusal> {
        let country = country
            .filter(|country| country.len() == 3 && country.bytes().all(|byte| byte.is_ascii_uppercase()))
            .ok_or(Refusal::Parameter(country_name))?;
        let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let number = number
            .filter(|number| (4..=20).contains(&number.len()) && number.bytes().all(allowed))
            .ok_or(Refusal::Parameter(number_name))?;
        Ok(Self { country: country.to_owned(), number: number.to_owned() })
    }

    fn ending(&self) -> &str {
        self.number.get(self.number.len().saturating_sub(2)..).unwrap_or_default()
    }

    /// A migration card that stays the same for a document: its digits, padded to seven.
    fn migration_card(&self) -> Value {
        let digits: String = self.number.chars().filter(char::is_ascii_digit).take(7).collect();
        json!({ "series": "4626", "number": format!("{digits:0>7}") })
    }
}

impl Registries {
    pub(crate) fn load() -> serde_json::Result<Self> {
        serde_json::from_str(include_str!("../data/registries.json"))
    }

    fn person(&self, document: &Document) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.country == document.country && person.number == document.number)
    }

    fn entries(
        &self,
        document: &Document,
        birth_date: NaiveDate,
        entry_date: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Value {
        let today = now.date_naive();
        let card = document.migration_card();
        let (result, entries, stays) = match self.person(document) {
            Some(person) if person.birth_date != birth_date => ("birth_date_mismatch", vec![], vec![]),
            Some(person) => (
                "found",
                person.entries.iter().map(|entry| entry.told(today, None, &card)).collect(),
                person.stays.iter().map(|stay| stay.told(today, None)).collect(),
            ),
            None => match self.migration_endings.get(document.ending()) {
                Some(result) => (result.as_str(), vec![], vec![]),
                None => {
                    let entered = entry_date.unwrap_or(today - TimeDelta::days(self.default.entry.days_ago));
                    let entry = self.default.entry.told(today, Some(entered), &card);
                    ("found", vec![entry], vec![self.default.stay.told(today, Some(entered))])
                }
            },
        };
        json!({
            "request_id": Uuid::new_v4(), "checked_at": now.trunc_subsecs(3), "sample": true, "result": result,
            "document": { "country": document.country, "number": document.number, "birth_date": birth_date },
            "entries": entries, "stays": stays,
        })
    }

    fn passport(
        &self,
        kind: &str,
        document: &Document,
        birth_date: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Value {
        let (result, valid_days) = match self.person(document) {
            Some(person) if birth_date.is_some_and(|given| given != person.birth_date) => {
                ("birth_date_mismatch", 0)
            }
            Some(person) => (person.passport.result.as_str(), person.passport.valid_days),
            None => {
                let result = self.passport_endings.get(document.ending()).map_or("valid", String::as_str);
                let valid = self.default.passport_valid_days;
                (result, if result == "expired" { -valid } else { valid })
            }
        };
        let is_dated = matches!(result, "valid" | "expired");
        json!({
            "request_id": Uuid::new_v4(), "checked_at": now.trunc_subsecs(3), "sample": true, "result": result,
            "document": { "type": kind, "country": document.country, "number": document.number },
            "valid_until": is_dated.then(|| now.date_naive() + TimeDelta::days(valid_days)),
        })
    }
}

impl Crossing {
    fn told(&self, today: NaiveDate, crossed_on: Option<NaiveDate>, card: &Value) -> Value {
        json!({
            "direction": self.direction,
            "crossed_on": crossed_on.unwrap_or(today - TimeDelta::days(self.days_ago)),
            "checkpoint": self.checkpoint, "checkpoint_name": self.checkpoint_name,
            "transport": self.transport, "purpose": self.purpose, "migration_card": card,
        })
    }
}

impl Stay {
    fn told(&self, today: NaiveDate, from: Option<NaiveDate>) -> Value {
        let from = from.unwrap_or(today - TimeDelta::days(self.from_days_ago));
        // The day of entry is the first day of the stay.
        json!({ "from": from, "until": from + TimeDelta::days(self.days - 1), "basis": self.basis })
    }
}
