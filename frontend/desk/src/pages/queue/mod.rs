//! A list of cases: the queue by deadline, the officer's own, those that wait for the applicant, the decided ones.

mod next;
mod row;
mod sla;
mod stats;
mod table;
mod views;

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use openapi::desk::{CaseSummary, CasesQuery, Counts};
use openapi::events::Subject;
use openapi::page::{DEFAULT_LIMIT, MAX_LIMIT, Page};

use crate::path::{Path, Place};

pub use next::{Next, NextButton, use_next};
use stats::Stats;
use table::CaseTable;
use views::Views;

/// One list with its numbers.
#[component]
pub fn QueuePage(place: Place) -> impl IntoView {
    let query = use_query_map();
    let service =
        Memo::new(move |_| query.with(|query| query.get("service")).filter(|service| !service.is_empty()));
    let counts = RwSignal::new(None::<Counts>);
    let pages = use_cases(place, service, counts);
    let next = use_next(Signal::derive(move || service.get()));
    view! {
        <div class="wrap">
            <div class="desk-grid">
                <Views place=place counts=counts service=service/>
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
                    <ServiceFilter place=place service=service/>
                    <CaseTable place=place pages=pages/>
                </div>
            </div>
        </div>
    }
}

/// The list, read anew when a case changes: as many rows as are shown, so that nothing disappears under the eyes.
fn use_cases(
    place: Place,
    service: Memo<Option<String>>,
    counts: RwSignal<Option<Counts>>,
) -> Pages<CaseSummary> {
    let shown = StoredValue::new(0_u32);
    let pages = use_pages(
        move || service.get(),
        move |client, service, cursor| {
            let known = shown.try_get_value().unwrap_or_default();
            let limit = if cursor.is_some() { DEFAULT_LIMIT } else { known.clamp(DEFAULT_LIMIT, MAX_LIMIT) };
            let query = CasesQuery { view: place.view(), service, cursor, limit: Some(limit) };
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

/// Only the cases of one service; the choice stands in the address.
#[component]
fn ServiceFilter(place: Place, service: Memo<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let services = use_resource(|| (), |client, ()| async move { client.list_services().await });
    let choose = move |event| {
        let code = event_target_value(&event);
        let href = Path::List(place).href();
        let href = if code.is_empty() { href } else { format!("{href}?service={code}") };
        navigate(&href, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    };
    let options = move || {
        let lines = services.value().unwrap_or_default().into_iter().map(|summary| {
            let own = summary.code.clone();
            let is_chosen = move || service.with(|chosen| chosen.as_deref() == Some(own.as_str()));
            view! { <option value=summary.code.clone() selected=is_chosen>{i18n.text(&summary.title)}</option> }
        });
        lines.collect_view()
    };
    view! {
        <form class="row" aria-label=t("desk.filter") on:submit=|event| event.prevent_default()>
            <div class="select">
                <select class="input" aria-label=t("desk.service") on:change=choose>
                    <option value="" selected=move || service.with(Option::is_none)>{t("desk.all_services")}</option>
                    {options}
                </select>
                <Icon name="chev"/>
            </div>
        </form>
    }
}
