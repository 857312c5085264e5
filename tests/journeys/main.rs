//! A citizen's and an officer's day in a real Chromium, against the real server, worker and sandbox.
#![cfg(test)]

mod arrival;
mod audit;
mod browser;
mod chrome;
mod citizens_day;
mod correction;
mod draft;
mod forms;
mod keyboard;
mod people;
mod recovery;
mod stage;
mod words;
