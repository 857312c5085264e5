//! One case: documents on one side, facts on the other, the decision at the bottom.

mod answers;
mod approve;
mod checks;
mod dock;
mod documents;
mod facts;
mod field_row;
mod history;
mod messages;
mod notice;
mod papers;
mod revoke;
mod screen;
mod viewer;

use kit::prelude::*;

use crate::case::case_page;
use screen::CaseScreen;

#[component]
pub fn CasePage() -> impl IntoView {
    case_page(|open| view! { <CaseScreen open=open/> }.into_any())
}
