//! The bar at the bottom: at most three things that can be done with the case now, each with its key.

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::State;

use super::screen::Screen;
use crate::case::Hold;
use crate::keys::use_keys;
use crate::pages::queue::{Next, NextButton};
use crate::path::Path;

/// What the bar offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offer {
    Take,
    Decide,
    /// The result still holds, and this officer may take it back.
    Revoke,
    Nothing,
}

fn offer(screen: Screen) -> Memo<Offer> {
    let state = screen.open.part(|loaded| loaded.case.state);
    let revocable = screen.open.part(|loaded| loaded.case.revocable);
    Memo::new(move |_| match (state.get(), screen.hold.get()) {
        (State::InReview, Hold::Free) => Offer::Take,
        (State::InReview, Hold::Mine) => Offer::Decide,
        (State::Approved | State::Completed, _) if revocable.get() => Offer::Revoke,
        _ => Offer::Nothing,
    })
}

/// The bar with the keys T, R, A and D.
#[component]
pub fn Dock(screen: Screen, next: Next) -> impl IntoView {
    let offer = offer(screen);
    let navigate = use_navigate();
    let id = screen.open.id;
    let (i18n, toasts) = (use_i18n(), use_toasts());
    let take =
        Callback::new(move |()| screen.assign(true, move || toasts.show(untrack(|| i18n.t("desk.taken")))));
    use_keys(move |letter| {
        let go = |path: Path| navigate(&path.href(), NavigateOptions::default());
        match (letter, offer.get_untracked()) {
            ('T', Offer::Take) => take.run(()),
            ('R', Offer::Decide) => go(Path::Correction(id)),
            ('A', Offer::Decide) => screen.approving.set(true),
            ('D', Offer::Decide) => go(Path::Refusal(id)),
            _ => return false,
        }
        true
    });
    let actions = move || match offer.get() {
        Offer::Take => view! {
            <Button kind="primary" busy=screen.assignment.pending on_press=take>
                {t("desk.take")}
                <kbd aria-hidden="true">"T"</kbd>
            </Button>
            <span class="push small muted">{t("desk.dock_take")}</span>
        }
        .into_any(),
        Offer::Decide => view! { <Decide screen=screen/> }.into_any(),
        Offer::Revoke => {
            let revoke = Callback::new(move |()| screen.revoking.set(true));
            view! {
                <NextButton next=next/>
                <Button kind="danger" on_press=revoke>{t("desk.revoke")}</Button>
            }
            .into_any()
        }
        Offer::Nothing => view! { <NextButton next=next/> }.into_any(),
    };
    view! {
        <div class="dock" role="region" aria-label=t("desk.decision")>
            <div class="wrap">{actions}</div>
        </div>
    }
}

#[component]
fn Decide(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let id = screen.open.id;
    let approve = Callback::new(move |()| screen.approving.set(true));
    let ask = move || match screen.remarks.count() {
        0 => i18n.t("desk.ask"),
        count => i18n.t_with("desk.ask_count", &[("number", &count.to_string())]),
    };
    view! {
        <ButtonLink kind="primary" href=Path::Correction(id).href()>
            <Icon name="undo"/>
            {ask}
            <kbd aria-hidden="true">"R"</kbd>
        </ButtonLink>
        <Button kind="secondary" on_press=approve>
            <Icon name="ok"/>
            {t("desk.approve")}
            <kbd aria-hidden="true">"A"</kbd>
        </Button>
        <ButtonLink kind="danger" href=Path::Refusal(id).href()>
            {t("desk.refuse")}
            <kbd aria-hidden="true">"D"</kbd>
        </ButtonLink>
        <span class="push small muted">{t("desk.dock_decide")}</span>
    }
}
