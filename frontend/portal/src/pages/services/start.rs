//! The button «Начать» for whoever is signed in: a new draft, or the one begun earlier.

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::{ApplicationIn, ApplicationSummary, ApplicationsQuery, Tab};

use crate::path::{Path, START, query};

/// As many drafts are looked through for one of the same service.
const LOOKED_THROUGH: u32 = 50;

/// The card with the button. Whoever has a draft of this service is offered it first (FM-02).
pub fn start(service: String) -> AnyView {
    let (action, navigate) = (use_action(), use_navigate());
    let code = StoredValue::new(service);
    let drafts = use_resource(
        || (),
        |client, ()| async move {
            let query = ApplicationsQuery { tab: Tab::Drafts, cursor: None, limit: Some(LOOKED_THROUGH) };
            client.list_applications(&query).await.map(|page| page.items)
        },
    );
    let begin = Callback::new(move |()| {
        let (navigate, service) = (navigate.clone(), code.get_value());
        action.run(
            |client, key| async move { client.create_application(key, &ApplicationIn::new(service)).await },
            move |draft| {
                let options = NavigateOptions { replace: asked_to_start(), ..NavigateOptions::default() };
                navigate(&Path::Draft(draft.id).href(), options);
            },
        );
    });
    // Back from sign-in: what was pressed before is done now, once.
    if query(START).is_some() {
        begin.run(());
    }
    let own_draft = move || {
        let drafts = drafts.value()?;
        drafts.into_iter().find(|draft| code.with_value(|code| draft.service == *code))
    };
    let buttons = move || match own_draft() {
        Some(draft) => go_on(&draft, action, begin),
        None => view! {
            <Button kind="primary lg block" busy=action.pending on_press=begin>{t("services.start")}</Button>
            <p class="small muted">{t("services.start_saved")}</p>
        }
        .into_any(),
    };
    view! {
        <section class="card card--snug" aria-label=t("services.start")>
            <ErrorSummary errors=action.errors/>
            {drawn(buttons)}
        </section>
    }
    .into_any()
}

fn asked_to_start() -> bool {
    window().location().search().is_ok_and(|search| search.contains(START))
}

fn go_on(draft: &ApplicationSummary, action: Action, begin: Callback<()>) -> AnyView {
    let (i18n, changed) = (use_i18n(), draft.updated_at);
    let note = move || i18n.t_with("services.draft_from", &[("time", &crate::words::moment(&i18n, changed))]);
    let clock = draft.clock.clone();
    view! {
        <p><DeadlineChip clock=Signal::stored(clock)/></p>
        <ButtonLink href=Path::Draft(draft.id).href() kind="primary lg block">{t("services.continue")}</ButtonLink>
        <p class="small muted">{drawn(note)}</p>
        <Button kind="text block" busy=action.pending on_press=begin>{t("services.start_new")}</Button>
    }
    .into_any()
}
