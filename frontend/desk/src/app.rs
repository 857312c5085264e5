//! The frame with its bar, the gate (nobody passes without signing in) and the routes.

use kit::prelude::*;
use kit::shell::{Frame, Guarded};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::bar::DeskBar;
use crate::keys::Keys;
use crate::library::Library;
use crate::pages::{CasePage, CorrectionPage, NotFound, QueuePage, RefusalPage, SignIn};
use crate::path::{self, Place};

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Library::new());
    provide_context(Keys::new());
    view! {
        <Router>
            <Desk/>
        </Router>
    }
}

/// Signing in keeps the address: after it the officer is where the link led, with what was typed there.
#[component]
fn Desk() -> impl IntoView {
    let (session, location) = (use_session(), use_location());
    let bare = Signal::derive(move || {
        session.is_authorized() && location.pathname.with(|here| path::is_inside_case(here))
    });
    let stage = Memo::new(move |_| (session.is_known(), session.is_authorized()));
    let content = move || match stage.get() {
        (false, _) => view! { <div class="wrap"><Skeleton/></div> }.into_any(),
        (true, false) => view! { <SignIn/> }.into_any(),
        (true, true) => view! { <Places/> }.into_any(),
    };
    view! {
        <Frame header=Box::new(|| view! { <DeskBar/> }.into_any()) bare=bare>
            <Guarded>{content}</Guarded>
        </Frame>
    }
}

#[component]
fn Places() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound/> }.into_any()>
            <Route path=path!("/") view=|| view! { <QueuePage place=Place::Queue/> }.into_any()/>
            <Route path=path!("/mine") view=|| view! { <QueuePage place=Place::Mine/> }.into_any()/>
            <Route path=path!("/waiting") view=|| view! { <QueuePage place=Place::Waiting/> }.into_any()/>
            <Route path=path!("/decided") view=|| view! { <QueuePage place=Place::Decided/> }.into_any()/>
            <Route path=path!("/cases/:id") view=|| view! { <CasePage/> }.into_any()/>
            <Route path=path!("/cases/:id/correction") view=|| view! { <CorrectionPage/> }.into_any()/>
            <Route path=path!("/cases/:id/refusal") view=|| view! { <RefusalPage/> }.into_any()/>
        </FlatRoutes>
    }
}
