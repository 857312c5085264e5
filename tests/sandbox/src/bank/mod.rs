//! A bank that speaks the YooKassa API v3, with its hosted page and its webhooks.

mod api;
mod by_hand;
mod card;
mod error;
mod model;
mod page;
mod request;
mod sbp;
mod store;
mod tables;
pub(crate) mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use chrono::Utc;

pub(crate) use by_hand::{CancellationInput, pay_without_page};
pub(crate) use error::BankError;
pub(crate) use model::{MethodKind, Payment, Status};
pub(crate) use store::Bank;

use crate::shelf::lock;
use crate::state::World;

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.configure(api::routes).configure(page::routes);
}

/// Cancels what was not confirmed or captured before its `expires_at`.
pub(crate) async fn expire_in_time(world: Arc<World>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        lock(&world.bank).expire_due(Utc::now());
    }
}
