//! All services by section, with a search over titles, summaries and keywords (SC-01).

use catalogue::text::Text;
use kit::dom::lowercase;
use kit::prelude::*;
use leptos_router::hooks::use_navigate;
use openapi::services::ServiceSummary;

use super::Tile;
use crate::path::{Path, SEARCH, query};
use crate::words;

/// The catalogue page.
pub fn catalogue() -> AnyView {
    let asked = query(SEARCH).unwrap_or_default();
    let (words, only_free) = (RwSignal::new(asked), RwSignal::new(false));
    let services = use_resource(|| (), |client, ()| async move { client.list_services().await });
    view! {
        <div class="wrap">
            <PageHead title=t("services.title") lead=t("services.lead")/>
            {search(words)}
            <fieldset class="mt-4">
                <legend class="legend">{t("services.only")}</legend>
                <div class="chips">
                    <label class="chip">
                        <input
                            type="checkbox"
                            prop:checked=move || only_free.get()
                            on:change=move |event| only_free.set(event_target_checked(&event))
                        />
                        <Icon name="ok"/>
                        {t("services.only_free")}
                    </label>
                </div>
            </fieldset>
            <section class="mt-6" aria-labelledby="found">
                {services.show(move |services| results(services, words, only_free))}
            </section>
        </div>
    }
    .into_any()
}

/// The field filters as one types; Enter keeps the words in the address, so that the page can be shared.
fn search(words: RwSignal<String>) -> AnyView {
    let navigate = use_navigate();
    let send = Callback::new(move |words: String| {
        let options = leptos_router::NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&Path::search(&words), options);
    });
    view! {
        <Search
            words=words
            label=t("services.search_label")
            example=t("pages.home_search_example")
            button=t("services.find")
            send=send
            class="search--plain"
        />
    }
    .into_any()
}

fn results(services: Vec<ServiceSummary>, words: RwSignal<String>, only_free: RwSignal<bool>) -> AnyView {
    let i18n = use_i18n();
    let found = Memo::new(move |_| {
        let words = words.get();
        let fits =
            |service: &&ServiceSummary| (!only_free.get() || service.fee.is_none()) && fits(service, &words);
        services.iter().filter(fits).cloned().collect::<Vec<_>>()
    });
    let count = move || {
        let count = found.with(Vec::len).to_string();
        i18n.t_with("services.found", &[("count", &count)])
    };
    let reset = Callback::new(move |()| {
        words.set(String::new());
        only_free.set(false);
    });
    let sections = move || {
        let found = found.get();
        if found.is_empty() {
            return view! {
                <Empty icon="search" title=t("services.nothing_title")>
                    <p>{t("services.nothing_text")}</p>
                    <Button on_press=reset>{t("services.show_all")}</Button>
                </Empty>
            }
            .into_any();
        }
        by_section(found)
            .into_iter()
            .map(|(section, services)| part(section, services))
            .collect_view()
            .into_any()
    };
    view! {
        <div role="status"><h2 id="found">{drawn(count)}</h2></div>
        {drawn(sections)}
    }
    .into_any()
}

fn part(section: String, services: Vec<ServiceSummary>) -> AnyView {
    let i18n = use_i18n();
    let tiles = services.into_iter().map(|service| view! { <Tile service=service/> }).collect_view();
    view! {
        <h3 class="as-h3 mt-5 mb-3">{drawn(move || words::section_title(&i18n, &section))}</h3>
        <ul class="grid min-22">{tiles}</ul>
    }
    .into_any()
}

/// The sections in the order in which the services come.
fn by_section(services: Vec<ServiceSummary>) -> Vec<(String, Vec<ServiceSummary>)> {
    let mut sections: Vec<(String, Vec<ServiceSummary>)> = Vec::new();
    for service in services {
        match sections.iter_mut().find(|(section, _)| *section == service.section) {
            Some((_, own)) => own.push(service),
            None => sections.push((service.section.clone(), vec![service])),
        }
    }
    sections
}

/// Whether every word occurs in the title, summary or keywords, in any language: people search in their own.
fn fits(service: &ServiceSummary, words: &str) -> bool {
    let texts = [&service.title, &service.summary, &service.keywords];
    let all = texts.into_iter().flat_map(Text::in_all).fold(String::new(), |all, text| all + " " + text);
    let all = lowercase(&all).replace('ё', "е");
    lowercase(words).replace('ё', "е").split_whitespace().all(|word| all.contains(stem(word)))
}

/// A word without its ending, so that «регистрацию» finds «регистрация».
fn stem(word: &str) -> &str {
    const ENDING: usize = 2;
    let count = word.chars().count();
    if count <= ENDING + 3 {
        return word;
    }
    let end = word.char_indices().nth(count - ENDING).map_or(word.len(), |(place, _)| place);
    word.get(..end).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use catalogue::definition::{Term, TermStart, Unit};

    use super::*;

    fn text(ru: &str, en: &str) -> Text {
        Text::from_iter([("ru", ru), ("en", en)])
    }

    fn service() -> ServiceSummary {
        ServiceSummary {
            code: "notice".to_owned(),
            section: "migration".to_owned(),
            title: text("Уведомление о прибытии", "Notice of arrival"),
            summary: text("Где живёт гость", "Where a guest stays"),
            keywords: text("регистрация, учёт", "registration"),
            fee: None,
            review: Term { min: 1, max: 5, unit: Unit::WorkingDays, from: TermStart::Submitted },
        }
    }

    #[test]
    fn words_are_found_in_any_form_and_language() {
        for words in ["", "регистрацию", "УЧЕТ", "arrival notice", "уведомления", "живет"]
        {
            assert!(fits(&service(), words), "{words}");
        }
        assert!(!fits(&service(), "патент"));
        assert!(!fits(&service(), "регистрация патент"));
    }
}
