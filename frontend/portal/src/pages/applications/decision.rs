//! A refusal, told so that the person can mend it (CS-09, CS-10).

use catalogue::answers::Answers;
use catalogue::definition::Service;
use catalogue::{deadline, moscow};
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::{AnswersIn, ApplicationIn, Reason};

use super::case::Case;
use crate::library::use_library;
use crate::path::Path;
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

/// Files again: a draft of the newest service with the answers there are; the documents are attached anew.
fn again(case: &Case) -> AnyView {
    let (action, navigate, library) = (use_action(), use_navigate(), use_library());
    let (toasts, i18n) = (use_toasts(), use_i18n());
    let (service, answers) = (case.application.service.clone(), case.application.answers.clone());
    let press = Callback::new(move |()| {
        let (navigate, service, answers) = (navigate.clone(), service.clone(), answers.clone());
        action.run(
            move |client, key| async move {
                let body = ApplicationIn { service: service.clone() };
                let draft = client.create_application(key, &body).await?;
                let definition = library.service(client.clone(), service, None).await?;
                let carried = carried(&definition, draft.answers.clone(), answers);
                // A draft without the answers is a draft all the same.
                let _ = client.save_answers(draft.id, draft.version, &AnswersIn { answers: carried }).await;
                Ok(draft)
            },
            move |draft| {
                toasts.show(untrack(|| i18n.t("applications.carried_over")));
                navigate(&Path::Draft(draft.id).href(), NavigateOptions::default());
            },
        );
    });
    view! {
        <ErrorSummary errors=action.errors/>
        <Button kind="primary" busy=action.pending on_press=press>{t("applications.file_again")}</Button>
    }
    .into_any()
}

/// What a new draft begins with: its own answers, and over them those of before that are still asked for.
fn carried(service: &Service, own: Answers, before: Answers) -> Answers {
    let known = before.into_iter().filter(|(field, _)| service.field(field).is_some());
    own.into_iter().chain(known).collect()
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
