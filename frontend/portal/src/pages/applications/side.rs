//! Beside an application: the clock in words, the papers, and taking it back, to change it or for good.

use catalogue::deadline::Filing;
use catalogue::definition::EditUntil;
use kit::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use openapi::applications::{State, WaitingFor};

use super::case::Case;
use crate::pages::papers::{DownloadPaper, file_name};
use crate::path::Path;

/// The cards of the side column.
pub fn side(case: Signal<Case>, resource: Resource<Case>) -> AnyView {
    let print = Callback::new(|()| {
        // A browser without printing has no such menu either.
        let _ = window().print();
    });
    view! {
        {now(case)}
        <section class="card card--snug">
            <h2>{t("applications.own")}</h2>
            <div class="stack gap-2">
                {papers(case)}
                <div>
                    <Button kind="text sm" on_press=print>
                        <Icon name="print"/>
                        {t("common.print")}
                    </Button>
                </div>
                {amendment(case)}
                {withdrawal(case, resource)}
            </div>
        </section>
    }
    .into_any()
}

fn now(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let clock = Memo::new(move |_| {
        case.with(|case| {
            let application = &case.application;
            (application.clock.clone(), application.control_code.clone(), application.filing)
        })
    });
    drawn(move || {
        let (clock, control_code, filing) = clock.get();
        let who = match clock.waiting_for {
            WaitingFor::Applicant => "applications.wait_you",
            WaitingFor::Service => "applications.wait_service",
            WaitingFor::Nobody => "applications.wait_nobody",
        };
        let mut rows = vec![SummaryRow::new(t("applications.wait"), t(who))];
        if let Some(due) = clock.due_at {
            rows.push(SummaryRow::new(t("applications.until"), TextProp::from(move || i18n.day(due))));
        }
        if clock.paused {
            rows.push(SummaryRow::new(t("applications.term"), t("applications.term_paused")));
        }
        if let Some(days) = clock.days_left.filter(|days| *days >= 0 && !clock.paused) {
            let text =
                TextProp::from(move || i18n.t_with("terms.working_days", &[("count", &days.to_string())]));
            rows.push(SummaryRow::new(t("applications.left"), text));
        }
        if let Some(code) = control_code {
            rows.push(SummaryRow::new(t("applications.control_code"), code));
        }
        rows.extend(filing.map(|filing| filed(i18n, filing)).into_iter().flatten());
        view! {
            <section class="card card--snug">
                <h2>{t("applications.now")}</h2>
                <SummaryList rows=rows short=true/>
            </section>
        }
    })
}

/// Whether the filing was in time, and how that was counted (SV4-03).
fn filed(i18n: I18n, filing: Filing) -> [SummaryRow; 3] {
    let kept = move || match filing.days_late {
        0 => i18n.t("applications.filing_in_time"),
        days => i18n.t_with("applications.filing_late", &[("count", &days.to_string())]),
    };
    let date = move |date| TextProp::from(move || i18n.date(date));
    [
        SummaryRow::new(t("applications.filing"), TextProp::from(kept)),
        SummaryRow::new(t("applications.filing_last"), date(filing.last_day)),
        SummaryRow::new(t("applications.filing_start"), date(filing.start)),
    ]
}

fn papers(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let papers = Memo::new(move |_| case.with(|case| case.application.papers.clone()));
    drawn(move || {
        let case = case.get_untracked();
        let links = papers.get().into_iter().map(|paper| {
            let name = file_name(&case, &paper);
            let title = i18n.prop(&paper.title);
            view! {
                <div>
                    <DownloadPaper application=case.application.id kind=paper.kind name=name look="text sm" title=title/>
                </div>
            }
        });
        links.collect_view()
    })
}

/// A step that is asked about first: a button, and the question it opens.
struct Question {
    id: &'static str,
    icon: &'static str,
    /// The words of the button, of the question, of what it means, and of leaving things as they are.
    words: [&'static str; 4],
    /// The look of the answer "yes".
    kind: &'static str,
    action: Action,
    open: RwSignal<bool>,
    go: Callback<()>,
}

fn asked_first(question: Question, is_possible: Memo<bool>) -> AnyView {
    let Question { id, icon, words: [button, title, text, keep], kind, action, open, go } = question;
    let ask = Callback::new(move |()| open.set(true));
    let leave = Callback::new(move |()| open.set(false));
    view! {
        {drawn(move || is_possible.get().then(|| view! {
            <div>
                <Button kind="text sm" on_press=ask>
                    <Icon name=icon/>
                    {t(button)}
                </Button>
            </div>
        }))}
        <Dialog open=open id=id title=t(title)>
            <p>{t(text)}</p>
            <ErrorSummary errors=action.errors/>
            <Actions>
                <Button kind=kind busy=action.pending on_press=go>{t(button)}</Button>
                <Button kind="text" on_press=leave>{t(keep)}</Button>
            </Actions>
        </Dialog>
    }
    .into_any()
}

/// Taking the application back to change it, as long as the service lets one (FM-11, C15).
fn amendment(case: Signal<Case>) -> AnyView {
    let (action, open, navigate) = (use_action(), RwSignal::new(false), use_navigate());
    let is_possible = Memo::new(move |_| case.with(may_be_changed));
    let go = Callback::new(move |()| {
        let (id, version) = case.with_untracked(|case| (case.application.id, case.application.version));
        let navigate = navigate.clone();
        action.run(
            move |client, key| async move { client.amend_application(key, id, version).await },
            move |_| navigate(&Path::Draft(id).href(), NavigateOptions::default()),
        );
    });
    let words = [
        "applications.amend",
        "applications.amend_title",
        "applications.amend_text",
        "applications.amend_keep",
    ];
    asked_first(Question { id: "amend", icon: "edit", words, kind: "primary", action, open, go }, is_possible)
}

fn may_be_changed(case: &Case) -> bool {
    let application = &case.application;
    let is_taken = || {
        let mut events = application.timeline.iter().rev().map(|event| event.kind.as_str());
        events.find(|kind| matches!(*kind, "taken" | "released")) == Some("taken")
    };
    matches!(application.state, State::AutoChecking | State::InReview)
        && (case.service.edit_until == EditUntil::Decision || !is_taken())
}

/// Taking the application back for good while nobody has decided it (FM-11).
fn withdrawal(case: Signal<Case>, resource: Resource<Case>) -> AnyView {
    let (action, open) = (use_action(), RwSignal::new(false));
    let (toasts, i18n) = (use_toasts(), use_i18n());
    let is_possible = Memo::new(move |_| {
        case.with(|case| {
            let state = case.application.state;
            state.is_handed_back()
                || matches!(state, State::AwaitingPayment | State::AutoChecking | State::InReview)
        })
    });
    let go = Callback::new(move |()| {
        let (id, version) = case.with_untracked(|case| (case.application.id, case.application.version));
        action.run(
            move |client, key| async move { client.withdraw_application(key, id, version).await },
            move |_| {
                open.set(false);
                resource.reload();
                toasts.show(untrack(|| i18n.t("applications.withdrawn")));
            },
        );
    });
    let words = [
        "applications.withdraw",
        "applications.withdraw_title",
        "applications.withdraw_text",
        "applications.withdraw_keep",
    ];
    asked_first(
        Question { id: "withdraw", icon: "undo", words, kind: "danger", action, open, go },
        is_possible,
    )
}
