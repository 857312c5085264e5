//! What people are told (A11): one row in the feed, and a job for each other channel, in the transaction of the
//! change itself. Texts are made when they are read, in the reader's language.

pub mod api;
pub mod deliver;
mod news;
mod store;
mod wording;

pub use news::News;
pub use store::tell;
