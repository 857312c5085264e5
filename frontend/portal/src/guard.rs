//! Pages for signed-in people: strangers are led to sign-in and come back.

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use crate::path::Path;
use crate::piece::{Inside, State, use_piece};

#[derive(Clone, Copy, PartialEq)]
enum Who {
    NotKnown,
    Nobody,
    Citizen,
}

/// Draws `page` of the piece behind the sign-in for a signed-in person. A stranger goes to sign-in and returns to this address; whoever signs out
/// here goes home.
pub fn signed_in(page: impl Fn(Inside) -> AnyView + Send + Sync + 'static) -> AnyView {
    guarded(Box::new(page))
}

fn guarded(page: Box<dyn Fn(Inside) -> AnyView + Send + Sync>) -> AnyView {
    let piece = use_piece();
    let (session, navigate, location) = (use_session(), use_navigate(), use_location());
    let who = Memo::new(move |_| match session.state() {
        SessionState::Starting => Who::NotKnown,
        SessionState::Anonymous => Who::Nobody,
        SessionState::Authorized(_) => Who::Citizen,
    });
    Effect::new(move |before: Option<Who>| {
        let now = who.get();
        if now == Who::Nobody {
            let signed_out = before == Some(Who::Citizen) && !session.ended.get_untracked();
            let here = location.pathname.get_untracked() + &query(&location.search.get_untracked());
            let to = if signed_out { Path::Home.href() } else { Path::sign_in_then(&here) };
            navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
        now
    });
    let page = StoredValue::new(page);
    drawn(move || match (who.get(), piece.state()) {
        (Who::Citizen, State::Here(inside)) => page.with_value(|page| page(inside)),
        (Who::Citizen, State::Failed) => view! {
            <div class="wrap">
                <PageHead title=t("pages.failed_title")/>
                {piece.failure()}
            </div>
        }
        .into_any(),
        _ => view! { <div class="wrap"><Skeleton/></div> }.into_any(),
    })
}

fn query(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{search}") }
}
