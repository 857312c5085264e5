//! What services exist, and how their forms are judged: pure rules, the same in the browser and on the server.
//!
//! Nothing here reads a clock, a file or a network, except [`load`] (feature `load`), which reads the YAML
//! files of this room once at start.

pub mod answers;
pub mod deadline;
pub mod definition;
pub mod dictionary;
pub mod email;
pub mod form;
pub mod identifiers;
#[cfg(feature = "load")]
pub mod load;
pub mod moscow;
pub mod names;
pub mod tariff;
pub mod text;
