//! What is decided and remembered. Each noun is a folder: `mod.rs` pure rules, `api.rs` handlers, `store.rs` rows.

pub mod accounts;
pub mod alarms;
pub mod app;
pub mod applications;
pub mod auth;
pub mod changes;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod db;
pub mod demo;
pub mod desk;
pub mod documents;
pub mod error;
pub mod gateways;
pub mod history;
pub mod http;
pub mod idempotency;
pub mod jobs;
pub mod notifications;
pub mod papers;
pub mod payments;
pub mod routes;
pub mod services;
pub mod sweep;
pub mod texts;
