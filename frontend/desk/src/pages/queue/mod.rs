//! A list of cases: the queue by deadline, the officer's own, those that wait for the applicant, the decided ones.

mod filter;
mod next;
mod row;
mod sla;
mod stats;
mod table;
mod views;

use kit::prelude::*;
use openapi::desk::{CaseSummary, CasesQuery, Counts};
use openapi::events::Subject;
use openapi::page::{DEFAULT_LIMIT, MAX_LIMIT, Page};

use crate::path::Place;

use filter::{Filter, Filters, use_filter};
pub use next::{Next, NextButton, use_next};
use stats::Stats;
use table::CaseTable;
use views::Views;

/// One list with its numbers.
#[component]
pub fn QueuePage(place: Place) -> impl IntoView {
    let filter = use_filter();
    let counts = RwSignal::new(None::<Counts>);
    let pages = use_cases(place, filter, counts);
    let next = use_next(Signal::derive(move || filter.with(|filter| filter.service.clone())));
    let searching = Signal::derive(move || filter.with(|filter| filter.search.is_some()));
    view! {
        <div class="wrap">
            <div class="desk-grid">
                <Views place=place counts=counts filter=filter/>
                <div class="stack">
                    <div class="row row--between">
                        <div>
                            <PageHead title=t(place.title())/>
                            <Freshness/>
                        </div>
                        <NextButton next=next/>
                    </div>
                    <ErrorSummary errors=next.errors()/>
                    <Stats counts=counts/>
                    <Filters place=place filter=filter/>
                    <CaseTable place=place pages=pages searching=searching/>
                </div>
            </div>
        </div>
    }
}

/// The list, read anew when a case changes: as many rows as are shown, so that nothing disappears under the eyes.
fn use_cases(place: Place, filter: Memo<Filter>, counts: RwSignal<Option<Counts>>) -> Pages<CaseSummary> {
    let shown = StoredValue::new(0_u32);
    let pages = use_pages(
        move || filter.get(),
        move |client, Filter { service, search }, cursor| {
            let known = shown.try_get_value().unwrap_or_default();
            let limit = if cursor.is_some() { DEFAULT_LIMIT } else { known.clamp(DEFAULT_LIMIT, MAX_LIMIT) };
            let query = CasesQuery { view: place.view(), service, search, cursor, limit: Some(limit) };
            async move {
                let queue = client.list_cases(&query).await?;
                counts.try_set(Some(queue.counts));
                Ok(Page { items: queue.items, next: queue.next })
            }
        },
    );
    Effect::new(move |_| {
        let rows = pages.items.with(|items| items.as_ref().map_or(0, Vec::len));
        shown.set_value(u32::try_from(rows).unwrap_or(MAX_LIMIT));
    });
    pages.follow(|change| change.subject == Subject::Case)
}

/// Whether the list changes by itself at once, or is asked for every few seconds.
#[component]
fn Freshness() -> impl IntoView {
    let (i18n, live) = (use_i18n(), use_live());
    let text = move || i18n.t(if live.connected.get() { "desk.live" } else { "desk.live_polling" });
    view! { <p class="muted small">{text}</p> }
}
