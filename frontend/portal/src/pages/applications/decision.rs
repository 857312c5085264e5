//! A refusal, told so that the person can mend it (CS-09, CS-10).

use catalogue::{deadline, moscow};
use kit::prelude::*;
use openapi::applications::Reason;

use super::anew;
use super::case::Case;
use crate::words;

/// The card of a refused application: each reason with its cure, and the way to file again.
pub fn refused(case: &Case) -> AnyView {
    let i18n = use_i18n();
    let decision = case.application.timeline.iter().rev().find(|event| event.kind == "refused");
    let reasons = decision.map(|event| event.reasons.clone()).unwrap_or_default();
    let lines = reasons.into_iter().map(|reason| line(i18n, reason)).collect_view();
    view! {
        <section class="attn attn--first" data-tone="danger" aria-labelledby="next">
            <span class="badge" data-tone="danger" aria-hidden="true"><Icon name="x"/></span>
            <div>
                <h2 id="next" class="as-h3">{t("applications.refused_title")}</h2>
                <p>{t("applications.refused_text")}</p>
            </div>
            {again(case)}
            <ol class="checklist rule-top">{lines}</ol>
        </section>
        {appeal(i18n, case)}
    }
    .into_any()
}

/// Files again, with the answers there are.
fn again(case: &Case) -> AnyView {
    let action = use_action();
    view! {
        <ErrorSummary errors=action.errors/>
        {anew::button(case, action, t("applications.file_again").into(), "primary")}
    }
    .into_any()
}

/// Until when, where and how the decision is appealed (SV4-11, SP-11).
fn appeal(i18n: I18n, case: &Case) -> AnyView {
    let appeal = case.service.appeal.clone();
    let last = case
        .application
        .decided_at
        .map(|at| deadline::add(appeal.term, moscow::day(at), &case.references.calendar));
    let until = move || {
        let date = last.map(|last| i18n.date(last)).unwrap_or_default();
        let term = words::span(&i18n, appeal.term);
        i18n.t_with("applications.appeal_until", &[("date", &date), ("term", &term)])
    };
    let (authority, how) = (i18n.prop(&appeal.authority), i18n.prop(&appeal.how));
    view! {
        <section class="card" aria-labelledby="appeal">
            <h2 id="appeal">{t("applications.appeal")}</h2>
            <p>{drawn(until)}</p>
            <p><b>{t("applications.appeal_where")}</b>" "{said(authority)}</p>
            <p>{said(how)}</p>
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
