//! One step: a few questions, judged when one goes on, saved as one types.

use catalogue::definition::Step;
use kit::form::StepFields;
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::Desk;
use super::area::{refusal, save_state};
use crate::path::{BACK, Path, query};

/// The page of the step `id`; a step that is not asked leads back to the list.
pub(super) fn page(desk: Desk, id: &str) -> AnyView {
    let service = desk.service();
    let Some(step) = service.step(id).cloned() else {
        return crate::pages::rules::not_found();
    };
    let i18n = use_i18n();
    let returns = query(BACK).is_some();
    let back = if returns { Path::Check(desk.id) } else { Path::Draft(desk.id) };
    let back_text = if returns { t("drafts.to_answers") } else { t("drafts.to_list") };
    desk.form.errors.clear();
    focus_named_field();
    view! {
        <BackLink href=back.href() text=back_text/>
        <div class="layout">
            <div class="sheet">
                {refusal(desk)}
                {place(desk, &step)}
                <ErrorSummary errors=desk.form.errors/>
                <PageHead
                    title=i18n.prop(&step.title)
                    caption=desk.caption(&i18n)
                    lead=step.lead.as_ref().map_or_else(|| TextProp::from(""), |lead| i18n.prop(lead))
                    errors=desk.form.errors
                />
                {questions(desk, &step, returns)}
            </div>
            <div class="stack">{help(&step)}</div>
        </div>
    }
    .into_any()
}

fn questions(desk: Desk, step: &Step, returns: bool) -> AnyView {
    let navigate = use_navigate();
    let judged = step.clone();
    let go_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // The answers are kept whether right or wrong.
        desk.form.save_now();
        if desk.form.judge_step(&judged) {
            let next = if returns { Path::Check(desk.id) } else { after(desk, &judged.id) };
            navigate(&next.href(), NavigateOptions::default());
        }
    };
    view! {
        <form class="form" novalidate=true autocomplete="on" on:submit=go_on>
            <StepFields form=desk.form step=step.clone()/>
            <Actions>
                <Button kind="primary lg">{t("common.save_and_continue")}</Button>
                <SavedMark state=save_state(desk)/>
            </Actions>
        </form>
    }
    .into_any()
}

/// "Step 5 of 7 · Details"; the documents are the last step.
fn place(desk: Desk, step: &Step) -> AnyView {
    let i18n = use_i18n();
    let (id, group) = (step.id.clone(), step.group.clone());
    let counted = Memo::new(move |_| {
        let steps = desk.form.steps();
        let here = steps.iter().position(|own| own.id == id).unwrap_or_default();
        (here + 1, steps.len() + usize::from(!desk.form.documents().is_empty()))
    });
    drawn(move || {
        let (current, total) = counted.get();
        view! { <Steps current=current total=total title=i18n.prop(&group)/> }
    })
}

/// What comes after a step: the next one asked, then the documents, then the check.
fn after(desk: Desk, id: &str) -> Path {
    let steps = untrack(|| desk.form.steps());
    let next = steps.iter().skip_while(|step| step.id != id).nth(1);
    match next {
        Some(step) => Path::Step(desk.id, step.id.clone()),
        None if untrack(|| desk.form.documents()).is_empty() => Path::Check(desk.id),
        None => Path::DraftDocuments(desk.id),
    }
}

fn help(step: &Step) -> Option<AnyView> {
    let i18n = use_i18n();
    let block = step.help.as_ref()?;
    let (title, body) = (i18n.prop(&block.title), i18n.prop(&block.body));
    Some(
        view! {
            <section class="card card--sand card--snug">
                <h2>{said(title)}</h2>
                <p class="small">{said(body)}</p>
            </section>
        }
        .into_any(),
    )
}

/// A link of the check page names the field it speaks of.
fn focus_named_field() {
    let hash = use_location().hash.get_untracked();
    let Some(id) = hash.strip_prefix('#').filter(|id| id.starts_with("f-")).map(str::to_owned) else {
        return;
    };
    // After the heading has taken the focus in the frame before.
    request_animation_frame(move || {
        request_animation_frame(move || {
            kit::dom::focus_field(&id);
        });
    });
}
