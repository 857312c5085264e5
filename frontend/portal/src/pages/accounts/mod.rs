//! Signing up and in, and the person's own data.

mod activate;
mod activation;
mod code_step;
mod language;
mod password;
mod profile;
mod sessions;
mod sign_in;
mod sign_up;

pub use activate::{activate, recover};
pub use code_step::CodeStep;
pub use profile::profile;
pub use sign_in::sign_in;
pub use sign_up::sign_up;
