//! What has been filed: the lists, one application, and the page right after filing.

mod anew;
mod approval;
mod attention;
mod case;
mod decision;
mod list;
mod messages;
mod next_action;
mod page;
mod panels;
mod row;
mod side;
mod submitted;
mod timeline;

pub use attention::attention;
pub use case::Case;
pub use list::list;
pub use page::page;
pub use panels::file;
pub use row::Row;
pub use submitted::submitted;
