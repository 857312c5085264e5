//! Mending what an officer has remarked: only those fields and documents are open, and what is asked because of a mended
//! answer; then the application goes on under its number (FM-12, CS-04).

use catalogue::answers::document_pointer;
use catalogue::definition::{DocumentItem, Step};
use catalogue::form::is_field_asked;
use kit::api::field_id;
use kit::form::StepFields;
use kit::prelude::*;

use super::Desk;
use super::area::{refusal, save_state};
use super::resend::Resend;
use crate::path::Path;

/// The correction page.
pub(super) fn page(desk: Desk) -> AnyView {
    let i18n = use_i18n();
    let resend = Resend::new(desk);
    let action = resend.action;
    let loaded = desk.loaded.get_value();
    let number = loaded.application.number.clone().unwrap_or_default();
    let lead = TextProp::from(move || i18n.t_with("drafts.correction_lead", &[("number", &number)]));
    let steps = Memo::new(move |_| open_steps(desk));
    let items = Memo::new(move |_| open_items(desk));
    let calendar = &loaded.references.calendar;
    let clock = Signal::stored(crate::words::own_clock(&loaded.application.clock, Some(calendar)));
    let sections = move || steps.get().into_iter().map(|step| part(desk, step)).collect_view();
    let uploads = move || items.get().into_iter().map(|item| desk.upload(item)).collect_view();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        desk.form.save_now();
        // Stops at the first step with an error, whose findings the summary then shows.
        if untrack(|| steps.get()).iter().all(|step| desk.form.judge_step(step)) {
            resend.send(false);
        }
    };
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
                        {drawn(sections)}
                        {drawn(uploads)}
                    </div>
                    <Actions>
                        <Button kind="primary lg" busy=action.pending>{t("drafts.resubmit")}</Button>
                        <SavedMark state=save_state(desk)/>
                    </Actions>
                </form>
                {resend.question()}
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

/// A step with open fields; its others are shown as text.
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

/// The steps with a field that may be changed; tracks the answers.
fn open_steps(desk: Desk) -> Vec<Step> {
    let service = desk.service();
    let is_open = |step: &Step| {
        desk.form.answers.with(|answers| {
            let mut asked = step.fields.iter().filter(|field| is_field_asked(&service, &field.id, answers));
            asked.any(|field| desk.form.is_open(&field.id))
        })
    };
    desk.form.steps().into_iter().filter(is_open).collect()
}

/// The documents that are remarked, and those that were not asked for when the application was sent; tracks the answers.
fn open_items(desk: Desk) -> Vec<DocumentItem> {
    let asked = desk.form.documents();
    desk.loaded.with_value(|loaded| {
        let application = &loaded.application;
        let sent = application.sent.clone().unwrap_or_default();
        let before = catalogue::form::documents(&loaded.service, &sent);
        let is_open = |item: &DocumentItem| {
            let pointer = document_pointer(&item.id);
            application.remarks.iter().any(|remark| remark.pointer == pointer)
                || !before.iter().any(|known| known.id == item.id)
        };
        asked.into_iter().filter(is_open).collect()
    })
}
