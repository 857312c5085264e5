//! Right after filing: the number, the control code, what comes next and when (SB-01, SB-06).

use kit::prelude::*;
use openapi::applications::{PaperKind, State};
use uuid::Uuid;

use super::case::{Case, use_case};
use crate::copy::CopyButton;
use crate::loaded::loaded;
use crate::pages::papers::{DownloadPaper, file_name};
use crate::path::Path;
use crate::words;

/// The page of the confirmation.
pub fn submitted(id: Uuid) -> AnyView {
    let case = use_case(id);
    let view = loaded(case, content);
    view! { <div class="wrap">{view}</div> }.into_any()
}

fn content(case: Signal<Case>) -> AnyView {
    view! {
        <div class="layout">
            <div class="stack gap-5">
                {done(case)}
                <section class="card">
                    <h2>{t("applications.next_title")}</h2>
                    {next(case)}
                </section>
            </div>
            <div class="stack">
                <section class="card card--snug" aria-label=t("applications.actions")>
                    {main_action(case)}
                    {receipt(case)}
                    {print_button()}
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn done(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let now = case.get_untracked();
    let number = now.application.number.clone().unwrap_or_default();
    let control_code = now.application.control_code.clone();
    let copied = number.clone();
    let service = i18n.prop(&now.application.title);
    let filed = now.application.submitted_at;
    let lead = TextProp::from(move || {
        let time = filed.map(|at| i18n.date_time(at)).unwrap_or_default();
        i18n.t_with("applications.submitted_lead", &[("service", &service.get()), ("time", &time)])
    });
    view! {
        <div class="done" data-tone="success">
            <div>
                <span class="done__icon"><Icon name="ok"/></span>
                <PageHead title=t("applications.submitted_title") lead=lead/>
                <div class="row gap-6">
                    <div>
                        <p class="muted small">{t("applications.number")}</p>
                        <p class="number"><bdi>{number}</bdi></p>
                    </div>
                    {control_code.map(|code| view! {
                        <div>
                            <p class="muted small">{t("applications.control_code")}</p>
                            <p class="number"><bdi>{code}</bdi></p>
                        </div>
                    })}
                </div>
                <p class="muted small">{t("applications.control_code_note")}</p>
                <p class="row">
                    <CopyButton value=copied label=t("applications.copy_number") kind="secondary sm"/>
                </p>
            </div>
        </div>
    }
    .into_any()
}

/// What has happened, and what the service says comes next.
fn next(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    drawn(move || {
        let case = case.get();
        let filed = case.application.submitted_at;
        let accepted = TimelineItem {
            title: t("history.submitted").into(),
            text: Some(t("history.submitted_about").into()),
            time: filed.map(|at| TextProp::from(move || i18n.date_time(at))),
            icon: "ok",
            is_done: true,
            current: None,
        };
        let (tone, now) = state_look(case.application.state);
        if has_turned(case.application.state) {
            let turned = TimelineItem {
                title: i18n.prop(&case.application.label),
                text: Some(t("applications.submitted_turned").into()),
                time: None,
                icon: now,
                is_done: false,
                current: Some(tone),
            };
            return view! { <Timeline items=vec![accepted, turned]/> }.into_any();
        }
        let clock = case.application.clock.clone();
        // The first of these lines is the filing itself, which is done.
        let ahead = case.service.next.iter().skip(1).enumerate().map(|(place, block)| {
            let clock = clock.clone();
            TimelineItem {
                title: i18n.prop(&block.title),
                text: Some(i18n.prop(&block.body)),
                time: (place == 0 && clock.due_at.is_some())
                    .then(|| TextProp::from(move || words::turn(&i18n, &clock))),
                icon: if place == 0 { now } else { "hour" },
                is_done: false,
                current: (place == 0).then_some(tone),
            }
        });
        let items = std::iter::once(accepted).chain(ahead).collect();
        view! { <Timeline items=items/> }.into_any()
    })
}

/// Whether the course the service promises at filing has been left: it is decided, taken back, or the applicant's turn
/// again.
const fn has_turned(state: State) -> bool {
    !matches!(state, State::AwaitingPayment | State::AutoChecking | State::InReview)
}

/// To pay where something is owed, to follow where not.
fn main_action(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let owed = Memo::new(move |_| {
        case.with(|case| {
            let charge = case.application.charge.as_ref().map(|charge| (charge.id, charge.amount));
            charge.filter(|_| case.application.state == State::AwaitingPayment)
        })
    });
    let follow = Path::Application(case.with_untracked(|case| case.application.id)).href();
    drawn(move || match owed.get() {
        Some((charge, amount)) => {
            let text = i18n.t_with("payments.pay_amount", &[("amount", &i18n.money(amount))]);
            view! {
                <ButtonLink href=Path::Charge(charge).href() kind="primary block">{text}</ButtonLink>
                <ButtonLink href=follow.clone() kind="secondary block">{t("applications.follow")}</ButtonLink>
            }
            .into_any()
        }
        None => view! {
            <ButtonLink href=follow.clone() kind="primary block">{t("applications.follow")}</ButtonLink>
        }
        .into_any(),
    })
}

/// The receipt is made by a job; the button comes by itself.
fn receipt(case: Signal<Case>) -> AnyView {
    let paper = Memo::new(move |_| case.with(|case| case.paper(PaperKind::Receipt).cloned()));
    drawn(move || {
        let now = case.get_untracked();
        match paper.get() {
            Some(paper) => {
                let name = file_name(&now, &paper);
                view! {
                    <DownloadPaper
                        application=now.application.id
                        kind=PaperKind::Receipt
                        name=name
                        look="secondary block"
                        title=t("applications.receipt")
                    />
                }
                .into_any()
            }
            None => view! {
                <p class="saved" role="status"><span class="spinner"></span>{t("applications.receipt_forming")}</p>
            }
            .into_any(),
        }
    })
}

fn print_button() -> AnyView {
    let print = Callback::new(|()| {
        // A browser without printing has no such menu either.
        let _ = window().print();
    });
    view! {
        <Button kind="text block" on_press=print>
            <Icon name="print"/>
            {t("common.print")}
        </Button>
    }
    .into_any()
}
