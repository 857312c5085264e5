//! «Мои заявления» and «Мои черновики» (C42, CS-02).

use kit::prelude::*;
use openapi::applications::{ApplicationsQuery, Tab};
use openapi::events::Subject;

use super::Row;
use crate::path::Path;

/// The list of one tab; every tab has its own address.
pub fn list(tab: Tab) -> AnyView {
    let pages = use_pages(
        move || (),
        move |client, (), cursor| async move {
            client.list_applications(&ApplicationsQuery { tab, cursor, limit: None }).await
        },
    );
    let pages = pages.follow(|change| change.subject == Subject::Application);
    let title = if tab == Tab::Drafts { t("applications.drafts_title") } else { t("applications.title") };
    let tabs = vec![
        (Path::Applications.href(), TextProp::from(t("applications.tab_active"))),
        (Path::ClosedApplications.href(), TextProp::from(t("applications.tab_closed"))),
        (Path::Drafts.href(), TextProp::from(t("applications.tab_drafts"))),
    ];
    let rows = move || {
        pages.items.get().map(|items| {
            if items.is_empty() {
                return nothing(tab);
            }
            let rows = items.into_iter().map(|application| view! { <Row application=application/> });
            view! { <ul class="list mt-0">{rows.collect_view()}</ul> }.into_any()
        })
    };
    let retry = Callback::new(move |()| pages.reload());
    let waiting = move || pages.items.with(Option::is_none) && pages.failure.with(Option::is_none);
    view! {
        <div class="wrap">
            <PageHead title=title/>
            <TabLinks label=t("applications.tabs") links=tabs/>
            <section class="card" aria-labelledby="listed">
                <h2 class="vh" id="listed">{t("applications.listed")}</h2>
                {drawn(move || waiting().then(|| view! { <Skeleton/> }))}
                {drawn(move || pages.failure.get().map(|error| view! { <LoadFailed error=error retry=retry/> }))}
                {drawn(rows)}
                <ShowMore pages=pages/>
            </section>
        </div>
    }
    .into_any()
}

fn nothing(tab: Tab) -> AnyView {
    let (title, text) = match tab {
        Tab::Drafts => (t("applications.no_drafts"), t("applications.no_drafts_text")),
        Tab::Closed => (t("applications.no_closed"), t("applications.no_closed_text")),
        Tab::Active | Tab::All => (t("applications.none"), t("applications.none_text")),
    };
    view! {
        <Empty title=title>
            <p>{text}</p>
            <ButtonLink href=Path::Services.href() kind="primary">{t("applications.choose_service")}</ButtonLink>
        </Empty>
    }
    .into_any()
}
