//! Telling the merchant: every notification is posted to the webhook address and repeated until it is answered 200.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep, sleep_until};

use crate::faults::{Kind, Target};
use crate::state::World;

/// Pauses before each attempt. The provider goes on for 24 hours; a sandbox that is not answered within 20 s never will be.
const PAUSES_MS: [u64; 7] = [0, 200, 500, 1_000, 2_000, 5_000, 10_000];
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const HELD_AT_MOST: Duration = Duration::from_secs(2);

/// Something to tell the merchant, with the object as it was at that moment.
#[derive(Clone, Debug)]
pub(crate) struct Notification {
    event: &'static str,
    object_id: String,
    body: String,
}

impl Notification {
    pub(crate) fn new(event: &'static str, object_id: &str, object: Value) -> Self {
        let body = json!({ "type": "notification", "event": event, "object": object }).to_string();
        Self { event, object_id: object_id.to_owned(), body }
    }
}

/// One attempt to deliver a notification.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    pub event: String,
    pub object_id: String,
    /// From 1.
    pub attempt: usize,
    pub outcome: Outcome,
    /// What the merchant answered, if it did.
    pub status: Option<u16>,
    pub at: DateTime<Utc>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Answered 200.
    Delivered,
    /// Answered something else.
    Refused,
    /// Nobody there, or no answer in time.
    Unreachable,
    /// Swallowed by a fault.
    Lost,
    /// No webhook address is set.
    NoAddress,
}

/// Delivers notifications as they come, and lets the webhook's faults happen to them.
pub(crate) async fn run(world: Arc<World>, mut notifications: UnboundedReceiver<Notification>) {
    let mut held: Vec<Notification> = Vec::new();
    let mut release_at = Instant::now();
    loop {
        let next = tokio::select! {
            next = notifications.recv() => next,
            () = sleep_until(release_at), if !held.is_empty() => {
                tokio::spawn(deliver_in_turn(world.clone(), std::mem::take(&mut held)));
                continue;
            }
        };
        let Some(notification) = next else { return };
        if world.take_fault(Target::Webhook, Kind::Lose, None).is_some() {
            log(&world, &notification, 1, Outcome::Lost, None);
        } else if let Some(fault) = world.take_fault(Target::Webhook, Kind::Reorder, None) {
            release_at = Instant::now() + fault.delay(HELD_AT_MOST);
            held.push(notification);
        } else {
            let overtaken = std::mem::take(&mut held);
            let turn = std::iter::once(notification).chain(overtaken).collect();
            tokio::spawn(deliver_in_turn(world.clone(), turn));
        }
    }
}

async fn deliver_in_turn(world: Arc<World>, turn: Vec<Notification>) {
    for notification in turn {
        if let Some(fault) = world.take_fault(Target::Webhook, Kind::Delay, None) {
            sleep(fault.delay(Duration::from_secs(1))).await;
        }
        if world.take_fault(Target::Webhook, Kind::Duplicate, None).is_some() {
            join(deliver(&world, &notification), deliver(&world, &notification)).await;
        } else {
            deliver(&world, &notification).await;
        }
    }
}

async fn deliver(world: &World, notification: &Notification) {
    for (attempt, pause) in (1..).zip(PAUSES_MS) {
        sleep(Duration::from_millis(pause)).await;
        let (outcome, status) = match world.webhook_url() {
            None => (Outcome::NoAddress, None),
            Some(url) => match post(world, &url, notification.body.clone()).await {
                Ok((200, _)) => (Outcome::Delivered, Some(200)),
                Ok((status, _)) => (Outcome::Refused, Some(status)),
                Err(_) => (Outcome::Unreachable, None),
            },
        };
        log(world, notification, attempt, outcome, status);
        if matches!(outcome, Outcome::Delivered | Outcome::NoAddress) {
            return;
        }
    }
}

/// The client notifications are posted with.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(ANSWER_WITHIN)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}

/// Posts a JSON text and answers status and body.
pub(crate) async fn post(world: &World, url: &str, body: String) -> reqwest::Result<(u16, String)> {
    let answer = world.http.post(url).header("Content-Type", "application/json").body(body).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

fn log(world: &World, notification: &Notification, attempt: usize, outcome: Outcome, status: Option<u16>) {
    tracing::info!(event = notification.event, attempt, ?outcome, "sandbox.webhook");
    world.log_delivery(Delivery {
        event: notification.event.to_owned(),
        object_id: notification.object_id.clone(),
        attempt,
        outcome,
        status,
        at: Utc::now(),
    });
}
