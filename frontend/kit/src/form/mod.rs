//! The renderer of a service definition: one component per kind of question, conditions, and judging in the browser by the
//! very rules the server has.

mod field;
mod judging;
mod state;
mod step;

pub use state::Form;
pub use step::{StepFields, remark_view, summary_rows};
