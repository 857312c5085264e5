//! Asking the applicant to mend named answers and documents (CS-04).

use kit::api::SUMMARY_ID;
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::desk::CorrectionIn;

use super::letter::{Occasion, Point};
use super::letter_form::LetterForm;
use crate::case::{OpenCase, RemarkDraft, RemarkEditor, Remarks, Subject, case_page, relocate, subject};
use crate::path::Path;

#[component]
pub fn CorrectionPage() -> impl IntoView {
    case_page(|open| view! { <Correction open=open/> }.into_any())
}

#[component]
fn Correction(open: OpenCase) -> impl IntoView {
    let remarks = Remarks::of(open);
    let action = use_action();
    open.heed(action);
    let send = use_sending(open, remarks, action);
    let points = Signal::derive(move || points(open, &remarks.all()));
    view! {
        <LetterForm open=open occasion=Occasion::Correction action=action send=send points=points>
            <p class="hint">{t("desk.correction_hint")}</p>
            <List open=open remarks=remarks errors=action.errors/>
            <Add open=open remarks=remarks errors=action.errors/>
        </LetterForm>
    }
}

/// Checks the remarks, sends them, and goes back to the case.
fn use_sending(open: OpenCase, remarks: Remarks, action: Action) -> Callback<()> {
    let (i18n, toasts) = (use_i18n(), use_toasts());
    let navigate = StoredValue::new_local(use_navigate());
    Callback::new(move |()| {
        let all = untrack(|| remarks.all());
        if !judge(action.errors, &all) {
            return;
        }
        let places: Vec<String> = all.iter().map(|remark| remark.pointer.clone()).collect();
        let body = CorrectionIn { remarks: all.into_iter().map(RemarkDraft::into_request).collect() };
        let (id, version) = (open.id, open.version());
        action.run(
            move |client, key| async move {
                let answer = client.request_correction(key, id, version, &body).await;
                answer.map_err(|error| relocate(error, "/remarks", &places))
            },
            move |case| {
                remarks.clear();
                toasts.show(untrack(|| i18n.t("desk.correction_sent")));
                open.accept(case);
                navigate.with_value(|go| go(&Path::Case(id).href(), NavigateOptions::default()));
            },
        );
    })
}

/// At least one remark, and each says how to mend.
fn judge(errors: Errors, all: &[RemarkDraft]) -> bool {
    errors.clear();
    if all.is_empty() {
        errors.add("/remarks", "remarks_needed", &[]);
    }
    for remark in all.iter().filter(|remark| !remark.is_whole()) {
        errors.add(&format!("{}/comment", remark.pointer), "too_short", &[("count", "3")]);
    }
    let is_right = untrack(|| errors.is_empty());
    if !is_right {
        request_animation_frame(|| {
            kit::dom::focus(SUMMARY_ID);
        });
    }
    is_right
}

fn points(open: OpenCase, all: &[RemarkDraft]) -> Vec<Point> {
    open.now.with(|loaded| {
        let point = |remark: &RemarkDraft| {
            let title = subject(loaded, &remark.pointer, "ru")?.title;
            let reason = loaded.reason(&remark.reason);
            let known = reason.map(|reason| reason.title.clone());
            Some(Point { title, known, comment: remark.comment.trim().to_owned() })
        };
        all.iter().filter_map(point).collect()
    })
}

/// The remarks begun so far, with their fields.
#[component]
fn List(open: OpenCase, remarks: Remarks, errors: Errors) -> impl IntoView {
    let places =
        Memo::new(move |_| remarks.all().into_iter().map(|remark| remark.pointer).collect::<Vec<_>>());
    let card = move |pointer: String| {
        let place = pointer.clone();
        let remove = Callback::new(move |()| remarks.remove(&place));
        view! {
            <section class="card">
                <Head open=open pointer=pointer.clone()/>
                <RemarkEditor open=open remarks=remarks pointer=pointer errors=errors/>
                <Button kind="text sm" on_press=remove>{t("desk.remark_remove")}</Button>
            </section>
        }
    };
    view! {
        <For each=move || places.get() key=Clone::clone children=card/>
        {drawn(move || places.with(Vec::is_empty).then(|| view! {
            <div class="card"><Empty icon="edit" title=t("desk.no_remarks")><p>{t("desk.no_remarks_text")}</p></Empty></div>
        }))}
    }
}

#[component]
fn Head(open: OpenCase, pointer: String) -> impl IntoView {
    let i18n = use_i18n();
    let about = Memo::new(move |_| open.now.with(|loaded| subject(loaded, &pointer, &i18n.language())));
    let title = move || about.with(|about| about.as_ref().map(|about| i18n.text(&about.title)));
    let value = move || about.with(|about| about.as_ref().map(|about| about.value.clone()));
    view! {
        <h2>{title}</h2>
        <p class="muted small pre">{value}</p>
    }
}

/// A remark on something else: everything the applicant was asked and that has no remark yet.
#[component]
fn Add(open: OpenCase, remarks: Remarks, errors: Errors) -> impl IntoView {
    let i18n = use_i18n();
    let chosen = RwSignal::new(String::new());
    let free = Memo::new(move |_| {
        let taken: Vec<String> = remarks.all().into_iter().map(|remark| remark.pointer).collect();
        let language = i18n.language();
        let all = open.now.with(|loaded| Subject::all(loaded, &language));
        all.into_iter().filter(|subject| !taken.contains(&subject.pointer)).collect::<Vec<_>>()
    });
    let add = Callback::new(move |()| {
        let pointer = chosen.get_untracked();
        if pointer.is_empty() {
            return;
        }
        remarks.begin(&pointer);
        chosen.set(String::new());
        let field = kit::api::field_id(&format!("{pointer}/comment"));
        request_animation_frame(move || {
            kit::dom::focus(&field);
        });
    });
    let select = move || {
        let option = |subject: Subject| Opt::new(subject.pointer, i18n.prop(&subject.title));
        let options: Vec<Opt> = free.get().into_iter().map(option).collect();
        view! {
            <Select
                name="remarks"
                label=t("desk.add_remark")
                value=chosen
                options=options
                errors=errors
            />
        }
    };
    view! {
        <div class="stack gap-3">
            {select}
            <Button kind="secondary" on_press=add>{t("desk.remark_add")}</Button>
        </div>
    }
}
