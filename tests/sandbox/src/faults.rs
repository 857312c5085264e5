//! Scripted misfortune: what tests and `/control/faults` ask to go wrong, and the middleware that makes it so.

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::{future, stream};
use serde::{Deserialize, Serialize};

use crate::state::World;

/// Who misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Bank,
    Sms,
    Smtp,
    Migration,
    Passports,
    Webhook,
}

/// How. The README's table says which target knows which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Waits `delay_ms`, then goes on.
    Delay,
    /// Does nothing and answers an error.
    Error500,
    /// Does the work, then answers an error.
    Error500After,
    /// Closes the connection without doing anything.
    DropBefore,
    /// Does the work, then closes the connection without an answer.
    DropAfter,
    /// Not there at all.
    Down,
    /// A webhook is delivered twice.
    Duplicate,
    /// A webhook is held back until another one has been delivered.
    Reorder,
    /// A webhook is never delivered.
    Lose,
    /// A payment is read back with one rouble more.
    WrongAmount,
}

/// One misfortune, until it has struck `times` times (`None`: until cleared).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    #[serde(skip_deserializing)]
    pub id: u64,
    pub target: Target,
    pub kind: Kind,
    #[serde(default)]
    pub times: Option<u32>,
    #[serde(default)]
    pub delay_ms: Option<u64>,
    /// The status of an answered error: HTTP 400–599, or the SMTP reply 400–599.
    #[serde(default)]
    pub status: Option<u16>,
    /// Only requests with this HTTP method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose path contains this.
    #[serde(default)]
    pub path: Option<String>,
}

impl Fault {
    /// A fault that strikes until it is cleared.
    pub fn new(target: Target, kind: Kind) -> Self {
        Self { id: 0, target, kind, times: None, delay_ms: None, status: None, method: None, path: None }
    }

    /// Strikes only this many times.
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// How long a delay takes, or how long a reordered webhook is held at most.
    pub fn delay_ms(self, delay_ms: u64) -> Self {
        Self { delay_ms: Some(delay_ms), ..self }
    }

    /// Strikes only requests with this method and this part of the path.
    pub fn only(self, method: &str, path: &str) -> Self {
        Self { method: Some(method.to_owned()), path: Some(path.to_owned()), ..self }
    }

    pub(crate) fn delay(&self, otherwise: Duration) -> Duration {
        self.delay_ms.map_or(otherwise, Duration::from_millis)
    }

    fn is_known(&self) -> bool {
        use Kind::{
            Delay, Down, DropAfter, DropBefore, Duplicate, Error500, Error500After, Lose, Reorder,
            WrongAmount,
        };
        let kind_known = match self.target {
            Target::Webhook => matches!(self.kind, Delay | Lose | Duplicate | Reorder),
            Target::Smtp => matches!(self.kind, Delay | Error500 | DropBefore | DropAfter | Down),
            Target::Bank if self.kind == WrongAmount => true,
            Target::Bank | Target::Sms | Target::Migration | Target::Passports => {
                matches!(self.kind, Delay | Error500 | Error500After | DropBefore | DropAfter | Down)
            }
        };
        kind_known && self.status.is_none_or(|status| (400..=599).contains(&status)) && self.times != Some(0)
    }
}

/// The faults that hold now.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    last_id: u64,
    active: Vec<Fault>,
}

impl Faults {
    /// Adds a fault; `None` if its target does not know its kind or a number is out of range.
    pub(crate) fn add(&mut self, fault: Fault) -> Option<Fault> {
        if !fault.is_known() {
            return None;
        }
        self.last_id += 1;
        let fault = Fault { id: self.last_id, ..fault };
        self.active.push(fault.clone());
        Some(fault)
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.active
    }

    /// Uses up one strike of the first fault that fits. `call` is the method and path of an HTTP request.
    pub(crate) fn take(&mut self, target: Target, kind: Kind, call: Option<(&str, &str)>) -> Option<Fault> {
        let fits = |fault: &Fault| {
            let (method, path) = call.unwrap_or_default();
            fault.target == target
                && fault.kind == kind
                && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && fault.path.as_deref().is_none_or(|wanted| path.contains(wanted))
        };
        let fault = self.active.iter_mut().find(|fault| fits(fault))?;
        if let Some(times) = fault.times.as_mut() {
            *times = times.saturating_sub(1);
        }
        let taken = fault.clone();
        self.active.retain(|fault| fault.times != Some(0));
        Some(taken)
    }
}

/// Makes the faults of HTTP targets happen around the real work.
pub(crate) async fn inject(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (Some(target), Some(world)) = (target_of(req.path()), req.app_data::<Data<World>>().cloned()) else {
        return next.call(req).await;
    };
    let (method, path) = (req.method().as_str().to_owned(), req.path().to_owned());
    let take = |kind| world.take_fault(target, kind, Some((method.as_str(), path.as_str())));

    if let Some(fault) = take(Kind::Delay) {
        tokio::time::sleep(fault.delay(Duration::from_secs(1))).await;
    }
    if take(Kind::Down).or_else(|| take(Kind::DropBefore)).is_some() {
        return Ok(req.into_response(hang_up()));
    }
    if let Some(fault) = take(Kind::Error500) {
        return Ok(req.into_response(failure(&fault)));
    }
    let (drop_after, error_after) = (take(Kind::DropAfter), take(Kind::Error500After));
    let done = next.call(req).await?;
    match (drop_after, error_after) {
        (Some(_), _) => Ok(replaced(done, hang_up())),
        (None, Some(fault)) => Ok(replaced(done, failure(&fault))),
        (None, None) => Ok(done),
    }
}

fn replaced(done: ServiceResponse<BoxBody>, response: HttpResponse) -> ServiceResponse<BoxBody> {
    let (request, _): (HttpRequest, _) = done.into_parts();
    ServiceResponse::new(request, response)
}

fn target_of(path: &str) -> Option<Target> {
    let prefixes = [
        ("/yookassa/v3/", Target::Bank),
        ("/smsc/", Target::Sms),
        ("/registries/migration/", Target::Migration),
        ("/registries/passports/", Target::Passports),
    ];
    prefixes.into_iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, target)| target)
}

/// A response whose body fails before its first byte: the server then closes the socket, and as the head has not been
/// flushed yet the caller sees a connection that ends without an answer.
fn hang_up() -> HttpResponse {
    let broken = future::ready(Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)));
    HttpResponse::Ok().streaming(stream::once(broken))
}

fn failure(fault: &Fault) -> HttpResponse {
    let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
    HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)).json(serde_json::json!({
        "type": "error", "id": uuid::Uuid::new_v4(), "code": "internal_server_error", "description": "internal_server_error",
    }))
}
