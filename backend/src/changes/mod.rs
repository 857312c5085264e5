//! Word to open pages that something has changed. A pulse is a row written beside the change; the relay of each
//! process reads new rows and passes them to the streams that are open there. Pages then read by the ordinary
//! operations, so a pulse carries no content.

pub mod api;
mod relay;
mod store;
mod stream;

pub use relay::Relay;
pub use store::{pulse, pulse_all};

use std::time::Duration;

use openapi::events::Change;

/// How long a skipped number may still turn up: longer than a transaction can live.
const LATE: Duration = Duration::from_secs(40);

/// A change under its own number; the number told with it is the one to go on from.
type Numbered = (i64, Change);
