//! Beside an application: the clock in words, the papers, and taking it back.

use catalogue::deadline::Filing;
use kit::prelude::*;
use openapi::applications::{State, WaitingFor};

use super::case::Case;
use crate::pages::papers::{DownloadPaper, file_name};

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

/// Taking the application back while nobody has decided it (FM-11), after a question.
fn withdrawal(case: Signal<Case>, resource: Resource<Case>) -> AnyView {
    let (action, open) = (use_action(), RwSignal::new(false));
    let (toasts, i18n) = (use_toasts(), use_i18n());
    let is_possible = Memo::new(move |_| {
        case.with(|case| {
            matches!(
                case.application.state,
                State::AwaitingPayment | State::AutoChecking | State::InReview | State::ReturnedForFix
            )
        })
    });
    let withdraw = Callback::new(move |()| {
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
    let ask = Callback::new(move |()| open.set(true));
    let keep = Callback::new(move |()| open.set(false));
    view! {
        {drawn(move || is_possible.get().then(|| view! {
            <div>
                <Button kind="text sm" on_press=ask>
                    <Icon name="undo"/>
                    {t("applications.withdraw")}
                </Button>
            </div>
        }))}
        <Dialog open=open id="withdraw" title=t("applications.withdraw_title")>
            <p>{t("applications.withdraw_text")}</p>
            <ErrorSummary errors=action.errors/>
            <Actions>
                <Button kind="danger" busy=action.pending on_press=withdraw>{t("applications.withdraw")}</Button>
                <Button kind="text" on_press=keep>{t("applications.withdraw_keep")}</Button>
            </Actions>
        </Dialog>
    }
    .into_any()
}
