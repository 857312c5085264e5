//! What the service has issued for the case, and what was paid for it.

use kit::prelude::*;
use openapi::applications::Paper;
use openapi::payments::ChargeState;

use super::screen::Screen;

#[component]
pub fn Papers(screen: Screen) -> impl IntoView {
    let papers = screen.open.part(|loaded| loaded.case.papers.clone());
    let has_charge = screen.open.part(|loaded| loaded.case.charge.is_some());
    let rows = move || {
        papers.get().into_iter().map(|paper| view! { <Row screen=screen paper=paper/> }).collect_view()
    };
    drawn(move || {
        (has_charge.get() || !papers.with(Vec::is_empty)).then(|| {
            view! {
                <section class="card">
                    <h2>{t("desk.papers")}</h2>
                    <dl class="summary summary--short"><Fee screen=screen/>{rows}</dl>
                </section>
            }
        })
    })
}

#[component]
fn Fee(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let charge = screen.open.part(|loaded| loaded.case.charge.clone());
    drawn(move || {
        charge.get().map(|charge| {
            let state = match (charge.state, charge.paid_at) {
                (ChargeState::Paid, Some(at)) => i18n.t_with("desk.fee_paid_at", &[("date", &i18n.day(at))]),
                (ChargeState::Paid, None) => i18n.t("desk.fee_paid"),
                (ChargeState::Unpaid, _) => i18n.t("desk.fee_unpaid"),
                (ChargeState::Cancelled, _) => i18n.t("desk.fee_cancelled"),
            };
            let sum = i18n.money(charge.amount);
            view! { <div><dt>{t("desk.fee")}</dt><dd><b class="num">{sum}</b>", "{state}</dd></div> }
        })
    })
}

#[component]
fn Row(screen: Screen, paper: Paper) -> impl IntoView {
    let i18n = use_i18n();
    let action = use_action();
    let (id, kind, title) = (screen.open.id, paper.kind, paper.title.clone());
    let number = screen.open.part(|loaded| loaded.case.number.clone());
    let download = Callback::new(move |()| {
        let name = format!("{}-{}.pdf", number.get_untracked(), kind.as_str());
        action.run(
            move |client, _| async move { client.download_case_paper(id, kind).await },
            move |bytes: Vec<u8>| {
                kit::dom::save_file(&bytes, &name, "application/pdf");
            },
        );
    });
    let issued = move || match paper.revoked_at {
        Some(at) => i18n.t_with("desk.paper_revoked", &[("date", &i18n.day(at))]),
        None => i18n.t_with("desk.paper_issued", &[("date", &i18n.day(paper.issued_at))]),
    };
    let about = i18n.prop(&title);
    view! {
        <div>
            <dt>{move || i18n.text(&title)}</dt>
            <dd>
                {issued}" "
                <Button
                    kind="text sm"
                    busy=action.pending
                    on_press=download
                    about=MaybeProp::derive(move || Some(about.get().to_string()))
                >
                    {t("common.download")}
                </Button>
                <ErrorSummary errors=action.errors/>
            </dd>
        </div>
    }
}
