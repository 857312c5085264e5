//! The edge: reading requests, writing answers, and what every answer carries.

pub mod body;
mod door;
pub mod extract;
pub mod headers;
pub mod method;
pub mod page;
pub mod problem;
pub mod respond;
pub mod server;

pub use extract::{ClientInfo, IdempotencyKey, IfMatch, Language, Query, ValidJson};
