//! An approval: the document, what is to be done now, and that the person has it (SV4-12).

use kit::prelude::*;
use openapi::applications::{Paper, PaperKind, State};

use super::anew;
use super::case::Case;
use super::next_action::card;
use crate::pages::papers::{DownloadPaper, file_name};
use crate::path::Path;

/// The cards of an approved application.
pub fn approved(case: &Case) -> AnyView {
    match case.paper(PaperKind::Result) {
        Some(paper) if paper.revoked_at.is_some() => revoked(case),
        Some(paper) => view! { {ready(case, paper)} {duties(case)} }.into_any(),
        None => {
            let (title, text) = ("applications.approved_title", "applications.result_forming");
            card(Tone::Success, "ok", ().into_any(), t(title).into(), t(text).into(), ().into_any())
        }
    }
}

fn revoked(case: &Case) -> AnyView {
    let href = Path::Paper(case.application.id, PaperKind::Result).href();
    let open = view! { <ButtonLink href=href>{t("common.open")}</ButtonLink> };
    let (title, text) = ("documents.revoked_title", "documents.revoked_text");
    card(Tone::Danger, "x", ().into_any(), t(title).into(), t(text).into(), open.into_any())
}

fn ready(case: &Case, paper: &Paper) -> AnyView {
    let (id, name) = (case.application.id, file_name(case, paper));
    let button = view! { <DownloadPaper application=id kind=PaperKind::Result name=name look="primary"/> };
    let (title, text) = (use_i18n().prop(&paper.title), t("applications.approved_text").into());
    card(Tone::Success, "shield", ().into_any(), title, text, button.into_any())
}

/// What the service's file says is to be done, the button that ends the case, and the one for a change later (SV4-15).
fn duties(case: &Case) -> AnyView {
    let (i18n, action, id) = (use_i18n(), use_action(), case.application.id);
    let after = &case.service.after;
    let lines = after.lines.iter().map(|line| {
        let text = i18n.prop(line);
        view! { <li><Icon name="ok"/><span>{said(text)}</span></li> }
    });
    let lines = lines.collect_view();
    let toasts = use_toasts();
    // The page is drawn anew when word of the change has come to it.
    let confirm = Callback::new(move |()| {
        action.run(
            move |client, key| async move { client.confirm_result(key, id).await },
            move |_| toasts.show(untrack(|| i18n.t("applications.result_confirmed"))),
        );
    });
    let is_open = case.application.state == State::Approved;
    let change = case.service.follow_up.as_ref();
    let change = change.map(|follow_up| anew::button(case, action, i18n.prop(&follow_up.label), "secondary"));
    view! {
        <section class="card" aria-labelledby="duties">
            <h2 id="duties">{said(i18n.prop(&after.title))}</h2>
            <ul class="checklist">{lines}</ul>
            <ErrorSummary errors=action.errors/>
            <Actions>
                {is_open.then(|| view! {
                    <Button kind="secondary" busy=action.pending on_press=confirm>
                        {t("applications.confirm_result")}
                    </Button>
                })}
                {change}
            </Actions>
        </section>
    }
    .into_any()
}
