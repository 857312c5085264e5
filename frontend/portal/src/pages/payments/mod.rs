//! Paying: what is owed, one attempt to pay it, all payments (A10).

mod charge;
mod list;
mod payment;
mod reason;
mod requisites;

pub use charge::charge;
pub use list::list;
pub use payment::payment;
pub use reason::failure_text;
