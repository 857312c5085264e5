//! Mending what an officer has remarked: only those fields and documents are open; then the application goes on under
//! its number (FM-12, CS-04).

use catalogue::definition::{DocumentItem, Step};
use kit::api::field_id;
use kit::form::{StepFields, remark_view};
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::Remark;

use super::Desk;
use super::area::{refusal, save_state};
use crate::path::Path;

/// The correction page.
pub(super) fn page(desk: Desk) -> AnyView {
    let (i18n, action) = (use_i18n(), use_action());
    let loaded = desk.loaded.get_value();
    let remarks = loaded.application.remarks.clone();
    let number = loaded.application.number.clone().unwrap_or_default();
    let lead = TextProp::from(move || i18n.t_with("drafts.correction_lead", &[("number", &number)]));
    let steps: Vec<Step> = remarked_steps(desk, &remarks);
    let items: Vec<DocumentItem> = remarked_items(desk, &remarks);
    let calendar = &loaded.references.calendar;
    let clock = Signal::stored(crate::words::own_clock(&loaded.application.clock, Some(calendar)));
    let sections = steps.clone().into_iter().map(|step| part(desk, step)).collect_view();
    let uploads = items.into_iter().map(|item| file_part(desk, item, &remarks)).collect_view();
    let send = send(desk, steps, action);
    view! {
        <BackLink href=Path::Application(desk.id).href() text=t("drafts.to_application")/>
        <div class="layout">
            <div class="sheet">
                {refusal(desk)}
                <ErrorSummary errors=desk.form.errors/>
                <ErrorSummary errors=action.errors/>
                <PageHead
                    title=t("drafts.correction_title")
                    caption=desk.caption(&i18n)
                    lead=lead
                    errors=desk.form.errors
                >
                    <p><DeadlineChip clock=clock/></p>
                </PageHead>
                <form class="form" novalidate=true on:submit=send>
                    // What the server says of all remarks together leads here.
                    <div class="form" id=field_id("/remarks") tabindex="-1">
                        {sections}
                        {uploads}
                    </div>
                    <Actions>
                        <Button kind="primary lg" busy=action.pending>{t("drafts.resubmit")}</Button>
                        <SavedMark state=save_state(desk)/>
                    </Actions>
                </form>
            </div>
            <div class="stack">
                <section class="card card--sand card--snug">
                    <h2>{t("drafts.correction_note_title")}</h2>
                    <p class="small">{t("drafts.correction_note")}</p>
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn send(desk: Desk, steps: Vec<Step>, action: Action) -> impl Fn(leptos::ev::SubmitEvent) + 'static {
    let navigate = use_navigate();
    let (toasts, i18n) = (use_toasts(), use_i18n());
    move |event| {
        event.prevent_default();
        desk.form.save_now();
        // Stops at the first step with an error, whose findings the summary then shows.
        if !steps.iter().all(|step| desk.form.judge_step(step)) {
            return;
        }
        let navigate = navigate.clone();
        action.run(
            move |client, key| async move {
                let version = desk.keeper.settled().await?;
                client.resubmit_application(key, desk.id, version).await
            },
            move |_| {
                toasts.show(untrack(|| i18n.t("drafts.resubmitted")));
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                navigate(&Path::Application(desk.id).href(), options);
            },
        );
    }
}

/// A step with remarks; its other fields are shown as text.
fn part(desk: Desk, step: Step) -> AnyView {
    let i18n = use_i18n();
    let title = i18n.prop(&step.title);
    view! {
        <section class="stack">
            <h2>{said(title)}</h2>
            <StepFields form=desk.form step=step/>
        </section>
    }
    .into_any()
}

fn file_part(desk: Desk, item: DocumentItem, remarks: &[Remark]) -> AnyView {
    let pointer = catalogue::answers::document_pointer(&item.id);
    let own = remarks.iter().filter(|remark| remark.pointer == pointer);
    let notes = own.map(|remark| remark_view(desk.form, remark)).collect_view();
    view! {
        <div class="stack">
            {notes}
            <Upload application=desk.id item=item documents=desk.documents errors=desk.form.errors/>
        </div>
    }
    .into_any()
}

fn remarked_steps(desk: Desk, remarks: &[Remark]) -> Vec<Step> {
    let is_remarked = |step: &Step| {
        step.fields.iter().any(|field| {
            let own = catalogue::answers::answer_pointer(&[&field.id]);
            remarks
                .iter()
                .any(|remark| remark.pointer == own || remark.pointer.starts_with(&format!("{own}/")))
        })
    };
    untrack(|| desk.form.steps()).into_iter().filter(is_remarked).collect()
}

fn remarked_items(desk: Desk, remarks: &[Remark]) -> Vec<DocumentItem> {
    let service = desk.service();
    let items = remarks.iter().filter_map(|remark| remark.pointer.strip_prefix("/documents/"));
    let mut found: Vec<DocumentItem> = Vec::new();
    for item in items.filter_map(|id| service.document(id)) {
        if !found.iter().any(|known| known.id == item.id) {
            found.push(item.clone());
        }
    }
    found
}
