//! The start page: search, the services, what needs no account, what to prepare.

use kit::prelude::*;
use leptos_router::hooks::use_navigate;
use openapi::services::ServiceSummary;

use super::services::Tile;
use crate::path::Path;

/// How many services the start page names under the search field.
const HINTS: usize = 3;

/// The start page.
pub fn page() -> AnyView {
    let services = use_resource(|| (), |client, ()| async move { client.list_services().await });
    view! {
        <section class="hero">
            <div class="wrap">
                <PageHead title=t("pages.home_title") lead=t("pages.home_lead")/>
                {search()}
                {hints(services)}
            </div>
            <Art/>
        </section>
        <div class="wrap">
            <section aria-labelledby="home-services">
                <div class="row row--between mb-4">
                    <h2 id="home-services">{t("pages.home_services")}</h2>
                    <a class="quiet" href=Path::Services.href()>{t("pages.home_all_services")}</a>
                </div>
                {services.show(|services| {
                    let tiles = services.into_iter().map(|service| view! { <Tile service=service/> }).collect_view();
                    view! { <ul class="grid min-22">{tiles}</ul> }.into_any()
                })}
            </section>
            <section class="section">
                <div class="split">{without_account()} {prepare()}</div>
            </section>
            {how()}
        </div>
    }
    .into_any()
}

fn search() -> AnyView {
    let words = RwSignal::new(String::new());
    let navigate = use_navigate();
    let send = Callback::new(move |words: String| {
        navigate(&Path::search(&words), leptos_router::NavigateOptions::default());
    });
    view! {
        <Search
            words=words
            label=t("pages.home_search_label")
            example=t("pages.home_search_example")
            button=t("services.find")
            send=send
        />
    }
    .into_any()
}

fn hints(services: Resource<Vec<ServiceSummary>>) -> AnyView {
    let i18n = use_i18n();
    let links = move || {
        let services = services.value()?;
        let link = |service: &ServiceSummary| {
            let title = i18n.prop(&service.title);
            view! { <a href=Path::Service(service.code.clone()).href()>{said(title)}</a> }
        };
        Some(services.iter().take(HINTS).map(link).collect_view())
    };
    view! {
        <div class="hints">
            <span class="vh">{t("pages.home_hints")}</span>
            {drawn(links)}
        </div>
    }
    .into_any()
}

fn without_account() -> AnyView {
    view! {
        <div class="card card--sand">
            <h2>{t("pages.home_open_title")}</h2>
            <ul class="checklist">
                <li>
                    <Icon name="qr"/>
                    <span>
                        <a href=Path::Verify.href()>{t("pages.home_open_verify")}</a>
                        <br/>
                        <span class="small muted">{t("pages.home_open_verify_note")}</span>
                    </span>
                </li>
                <li>
                    <Icon name="clock"/>
                    <span>
                        <a href=Path::Services.href()>{t("pages.home_open_terms")}</a>
                        <br/>
                        <span class="small muted">{t("pages.home_open_terms_note")}</span>
                    </span>
                </li>
            </ul>
        </div>
    }
    .into_any()
}

fn prepare() -> AnyView {
    let line = |icon: &'static str, title: &'static str, note: &'static str| {
        view! {
            <li>
                <Icon name=icon/>
                <span>
                    <b>{t(title)}</b>
                    <br/>
                    <span class="small muted">{t(note)}</span>
                </span>
            </li>
        }
    };
    let session = use_session();
    // Who has an account needs no other.
    let sign_up = move || {
        (!session.is_authorized()).then(|| {
            view! { <ButtonLink href=Path::SignUp.href() kind="secondary">{t("accounts.sign_up")}</ButtonLink> }
        })
    };
    view! {
        <div class="card">
            <h2>{t("pages.home_prepare_title")}</h2>
            <ul class="checklist">
                {line("passport", "pages.home_prepare_passport", "pages.home_prepare_passport_note")}
                {line("id", "pages.home_prepare_card", "pages.home_prepare_card_note")}
                {line("mail", "pages.home_prepare_contacts", "pages.home_prepare_contacts_note")}
            </ul>
            <Actions>{drawn(sign_up)}</Actions>
        </div>
    }
    .into_any()
}

fn how() -> AnyView {
    let step = |title: &'static str, note: &'static str| {
        view! {
            <li>
                <h3>{t(title)}</h3>
                <p>{t(note)}</p>
            </li>
        }
    };
    view! {
        <section class="section" aria-labelledby="home-how">
            <h2 id="home-how">{t("pages.home_how_title")}</h2>
            <div class="card">
                <ol class="numbers">
                    {step("pages.home_how_answer", "pages.home_how_answer_note")}
                    {step("pages.home_how_attach", "pages.home_how_attach_note")}
                    {step("pages.home_how_follow", "pages.home_how_follow_note")}
                    {step("pages.home_how_get", "pages.home_how_get_note")}
                </ol>
            </div>
        </section>
    }
    .into_any()
}

/// The pier with its lantern; decoration only.
#[component]
fn Art() -> impl IntoView {
    view! {
        <svg class="hero__art" viewBox="0 0 1200 300" aria-hidden="true">
            <defs>
                <radialGradient id="glow">
                    <stop offset="0" stop-color="#ffb84d" stop-opacity=".55"></stop>
                    <stop offset="1" stop-color="#ffb84d" stop-opacity="0"></stop>
                </radialGradient>
            </defs>
            <path d="M0 190c100-22 200-22 300 0s200 22 300 0 200-22 300 0 200 22 300 0v110H0z" fill="#fff" opacity=".07"></path>
            <circle cx="872" cy="72" r="110" fill="url(#glow)"></circle>
            <g fill="none" stroke="#fff" stroke-linecap="round" opacity=".92">
                <path d="M872 160V92" stroke-width="7"></path>
                <path d="M800 160h420" stroke-width="14"></path>
                <path d="M846 164v110M956 164v110M1066 164v110M1176 164v110" stroke-width="13"></path>
            </g>
            <path d="M858 92h28l-5-30h-18z" fill="#ffb84d"></path>
            <path d="M856 60h32l-16-16z" fill="#fff" opacity=".92"></path>
            <g transform="translate(690 202) scale(.72)">
                <path d="M0 22h116c-8 22-22 34-42 34H34C16 56 4 44 0 22z" fill="#ffb84d"></path>
                <path d="M56 18V-56l46 62H56zM48 6V-36L18 6z" fill="#fff" opacity=".92"></path>
            </g>
            <path d="M772 224c22 12 44 2 70-44" fill="none" stroke="#fff" stroke-width="3" opacity=".7"></path>
            <path
                d="M0 236c75-20 150-20 225 0s150 20 225 0 150-20 225 0 150 20 225 0 150-20 300 0v64H0z"
                fill="#2f86d6"
                opacity=".5"
            ></path>
            <path
                d="M0 268c100-18 200-18 300 0s200 18 300 0 200-18 300 0 200 18 300 0v40H0z"
                fill="var(--page)"
            ></path>
        </svg>
    }
}
