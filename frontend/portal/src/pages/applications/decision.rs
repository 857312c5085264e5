//! A refusal, told so that the person can mend it (CS-09, CS-10).

use kit::prelude::*;
use openapi::applications::Reason;

use super::case::Case;
use crate::path::Path;

/// The card of a refused application: each reason with its cure, and the way to file again.
pub fn refused(case: &Case) -> AnyView {
    let i18n = use_i18n();
    let decision = case.application.timeline.iter().rev().find(|event| event.kind == "refused");
    let reasons = decision.map(|event| event.reasons.clone()).unwrap_or_default();
    let lines = reasons.into_iter().map(|reason| line(i18n, reason)).collect_view();
    let again = Path::Service(case.application.service.clone()).href();
    view! {
        <section class="attn attn--first" data-tone="danger" aria-labelledby="next">
            <span class="badge" data-tone="danger" aria-hidden="true"><Icon name="x"/></span>
            <div>
                <h2 id="next" class="as-h3">{t("applications.refused_title")}</h2>
                <p>{t("applications.refused_text")}</p>
            </div>
            <ButtonLink href=again kind="primary">{t("applications.file_again")}</ButtonLink>
            <ol class="checklist rule-top">{lines}</ol>
        </section>
    }
    .into_any()
}

fn line(i18n: I18n, reason: Reason) -> AnyView {
    let (title, cure) = (i18n.prop(&reason.title), i18n.prop(&reason.cure));
    view! {
        <li data-tone="danger">
            <Icon name="alert"/>
            <span>
                <b>{said(title)}</b>
                {reason.comment.map(|comment| view! { <br/><span class="small pre">{comment}</span> })}
                <br/>
                <span class="small">{t("applications.cure")}" "{said(cure)}</span>
            </span>
        </li>
    }
    .into_any()
}
