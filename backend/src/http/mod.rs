//! The edge: reading requests, writing answers, and what every answer carries.

pub mod body;
pub mod extract;
pub mod headers;
pub mod problem;
pub mod respond;
pub mod server;

pub use extract::{ClientInfo, IdempotencyKey, IfMatch, Language, Query, ValidJson};
