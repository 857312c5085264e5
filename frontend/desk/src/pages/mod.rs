//! The pages, one file each; large ones have a folder.

mod case;
mod correction;
mod letter;
mod letter_form;
mod not_found;
mod queue;
mod refusal;
mod sign_in;

pub use case::CasePage;
pub use correction::CorrectionPage;
pub use not_found::NotFound;
pub use queue::QueuePage;
pub use refusal::RefusalPage;
pub use sign_in::SignIn;
