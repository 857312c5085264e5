//! One case as its pages need it: read with the definition of its service, followed live, with a word about what has
//! changed since the officer looked.

mod head;
mod news;
mod open;
mod relocate;
mod remarks;
mod subject;

pub use head::{CaseHead, unanswered_tag};
pub use news::NewsAlert;
pub use open::{Hold, Loaded, OpenCase, case_page};
pub use relocate::relocate;
pub use remarks::{RemarkDraft, RemarkEditor, Remarks};
pub use subject::{Subject, subject};
