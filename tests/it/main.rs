//! The promises, kept from outside: one module per noun, and the house's own rules.
#![cfg(test)]

mod access;
mod accounts;
mod amendments;
mod applications;
mod audit;
mod closed_doors;
#[cfg(debug_assertions)]
mod crash;
#[cfg(debug_assertions)]
mod day;
mod desk;
mod documents;
mod doors;
mod errors;
mod faults;
mod follow_ups;
mod house;
mod journey;
mod limits;
mod messages;
mod notifications;
mod openapi_document;
mod operators;
mod payment_receipts;
mod payments;
mod reads;
mod reconciliation;
mod recovery;
mod schema;
#[cfg(debug_assertions)]
mod sealed;
mod sessions;
mod trips;
mod words;
