//! The outside world on one port: a bank, an SMS gateway, an SMTP server and registers, each speaking its provider's own
//! protocol over real sockets. See the README for every address and JSON shape.
//!
//! All state belongs to the instance: several run side by side in one test process.

mod bank;
mod config;
mod control;
mod faults;
mod inbox;
mod language;
mod pages;
mod registries;
mod server;
mod shelf;
mod sms;
mod smtp;
mod state;

pub use bank::webhooks::{Delivery, Outcome};
pub use config::{Config, Credentials};
pub use faults::{Fault, Kind, Target};
pub use server::{Running, Sandbox};
pub use sms::Sms;
pub use smtp::message::{Attachment, Mail};
pub use state::World;
