//! Word to open pages that something has changed. A pulse is a row written beside the change; the relay of each
//! process reads new rows and passes them to the streams that are open there. Pages then read by the ordinary
//! operations, so a pulse carries no content.

pub mod api;
mod relay;
mod store;
mod stream;

pub use relay::Relay;
pub use store::{pulse, pulse_all};
