//! The sandbox as its callers see it: over real sockets.

mod bank;
mod faults;
mod mail;
mod page;
mod registries;
mod shop;
mod sms;
mod webhooks;
