//! The lists beside the work area, with how much waits in each.

use kit::prelude::*;
use openapi::desk::Counts;

use super::filter::Filter;
use crate::path::Place;

/// The navigation between lists; what is chosen stays chosen.
#[component]
pub fn Views(place: Place, counts: RwSignal<Option<Counts>>, filter: Memo<Filter>) -> impl IntoView {
    let links = Place::ALL.map(|one| {
        let href = move || filter.with(|filter| filter.href(one));
        let number = move || {
            let number = count(one, counts.get()?)?;
            Some(view! { <span>{number}</span> })
        };
        view! {
            <li><a href=href aria-current=(one == place).then_some("page")>{t(one.title())}{number}</a></li>
        }
    });
    view! {
        <nav class="views" aria-label=t("desk.views")>
            <h2>{t("desk.views")}</h2>
            <ul class="list">{links.collect_view()}</ul>
        </nav>
    }
}

const fn count(place: Place, counts: Counts) -> Option<i64> {
    match place {
        Place::Queue => Some(counts.queue),
        Place::Mine => Some(counts.mine),
        Place::Waiting => Some(counts.waiting),
        Place::Decided => None,
    }
}
