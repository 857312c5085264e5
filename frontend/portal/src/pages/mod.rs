//! The pages, by noun; one file per page.

pub mod accounts;
pub mod applications;
pub mod cabinet;
#[cfg(target_arch = "wasm32")]
pub mod drafts;
pub mod home;
pub mod notifications;
pub mod papers;
pub mod payments;
pub mod rules;
pub mod services;
