//! Who is asking: the signature of a handler is its access rule.

pub mod passwords;
pub mod subject;
pub mod tokens;

pub use subject::{Citizen, Officer};
