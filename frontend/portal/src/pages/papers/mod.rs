//! Papers the services issue: the person's own, and the public check of anybody's.

mod compare;
mod download;
mod list;
mod paper;
mod verify;

pub use download::{DownloadPaper, file_name};
pub use list::list;
pub use paper::paper;
pub use verify::verify;
