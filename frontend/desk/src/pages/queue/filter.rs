//! What of a list is shown: the cases of one service, those found by number or name. The choice stands in the address.

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::path::{Path, Place};

/// The part of a list that is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Code of the service.
    pub service: Option<String>,
    /// A number or the beginning of a name, as typed.
    pub search: Option<String>,
}

impl Filter {
    /// The list with this choice.
    pub fn href(&self, place: Place) -> String {
        let chosen = [("service", &self.service), ("search", &self.search)];
        let pair = |(name, value): &(&str, &Option<String>)| {
            Some(format!("{name}={}", js_sys::encode_uri_component(value.as_ref()?)))
        };
        let (href, query) = (Path::List(place).href(), chosen.iter().filter_map(pair).collect::<Vec<_>>());
        if query.is_empty() { href } else { format!("{href}?{}", query.join("&")) }
    }
}

/// What the address asks for.
pub fn use_filter() -> Memo<Filter> {
    let query = use_query_map();
    Memo::new(move |_| {
        let read = |name| query.with(|query| query.get(name)).filter(|value| !value.trim().is_empty());
        Filter { service: read("service"), search: read("search") }
    })
}

/// The search and the choice of a service.
#[component]
pub fn Filters(place: Place, filter: Memo<Filter>) -> impl IntoView {
    let navigate = use_navigate();
    let show = Callback::new(move |chosen: Filter| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&chosen.href(place), options);
    });
    view! {
        <div class="row">
            {search(filter, show)}
            <ServiceChoice filter=filter show=show/>
        </div>
    }
}

/// A number that somebody dictates, or a name. Emptied, it shows the whole list again.
fn search(filter: Memo<Filter>, show: Callback<Filter>) -> AnyView {
    let words = RwSignal::new(String::new());
    Effect::new(move |_| words.set(filter.with(|filter| filter.search.clone().unwrap_or_default())));
    let send = Callback::new(move |words: String| {
        let search = Some(words).filter(|words| !words.is_empty());
        show.run(Filter { search, ..filter.get_untracked() });
    });
    view! {
        <Search
            words=words
            label=t("desk.search_label")
            example=t("desk.search_example")
            button=t("desk.search")
            send=send
            class="search--plain grow"
            kind="secondary"
        />
    }
    .into_any()
}

#[component]
fn ServiceChoice(filter: Memo<Filter>, show: Callback<Filter>) -> impl IntoView {
    let i18n = use_i18n();
    let services = use_resource(|| (), |client, ()| async move { client.list_services().await });
    let chosen = Memo::new(move |_| filter.with(|filter| filter.service.clone()));
    let choose = move |event| {
        let service = Some(event_target_value(&event)).filter(|code| !code.is_empty());
        show.run(Filter { service, ..filter.get_untracked() });
    };
    let options = move || {
        let lines = services.value().unwrap_or_default().into_iter().map(|summary| {
            let own = summary.code.clone();
            let is_chosen = move || chosen.with(|chosen| chosen.as_deref() == Some(own.as_str()));
            view! { <option value=summary.code.clone() selected=is_chosen>{i18n.text(&summary.title)}</option> }
        });
        lines.collect_view()
    };
    view! {
        <form class="row" aria-label=t("desk.filter") on:submit=|event| event.prevent_default()>
            <div class="select">
                <select class="input" aria-label=t("desk.service") on:change=choose>
                    <option value="" selected=move || chosen.with(Option::is_none)>{t("desk.all_services")}</option>
                    {options}
                </select>
                <Icon name="chev"/>
            </div>
        </form>
    }
}
