//! The first page of a signed-in person: what waits for them, their applications, the last news.

use kit::prelude::*;
use openapi::applications::{ApplicationSummary, ApplicationsQuery, State, Tab};
use openapi::events::Subject;
use openapi::page::PageQuery;

use super::applications::{Row, attention};
use super::notifications::feed_list;
use crate::path::Path;

/// How many applications are looked through for what waits, and how many are listed.
const LOOKED_THROUGH: u32 = 50;
const LISTED: usize = 5;
/// How much of the feed is shown.
const NEWS: u32 = 3;

/// The cabinet page.
pub fn page() -> AnyView {
    let (i18n, session) = (use_i18n(), use_session());
    let applications = use_resource(
        || (),
        |client, ()| async move {
            let query = ApplicationsQuery { tab: Tab::All, cursor: None, limit: Some(LOOKED_THROUGH) };
            client.list_applications(&query).await.map(|page| page.items)
        },
    );
    let applications = applications.follow(|change| change.subject == Subject::Application);
    let title = TextProp::from(move || {
        let name = session.account().map(|account| account.given_name).unwrap_or_default();
        i18n.t_with("pages.cabinet_title", &[("name", &name)])
    });
    view! {
        <div class="wrap">
            <PageHead title=title/>
            <div class="layout">
                <div>{applications.show(|items| waiting(&items))}</div>
                <div class="stack">{new_application()}</div>
                <div class="stack gap-5">
                    {applications.show(mine)}
                    {news()}
                </div>
                <div class="stack">{check_document()}</div>
            </div>
        </div>
    }
    .into_any()
}

fn waiting(applications: &[ApplicationSummary]) -> AnyView {
    let cards = attention(applications);
    view! {
        <section aria-labelledby="attention">
            <h2 id="attention" class="mb-4">{t("pages.attention")}</h2>
            {cards.unwrap_or_else(|| view! {
                <div class="card">
                    <p class="state" data-tone="success"><Icon name="ok"/>{t("pages.attention_none")}</p>
                    <p class="muted">{t("pages.attention_none_text")}</p>
                </div>
            }
            .into_any())}
        </section>
    }
    .into_any()
}

fn mine(applications: Vec<ApplicationSummary>) -> AnyView {
    let filed = applications.into_iter().filter(|application| application.state != State::Draft);
    let rows =
        filed.take(LISTED).map(|application| view! { <Row application=application/> }).collect::<Vec<_>>();
    let body = if rows.is_empty() {
        view! { <Empty title=t("applications.none")><p>{t("applications.none_text")}</p></Empty> }.into_any()
    } else {
        view! { <ul class="list mt-0">{rows}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="mine">
            <div class="row row--between">
                <h2 id="mine">{t("applications.title")}</h2>
                <a class="quiet" href=Path::Applications.href()>{t("pages.all_applications")}</a>
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn news() -> AnyView {
    let feed = use_resource(
        || (),
        |client, ()| async move {
            client.list_notifications(&PageQuery { cursor: None, limit: Some(NEWS) }).await
        },
    );
    let feed = feed.follow(|change| change.subject == Subject::Notification);
    view! {
        <section class="card" aria-labelledby="news">
            <div class="row row--between">
                <h2 id="news">{t("notifications.title")}</h2>
                <a class="quiet" href=Path::Notifications.href()>{t("notifications.all")}</a>
            </div>
            {feed.show(|feed| feed_list(feed.items))}
        </section>
    }
    .into_any()
}

fn new_application() -> AnyView {
    view! {
        <section class="card card--snug">
            <h2>{t("pages.new_title")}</h2>
            <p class="small muted">{t("pages.new_text")}</p>
            <ButtonLink href=Path::Services.href() kind="secondary block">{t("applications.choose_service")}</ButtonLink>
        </section>
    }
    .into_any()
}

fn check_document() -> AnyView {
    view! {
        <section class="card card--sand card--snug">
            <h2>{t("pages.check_title")}</h2>
            <p class="small">{t("pages.check_text")}</p>
            <p class="small"><a href=Path::Verify.href()>{t("pages.home_open_verify")}</a></p>
        </section>
    }
    .into_any()
}
