//! What is said on the wire: request and response types by noun, errors, pages, and a typed client with one
//! method per operation.
//!
//! The crate knows nobody but the pure `catalogue` (the definition of a service is part of the contract). The
//! SPA, the integration tests and any Rust third party speak through it. `…In` is what is sent, the bare noun
//! what comes back. The document `openapi.json` beside this crate is produced by the router that serves it.

pub mod accounts;
pub mod applications;
#[cfg(feature = "client")]
pub mod client;
pub mod desk;
pub mod documents;
pub mod error;
pub mod events;
pub mod messages;
pub mod moment;
pub mod notifications;
pub mod page;
pub mod payments;
pub mod secret;
pub mod services;
pub mod verification;

pub use error::{ErrorCode, FieldError, Problem};
pub use page::Page;
pub use secret::Secret;

/// The path every operation stands under.
pub const BASE_PATH: &str = "/api/v1";
