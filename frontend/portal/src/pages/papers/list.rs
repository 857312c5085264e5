//! «Документы»: the results of the person's applications.

use kit::prelude::*;
use openapi::applications::{ApplicationSummary, ApplicationsQuery, PaperKind, State, Tab};
use openapi::events::Subject;
use openapi::page::Page;

use crate::path::Path;

fn has_result(application: &ApplicationSummary) -> bool {
    matches!(application.state, State::Approved | State::Completed)
}

/// The list. Every approved application has exactly one result.
pub fn list() -> AnyView {
    let pages = use_pages(
        || (),
        |client, (), cursor| async move {
            let page = client
                .list_applications(&ApplicationsQuery { tab: Tab::Closed, cursor, limit: None })
                .await?;
            let items = page.items.into_iter().filter(has_result).collect();
            Ok(Page { items, next: page.next })
        },
    );
    let pages = pages.follow(|change| change.subject == Subject::Application);
    let retry = Callback::new(move |()| pages.reload());
    let waiting = move || pages.items.with(Option::is_none) && pages.failure.with(Option::is_none);
    let is_empty =
        move || pages.items.with(|items| items.as_ref().is_some_and(Vec::is_empty)) && !pages.more.get();
    view! {
        <div class="wrap">
            <PageHead title=t("documents.title") lead=t("documents.lead")/>
            {drawn(move || waiting().then(|| view! { <Skeleton/> }))}
            {drawn(move || pages.failure.get().map(|error| view! { <LoadFailed error=error retry=retry/> }))}
            {drawn(move || is_empty().then(|| view! {
                <section class="card">
                    <Empty icon="file" title=t("documents.none")><p>{t("documents.none_text")}</p></Empty>
                </section>
            }))}
            <ul class="stack">
                {drawn(move || pages.items.get().map(|items| items.into_iter().map(card).collect_view()))}
            </ul>
            <ShowMore pages=pages/>
        </div>
    }
    .into_any()
}

fn card(application: ApplicationSummary) -> AnyView {
    let i18n = use_i18n();
    let title = i18n.prop(&application.title);
    let about = title.clone();
    let href = Path::Paper(application.id, PaperKind::Result).href();
    let at = application.updated_at;
    let facts = move || {
        let number = application.number.clone().unwrap_or_default();
        i18n.t_with("documents.number_issued", &[("number", &number), ("date", &i18n.day(at))])
    };
    view! {
        <li class="doc">
            <span class="badge" data-tone="success" aria-hidden="true"><Icon name="shield"/></span>
            <div>
                <h2 class="as-h3">{said(title)}</h2>
                <p>{drawn(facts)}</p>
            </div>
            <Actions>
                <ButtonLink href=href kind="secondary">
                    {t("common.open")}
                    <span class="vh">" "{said(about)}</span>
                </ButtonLink>
            </Actions>
        </li>
    }
    .into_any()
}
