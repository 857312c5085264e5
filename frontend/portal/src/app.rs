//! The router. One place decides which page an address shows; the pages themselves are type-erased here, which keeps
//! the bundle small.

use kit::prelude::*;
use kit::shell::Guarded;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::guard::signed_in;
use crate::library::Library;
use crate::pages::{
    accounts, applications, cabinet, drafts, home, notifications, papers, payments, rules, services,
};
use crate::path::Path;
use crate::shell::Shell;

/// The portal.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Library::new());
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
        Place::Draft(id) => signed_in(move || drafts::area(id, path)),
        Place::Page(path) => page(path),
    };
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

fn page(path: Path) -> AnyView {
    match path {
        Path::Home => home::page(),
        Path::Services => services::catalogue(),
        Path::Service(code) => services::card(code),
        Path::SignUp => accounts::sign_up(),
        Path::Activate => accounts::activate(),
        Path::SignIn => accounts::sign_in(),
        Path::Profile => signed_in(accounts::profile),
        Path::Cabinet => signed_in(cabinet::page),
        Path::Applications => signed_in(|| applications::list(openapi::applications::Tab::Active)),
        Path::ClosedApplications => signed_in(|| applications::list(openapi::applications::Tab::Closed)),
        Path::Drafts => signed_in(|| applications::list(openapi::applications::Tab::Drafts)),
        Path::Application(id) => signed_in(move || applications::page(id)),
        Path::Submitted(id) => signed_in(move || applications::submitted(id)),
        Path::Paper(id, kind) => signed_in(move || papers::paper(id, kind)),
        Path::Documents => signed_in(papers::list),
        Path::Charge(id) => signed_in(move || payments::charge(id)),
        Path::Payments => signed_in(payments::list),
        Path::Payment(id) => signed_in(move || payments::payment(id)),
        Path::Notifications => signed_in(notifications::page),
        Path::Verify => papers::verify(None),
        Path::VerifyPaper(token) => papers::verify(Some(token)),
        Path::Consent => rules::consent(),
        // These belong to the area of their draft.
        Path::Draft(_) | Path::Step(..) | Path::DraftDocuments(_) | Path::Check(_) | Path::Correction(_) => {
            ().into_any()
        }
        Path::Unknown => rules::not_found(),
    }
}
