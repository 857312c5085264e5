//! What people are told (A11): one row in the feed, and a job for each other channel, in the transaction of the
//! change itself. Texts are made when they are read, in the reader's language.

pub mod api;
pub mod deliver;
mod store;
mod wording;

pub use store::tell;

/// Whether people hear of this also by SMS (NT-03).
fn has_sms(kind: &str) -> bool {
    // A sign-in has just been confirmed by one.
    kind != "new_sign_in"
}
