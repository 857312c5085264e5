//! All answers before filing; then consent, the code of the SMS, and the filing itself (FM-06).

use catalogue::definition::{EditUntil, Step};
use catalogue::text::Text;
use kit::form::summary_rows;
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::FieldError;
use openapi::accounts::{Challenge, CodeIn};
use openapi::applications::SubmissionIn;

use super::Desk;
use super::area::refusal;
use super::findings;
use super::resend::Resend;
use super::task_list::term;
use crate::pages::accounts::CodeStep;
use crate::pages::applications::file;
use crate::path::Path;

/// The check page.
pub(super) fn page(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    // Leaving a step saves it; here everything has to be on its way before a code is asked for.
    desk.form.save_now();
    let (ask, is_filed) = (use_action(), desk.is_filed());
    let lead = match desk.service().edit_until {
        _ if is_filed => t("drafts.check_lead"),
        EditUntil::Assigned => t("drafts.check_lead_assigned"),
        EditUntil::Decision => t("drafts.check_lead_decision"),
    };
    let confirmation = if is_filed { again(desk) } else { confirmation(desk, ask) };
    let aside = (!is_filed).then(|| {
        view! {
            <section class="card card--snug">
                <h2>{t("drafts.sign_title")}</h2>
                <p class="small muted">{t("drafts.sign_text")}</p>
            </section>
        }
    });
    view! {
        <BackLink href=Path::Draft(desk.id).href() text=t("drafts.to_list")/>
        <div class="layout">
            <div class="sheet">
                {refusal(desk)}
                <div class="stack gap-3">
                    <PageHead title=t("drafts.check_title") caption=desk.caption(&i18n) lead=lead/>
                    {term(desk)}
                </div>
                {found(desk, ask)}
                {answers(desk)}
                {documents(desk)}
                {confirmation}
            </div>
            <div class="stack">{aside}</div>
        </div>
    }
    .into_any()
}

/// The answers by groups of steps, each with the way to change it and back.
pub(super) fn answers(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let mut groups: Vec<(Text, Vec<Step>)> = Vec::new();
    for step in untrack(|| desk.form.steps()) {
        match groups.last_mut() {
            Some((group, steps)) if *group == step.group => steps.push(step),
            _ => groups.push((step.group.clone(), vec![step])),
        }
    }
    let sections = groups.into_iter().map(|(group, steps)| {
        let title = i18n.prop(&group);
        let rows = steps
            .iter()
            .flat_map(|step| {
                let change = Path::Step(desk.id, step.id.clone()).then_check();
                untrack(|| summary_rows(desk.form, step, &i18n, Some(&change)))
            })
            .collect::<Vec<_>>();
        view! {
            <section>
                <h2>{said(title)}</h2>
                <SummaryList rows=rows/>
            </section>
        }
    });
    sections.collect_view().into_any()
}

fn documents(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let change = Path::DraftDocuments(desk.id).then_check();
    let rows: Vec<SummaryRow> = untrack(|| desk.form.documents())
        .into_iter()
        .map(|item| {
            let id = item.id.clone();
            let names = TextProp::from(move || {
                let names = desk.documents.with(|documents| {
                    let own = documents.iter().filter(|document| document.item == id);
                    own.map(|document| document.name.clone()).collect::<Vec<_>>().join("\n")
                });
                if names.is_empty() { i18n.t("drafts.no_file") } else { names }
            });
            SummaryRow::new(i18n.prop(&item.title), names).with_change(change.clone())
        })
        .collect();
    let files = move || {
        let service = desk.service();
        let documents = desk.documents.get();
        (!documents.is_empty()).then(|| {
            let lines = documents.into_iter().map(|document| {
                let item = service.document(&document.item).map(|item| i18n.prop(&item.title));
                file(document, item)
            });
            let lines = lines.collect_view();
            view! { <Details summary=t("drafts.look_at_files")><ul class="files">{lines}</ul></Details> }
        })
    };
    view! {
        <section class="stack gap-3">
            <h2>{t("drafts.documents_group")}</h2>
            <SummaryList rows=rows/>
            {drawn(files)}
        </section>
    }
    .into_any()
}

/// What is missing or wrong: by the rules of the page, and by what only the server knows.
fn found(desk: Desk, ask: Action) -> AnyView {
    let wrong = Memo::new(move |_| desk.findings());
    drawn(move || {
        let own: Vec<FieldError> = wrong.get().into_iter().map(FieldError::from).collect();
        if !own.is_empty() {
            return findings::summary(desk, own);
        }
        match ask.errors.refusal().and_then(|error| error.problem().map(|problem| problem.errors.clone())) {
            Some(errors) if !errors.is_empty() => findings::summary(desk, errors),
            _ => view! { <ErrorSummary errors=ask.errors/> }.into_any(),
        }
    })
}

/// Sending a changed application again; not while something is missing.
fn again(desk: Desk) -> AnyView {
    let resend = Resend::new(desk);
    let is_right = Memo::new(move |_| desk.findings().is_empty());
    let send = Callback::new(move |()| resend.send(false));
    drawn(move || {
        is_right.get().then(|| {
            view! {
                <section class="stack" aria-labelledby="again">
                    <h2 id="again">{t("drafts.check_group")}</h2>
                    <p>{t("drafts.again_text")}</p>
                    <ErrorSummary errors=resend.action.errors/>
                    <Actions>
                        <Button kind="primary lg" busy=resend.action.pending on_press=send>{t("drafts.again")}</Button>
                    </Actions>
                </section>
            }
        })
    })
}

/// The consent, then the code; nothing while something is missing.
fn confirmation(desk: Desk, ask: Action) -> AnyView {
    let is_right = Memo::new(move |_| desk.findings().is_empty());
    let challenge = RwSignal::new(None::<Challenge>);
    let consent = RwSignal::new(false);
    drawn(move || {
        if !is_right.get() {
            return ().into_any();
        }
        let body = move || match challenge.get() {
            None => consent_and_code(desk, ask, consent, challenge),
            Some(challenge) => code(desk, challenge),
        };
        view! {
            <section class="stack" aria-labelledby="confirm">
                <h2 id="confirm">{t("drafts.confirm_title")}</h2>
                {drawn(body)}
            </section>
        }
        .into_any()
    })
}

fn consent_and_code(
    desk: Desk,
    ask: Action,
    consent: RwSignal<bool>,
    challenge: RwSignal<Option<Challenge>>,
) -> AnyView {
    let print = Callback::new(|()| {
        // A browser without printing has no such menu either.
        let _ = window().print();
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !consent.get_untracked() {
            ask.errors.clear();
            ask.errors.add("/consent", "must_accept", &[]);
            request_animation_frame(|| {
                kit::dom::focus(kit::api::SUMMARY_ID);
            });
            return;
        }
        ask.run(
            move |client, key| async move {
                desk.keeper.settled().await?;
                client.request_submission_code(key, desk.id).await
            },
            move |sent| challenge.set(Some(sent)),
        );
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Checkbox name="consent" value=consent errors=ask.errors>{t("drafts.consent")}</Checkbox>
            <Actions>
                <Button kind="primary lg" busy=ask.pending>{t("drafts.get_code")}</Button>
                <Button kind="text" on_press=print>
                    <Icon name="print"/>
                    {t("common.print")}
                </Button>
            </Actions>
        </form>
    }
    .into_any()
}

fn code(desk: Desk, challenge: Challenge) -> AnyView {
    let (submit, navigate) = (use_action(), use_navigate());
    let on_code = Callback::new(move |code: CodeIn| {
        let navigate = navigate.clone();
        let body = SubmissionIn { challenge_id: code.challenge_id, code: code.code, consent: true };
        submit.run(
            move |client, key| async move {
                let version = desk.keeper.settled().await?;
                client.submit_application(key, desk.id, version, &body).await
            },
            move |_| {
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                navigate(&Path::Submitted(desk.id).href(), options);
            },
        );
    });
    request_animation_frame(|| {
        kit::dom::focus("f-code");
    });
    view! { <CodeStep challenge=challenge action=submit on_code=on_code button=t("drafts.submit")/> }
        .into_any()
}
