//! Applications: draft, filing, check, correction, amendment, withdrawal (A6, A8). What officers do stands in `desk`.

mod amendment;
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
pub mod related;
pub mod remarks;
pub mod reply;
pub mod sealed;
mod steps;
pub mod store;
pub mod view;

pub use filing::DECLARATION_VERSION;
pub use progress::on_paid;
