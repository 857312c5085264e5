//! «Документы»: everything the services have issued to the person, receipts and results.

use kit::prelude::*;
use openapi::applications::{IssuedPaper, PaperKind};
use openapi::events::Subject;
use openapi::page::PageQuery;

use crate::path::Path;

/// The list.
pub fn list() -> AnyView {
    let pages = use_pages(
        || (),
        |client, (), cursor| async move { client.list_papers(&PageQuery { cursor, limit: None }).await },
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

fn card(issued: IssuedPaper) -> AnyView {
    let i18n = use_i18n();
    let IssuedPaper { application_id, number, paper } = issued;
    let title = i18n.prop(&paper.title);
    let about = title.clone();
    let href = Path::Paper(application_id, paper.kind).href();
    let (tone, icon) = match (paper.revoked_at.is_some(), paper.kind) {
        (true, _) => ("danger", "x"),
        (false, PaperKind::Result) => ("success", "shield"),
        (false, PaperKind::Receipt | PaperKind::Payment) => ("neutral", "file"),
    };
    let at = paper.issued_at;
    let facts =
        move || i18n.t_with("documents.number_issued", &[("number", &number), ("date", &i18n.day(at))]);
    view! {
        <li class="doc">
            <span class="badge" data-tone=tone aria-hidden="true"><Icon name=icon/></span>
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
