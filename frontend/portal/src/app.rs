//! The router. One place decides which page an address shows: those for everybody are named here, those behind the
//! sign-in in [`crate::inside`]. The pages are type-erased, which keeps the bundle small.

use kit::prelude::*;
use kit::shell::Guarded;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::guard::signed_in;
use crate::inside;
use crate::library::Library;
use crate::pages::{accounts, home, papers, rules, services};
use crate::path::Path;
use crate::piece::{Piece, use_piece};
use crate::shell::Shell;

/// The portal.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Library::new());
    provide_context(Piece::new(inside::load));
    view! {
        <Router>
            <Guarded>
                <Pages/>
            </Guarded>
        </Router>
    }
}

#[component]
fn Pages() -> impl IntoView {
    let location = use_location();
    let here = move || location.pathname.with(|pathname| Path::parse(pathname));
    let shown = RwSignal::new(untrack(here));
    let path = Memo::new(move |_| shown.get());
    // The pages of one draft share what is being filled in, so going between them keeps its frame.
    let place = Memo::new(move |_| {
        path.with(|path| path.draft().map_or_else(|| Place::Page(path.clone()), Place::Draft))
    });
    let page = move || match place.get() {
        Place::Draft(id) => signed_in(move |inside| (inside.draft)(id, path)),
        Place::Page(path) => page(path),
    };
    fetch_piece_in_time(path);
    // The library's router keeps the address and the history; one route takes every address.
    let route = move || {
        // Begun inside the frame, so that the frame has noted the change of route before the page is drawn: the
        // heading of the new page then takes the focus.
        Effect::new(move |_| {
            let here = here();
            if shown.with_untracked(|shown| *shown != here) {
                shown.set(here);
            }
        });
        page.into_any()
    };
    view! {
        <Shell path=path>
            <FlatRoutes fallback=|| ()>
                <Route path=path!("*any") view=route/>
            </FlatRoutes>
        </Shell>
    }
}

#[derive(Clone, PartialEq)]
enum Place {
    Draft(uuid::Uuid),
    Page(Path),
}

/// Whoever is signed in, or about to be, will need what is behind the sign-in: it is there before they are. What
/// could not be fetched is tried again with the next page.
fn fetch_piece_in_time(path: Memo<Path>) {
    let (session, piece) = (use_session(), use_piece());
    Effect::new(move |_| {
        let is_signing_in = path.with(|path| matches!(path, Path::SignIn | Path::Activate | Path::Recover));
        if is_signing_in || session.state() != SessionState::Anonymous {
            piece.fetch();
        }
    });
}

fn page(path: Path) -> AnyView {
    match path {
        Path::Home => home::page(),
        Path::Services => services::catalogue(),
        Path::Service(code) => services::card(code),
        Path::SignUp => accounts::sign_up(),
        Path::Activate => accounts::activate(),
        Path::SignIn => accounts::sign_in(),
        Path::Recover => accounts::recover(),
        Path::Verify => papers::verify(None),
        Path::VerifyPaper(token) => papers::verify(Some(token)),
        Path::Consent => rules::consent(),
        Path::Unknown => rules::not_found(),
        Path::Profile
        | Path::Cabinet
        | Path::Applications
        | Path::ClosedApplications
        | Path::Drafts
        | Path::Application(_)
        | Path::Submitted(_)
        | Path::Paper(..)
        | Path::Documents
        | Path::Charge(_)
        | Path::Payments
        | Path::Payment(_)
        | Path::Notifications => signed_in(move |inside| (inside.page)(path.clone())),
        // These belong to the area of their draft.
        Path::Draft(_) | Path::Step(..) | Path::DraftDocuments(_) | Path::Check(_) | Path::Correction(_) => {
            ().into_any()
        }
    }
}
