//! The files of a draft (DC-01…06).

use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Desk;
use super::area::refusal;
use crate::path::{BACK, Path, query};

/// The documents page.
pub(super) fn page(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let returns = query(BACK).is_some();
    let back = if returns { Path::Check(desk.id) } else { Path::Draft(desk.id) };
    let back_text = if returns { t("drafts.to_answers") } else { t("drafts.to_list") };
    let errors = desk.form.errors;
    errors.clear();
    let items = move || {
        let asked = desk.form.documents();
        asked.into_iter().map(|item| desk.upload(item)).collect_view()
    };
    let total = move || untrack(|| desk.form.steps().len() + 1);
    let go_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let missing =
            untrack(|| desk.findings()).into_iter().filter(|f| f.pointer.starts_with("/documents/"));
        errors.set(missing);
        if untrack(|| errors.is_empty()) {
            navigate(&Path::Check(desk.id).href(), NavigateOptions::default());
        } else {
            request_animation_frame(|| {
                kit::dom::focus(kit::api::SUMMARY_ID);
            });
        }
    };
    view! {
        <BackLink href=back.href() text=back_text/>
        <div class="layout">
            <div class="sheet">
                {refusal(desk)}
                <Steps current=total() total=total() title=t("drafts.documents_group")/>
                <ErrorSummary errors=errors/>
                <PageHead
                    title=t("drafts.documents_title")
                    caption=desk.caption(&i18n)
                    lead=t("drafts.documents_lead")
                    errors=errors
                />
                <form class="form" novalidate=true on:submit=go_on>
                    {drawn(items)}
                    <Actions>
                        <Button kind="primary lg">{t("common.save_and_continue")}</Button>
                    </Actions>
                </form>
            </div>
            <div class="stack">{advice()}</div>
        </div>
    }
    .into_any()
}

fn advice() -> AnyView {
    let rule = |key: &'static str| view! { <li><Icon name="ok"/><span>{t(key)}</span></li> };
    view! {
        <section class="card card--sand card--snug">
            <h2>{t("drafts.photo_title")}</h2>
            <ul class="checklist small" data-tone="success">
                {rule("drafts.photo_corners")} {rule("drafts.photo_glare")} {rule("drafts.photo_letters")}
            </ul>
        </section>
        <section class="card card--snug">
            <h2>{t("drafts.files_safe_title")}</h2>
            <p class="small muted">{t("drafts.files_safe_text")}</p>
        </section>
    }
    .into_any()
}
