//! Applications: draft, filing, check, correction, withdrawal (A6, A8). What officers do stands in `desk`.

pub mod api;
pub mod checks;
pub mod clock;
pub mod comparison;
pub mod correction;
mod draft;
mod filing;
pub mod graph;
mod listing;
pub mod overdue;
mod progress;
pub mod remarks;
mod steps;
pub mod store;
pub mod view;

pub use filing::CONSENT_VERSION;
pub use progress::on_paid;
