//! The card on top of an application: what the person can do now, or whom they wait for.

use kit::prelude::*;
use openapi::applications::{Remark, State};
use openapi::payments::{Charge, Payment, PaymentState};

use super::case::Case;
use super::{approval, decision};
use crate::pages::payments::failure_text;
use crate::path::Path;
use crate::words;

/// The card; drawn anew only when what it speaks of changes.
pub fn next_action(case: Signal<Case>) -> AnyView {
    let shown = Memo::new(move |_| {
        case.with(|case| {
            let application = &case.application;
            (
                application.state,
                application.remarks.clone(),
                application.charge.clone(),
                application.papers.clone(),
            )
        })
    });
    drawn(move || {
        let (state, remarks, charge, _) = shown.get();
        let now = case.get_untracked();
        match state {
            State::ReturnedForFix => fix(&now, remarks),
            State::Amending => amending(&now, remarks),
            State::AwaitingPayment => charge.map_or_else(|| forming(&now), |charge| pay(&now, charge)),
            State::Approved | State::Completed => approval::approved(&now),
            State::Refused => decision::refused(&now),
            State::AutoChecking | State::InReview => waiting(&now),
            State::Withdrawn | State::Draft => ().into_any(),
        }
    })
}

pub(super) fn card(
    tone: Tone,
    icon: &'static str,
    chip: AnyView,
    title: TextProp,
    text: TextProp,
    button: AnyView,
) -> AnyView {
    view! {
        <section class="attn attn--first" data-tone=tone.as_str() aria-labelledby="next">
            <span class="badge" data-tone=tone.as_str() aria-hidden="true"><Icon name=icon/></span>
            <div>
                {chip}
                <h2 id="next" class="as-h3">{said(title)}</h2>
                <p>{said(text)}</p>
            </div>
            {button}
        </section>
    }
    .into_any()
}

fn chip(case: &Case) -> AnyView {
    let clock = words::own_clock(&case.application.clock, Some(&case.references.calendar));
    view! { <DeadlineChip clock=Signal::stored(clock)/> }.into_any()
}

fn fix(case: &Case, remarks: Vec<Remark>) -> AnyView {
    let i18n = use_i18n();
    let count = remarks.len().to_string();
    let title = TextProp::from(move || i18n.t_with("applications.fix_title", &[("count", &count)]));
    let button = view! {
        <ButtonLink href=Path::Correction(case.application.id).href() kind="primary">
            {t("applications.fix")}
        </ButtonLink>
        {remark_list(case, remarks)}
    };
    card(Tone::Warning, "undo", chip(case), title, t("applications.fix_text").into(), button.into_any())
}

/// The person has taken it back to change it; what an officer has asked for and never got is named.
fn amending(case: &Case, remarks: Vec<Remark>) -> AnyView {
    let button = view! {
        <ButtonLink href=Path::Draft(case.application.id).href() kind="primary">
            {t("applications.attn_draft_go")}
        </ButtonLink>
        {(!remarks.is_empty()).then(|| remark_list(case, remarks))}
    };
    let title = t("applications.amending_title").into();
    card(Tone::Warning, "edit", chip(case), title, t("applications.amending_text").into(), button.into_any())
}

fn remark_list(case: &Case, remarks: Vec<Remark>) -> AnyView {
    let i18n = use_i18n();
    let lines = remarks.into_iter().map(|remark| {
        let icon = if remark.pointer.starts_with("/documents/") { "file" } else { "edit" };
        let label = case.label(&i18n, &remark.pointer);
        let reason = case.reason(&remark).map(|title| i18n.prop(title));
        view! {
            <li data-tone="warning">
                <Icon name=icon/>
                <span>
                    <b>{label}</b>
                    {reason.map(|reason| view! { <br/><span class="small">{said(reason)}</span> })}
                    <br/>
                    <span class="small pre">{remark.comment}</span>
                </span>
            </li>
        }
    });
    view! { <ol class="checklist rule-top">{lines.collect_view()}</ol> }.into_any()
}

fn pay(case: &Case, charge: Charge) -> AnyView {
    let i18n = use_i18n();
    let amount = charge.amount;
    let title =
        TextProp::from(move || i18n.t_with("applications.pay_title", &[("amount", &i18n.money(amount))]));
    let last = charge.payments.first();
    let (text, href, key) = match last {
        Some(payment) if is_alive(payment) => {
            (t("applications.pay_alive").into(), Path::Payment(payment.id), "applications.pay_follow")
        }
        Some(payment) if payment.state == PaymentState::Failed => {
            (failure_text(i18n, payment), Path::Charge(charge.id), "applications.pay_again")
        }
        _ => (t("applications.pay_text").into(), Path::Charge(charge.id), "applications.pay"),
    };
    let button = view! { <ButtonLink href=href.href() kind="primary">{t(key)}</ButtonLink> };
    card(Tone::Warning, "pay", chip(case), title, text, button.into_any())
}

const fn is_alive(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::Starting | PaymentState::Pending | PaymentState::Parked)
}

/// The charge is made a moment after filing.
fn forming(case: &Case) -> AnyView {
    let title = t("applications.charge_forming").into();
    card(Tone::Info, "pay", chip(case), title, t("applications.charge_forming_text").into(), ().into_any())
}

fn waiting(case: &Case) -> AnyView {
    let i18n = use_i18n();
    let clock = case.application.clock.clone();
    let text = TextProp::from(move || words::turn(&i18n, &clock));
    card(Tone::Info, "hour", chip(case), t("applications.waiting_title").into(), text, ().into_any())
}
