//! The lists beside the work area, with how much waits in each.

use kit::prelude::*;
use openapi::desk::Counts;

use crate::path::{Path, Place};

/// The navigation between lists; a chosen service stays chosen.
#[component]
pub fn Views(place: Place, counts: RwSignal<Option<Counts>>, service: Memo<Option<String>>) -> impl IntoView {
    let links = Place::ALL.map(|one| {
        let href = move || {
            let href = Path::List(one).href();
            service.with(|service| match service {
                Some(service) => format!("{href}?service={service}"),
                None => href,
            })
        };
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
