//! The edges of the world, one file each. Nothing else in the house opens a socket outwards.

pub mod bank;
mod http;
pub mod mail;
pub mod registries;
pub mod sms;
pub mod storage;
