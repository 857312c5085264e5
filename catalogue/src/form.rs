//! One rule, both sides: what a form asks, whether its answers are right, and how they read.
//!
//! [`shape`] is what even a draft must fulfil, [`judge`] what an application must. Both look at the same
//! definition in the browser and on the server and find the same things.

mod condition;
mod display;
mod judge;
mod normalise;
mod shape;
mod value;

use chrono::NaiveDate;

use crate::dictionary::Dictionaries;

pub use condition::{documents, is_asked, is_field_asked, steps};
pub use display::display;
pub use judge::{StepState, judge, judge_step, step_state};
pub use normalise::{normalise, parse_date, parse_time};
pub use shape::shape;

/// What the rules may look at besides the answers.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Today at the place of the service.
    pub today: NaiveDate,
    pub dictionaries: &'a Dictionaries,
}
