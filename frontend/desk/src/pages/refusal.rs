//! Refusing: coded reasons, each of which tells the applicant how to mend it (CS-09, CS-10).

use std::collections::BTreeMap;

use catalogue::dictionary::RefusalReason;
use kit::api::SUMMARY_ID;
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::desk::{ReasonIn, RefusalIn};

use super::letter::{Occasion, Point};
use super::letter_form::LetterForm;
use crate::case::{Loaded, OpenCase, Remarks, case_page, relocate};
use crate::drafts::{Draft, use_draft};
use crate::path::Path;

/// Code of a chosen reason → what the officer adds.
type Chosen = Draft<BTreeMap<String, String>>;

#[component]
pub fn RefusalPage() -> impl IntoView {
    case_page(|open| view! { <Refusal open=open/> }.into_any())
}

#[component]
fn Refusal(open: OpenCase) -> impl IntoView {
    let chosen: Chosen = use_draft(open.id, "refusal");
    let action = use_action();
    open.heed(action);
    let send = use_sending(open, chosen, action);
    let points = Signal::derive(move || open.now.with(|loaded| points(loaded, &chosen.value.get())));
    view! {
        <LetterForm open=open occasion=Occasion::Refusal action=action send=send points=points>
            <Alert tone=Tone::Warning title=t("desk.mend_instead")>
                <p class="small">
                    {t("desk.mend_instead_text")}" "
                    <a href=Path::Correction(open.id).href()>{t("desk.ask")}</a>
                </p>
            </Alert>
            <Reasons open=open chosen=chosen errors=action.errors/>
        </LetterForm>
    }
}

/// Refuses with the chosen reasons, and goes back to the case.
fn use_sending(open: OpenCase, chosen: Chosen, action: Action) -> Callback<()> {
    let (i18n, toasts) = (use_i18n(), use_toasts());
    let remarks = Remarks::of(open);
    let navigate = StoredValue::new_local(use_navigate());
    Callback::new(move |()| {
        let reasons = chosen.value.get_untracked();
        if reasons.is_empty() {
            action.errors.clear();
            action.errors.add("/reasons", "reasons_needed", &[]);
            request_animation_frame(|| {
                kit::dom::focus(SUMMARY_ID);
            });
            return;
        }
        let places: Vec<String> = reasons.keys().map(|code| format!("/reasons/{code}")).collect();
        let reason = |(code, comment): (String, String)| {
            let comment = comment.trim().to_owned();
            ReasonIn { code, comment: Some(comment).filter(|comment| !comment.is_empty()) }
        };
        let body = RefusalIn { reasons: reasons.into_iter().map(reason).collect() };
        let (id, version) = (open.id, open.version());
        action.run(
            move |client, key| async move {
                let answer = client.refuse_case(key, id, version, &body).await;
                answer.map_err(|error| relocate(error, "/reasons", &places))
            },
            move |case| {
                chosen.clear();
                remarks.clear();
                toasts.show(untrack(|| i18n.t_with("desk.refused", &[("number", &case.number)])));
                open.accept(case);
                navigate.with_value(|go| go(&Path::Case(id).href(), NavigateOptions::default()));
            },
        );
    })
}

/// The reasons of the service, in its order.
fn reasons(loaded: &Loaded) -> Vec<RefusalReason> {
    let codes = &loaded.service.refusal_reasons;
    codes.iter().filter_map(|code| loaded.references.dictionaries.refusal_reason(code).cloned()).collect()
}

fn points(loaded: &Loaded, chosen: &BTreeMap<String, String>) -> Vec<Point> {
    let point = |reason: RefusalReason| {
        let comment = chosen.get(&reason.code)?.trim().to_owned();
        Some(Point { title: reason.title, known: Some(reason.cure), comment })
    };
    reasons(loaded).into_iter().filter_map(point).collect()
}

#[component]
fn Reasons(open: OpenCase, chosen: Chosen, errors: Errors) -> impl IntoView {
    let rows = open.now.with_untracked(reasons).into_iter().map(|reason| {
        view! { <ReasonRow reason=reason chosen=chosen errors=errors/> }
    });
    let rows = rows.collect_view();
    let missing = move || {
        errors.at("/reasons").map(|text| {
            view! {
                <p class="error" id="f-reasons-e">
                    <Icon name="alert"/>
                    <span><span class="vh">{t("components.error_prefix")}" "</span>{text}</span>
                </p>
            }
        })
    };
    view! {
        <fieldset id="f-reasons" aria-describedby=move || errors.at("/reasons").map(|_| "f-reasons-e")>
            <legend class="legend">{t("desk.reasons")}</legend>
            <p class="hint">{t("desk.reasons_hint")}</p>
            {missing}
            <div class="stack gap-2 mt-3">{rows}</div>
        </fieldset>
    }
}

/// One reason; a chosen one shows its advice and a field for what the officer adds.
#[component]
fn ReasonRow(reason: RefusalReason, chosen: Chosen, errors: Errors) -> impl IntoView {
    let i18n = use_i18n();
    let RefusalReason { code, title, cure, basis } = reason;
    let own = code.clone();
    let is_chosen = Memo::new(move |_| chosen.value.with(|chosen| chosen.contains_key(&own)));
    let own = code.clone();
    let change = move |event| {
        let ticked = event_target_checked(&event);
        errors.set_at("/reasons", []);
        chosen.value.update(|chosen| {
            if ticked {
                chosen.entry(own.clone()).or_default();
            } else {
                chosen.remove(&own);
            }
        });
    };
    let inside = code.clone();
    let body = move || {
        let (code, cure) = (inside.clone(), cure.clone());
        is_chosen.get().then(move || {
            view! {
                <div class="reason__body">
                    <p class="small"><b>{t("desk.cure")}</b>" "{move || i18n.text(&cure)}</p>
                    <Comment code=code chosen=chosen errors=errors/>
                </div>
            }
        })
    };
    view! {
        <div class="reason">
            <label>
                <input class="tick" type="checkbox" prop:checked=move || is_chosen.get() on:change=change/>
                <span>
                    <code>{code}</code>" "<b>{move || i18n.text(&title)}</b><br/>
                    <small>{move || i18n.text(&basis)}</small>
                </span>
            </label>
            {body}
        </div>
    }
}

#[component]
fn Comment(code: String, chosen: Chosen, errors: Errors) -> impl IntoView {
    let kept = chosen.value.with_untracked(|chosen| chosen.get(&code).cloned()).unwrap_or_default();
    let text = RwSignal::new(kept);
    let own = code.clone();
    Effect::new(move |_| {
        let text = text.get();
        let is_new = chosen.value.with_untracked(|chosen| chosen.get(&own).is_some_and(|kept| *kept != text));
        if is_new {
            chosen.value.update(|chosen| {
                chosen.insert(own.clone(), text);
            });
        }
    });
    view! {
        <Textarea
            name=format!("reasons/{code}/comment")
            label=t("desk.reason_comment")
            value=text
            errors=errors
            optional=true
            rows=2
            maxlength=2000
        />
    }
}
