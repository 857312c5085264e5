//! What stands behind the sign-in. The build cuts everything that only [`load`] leads to out of the bundle's first
//! part (`xtask/src/web/wasm.rs`): a page named here costs a stranger nothing, a page named in [`crate::app`] does.

use kit::prelude::*;
use openapi::applications::Tab;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::pages::services::start;
use crate::pages::{accounts, applications, cabinet, drafts, notifications, papers, payments, rules};
use crate::path::Path;
use crate::piece::{Inside, Loading};

/// Fetches the piece.
#[must_use]
pub fn load() -> Loading {
    Box::pin(async { inside().await.ok() })
}

#[wasm_split(inside, fallible)]
fn inside() -> Result<Inside, SplitLoaderError> {
    Ok(Inside { page, draft: drafts::area, start })
}

fn page(path: Path) -> AnyView {
    match path {
        Path::Profile => accounts::profile(),
        Path::Cabinet => cabinet::page(),
        Path::Applications => applications::list(Tab::Active),
        Path::ClosedApplications => applications::list(Tab::Closed),
        Path::Drafts => applications::list(Tab::Drafts),
        Path::Application(id) => applications::page(id),
        Path::Submitted(id) => applications::submitted(id),
        Path::Paper(id, kind) => papers::paper(id, kind),
        Path::Documents => papers::list(),
        Path::Charge(id) => payments::charge(id),
        Path::Payments => payments::list(),
        Path::Payment(id) => payments::payment(id),
        Path::Notifications => notifications::page(),
        // The others are drawn without the piece.
        _ => rules::not_found(),
    }
}
