//! «Платежи» (PY-06): every attempt with its state, and what to do about those that failed.

use kit::prelude::*;
use openapi::events::Subject;
use openapi::payments::{Payment, PaymentState, PaymentsQuery};

use super::reason::failure_text;
use crate::path::Path;

/// The list of payments.
pub fn list() -> AnyView {
    let pages = use_pages(
        || (),
        |client, (), cursor| async move {
            client.list_payments(&PaymentsQuery { cursor, ..PaymentsQuery::default() }).await
        },
    );
    let pages = pages.follow(|change| change.subject == Subject::Payment);
    let retry = Callback::new(move |()| pages.reload());
    let waiting = move || pages.items.with(Option::is_none) && pages.failure.with(Option::is_none);
    view! {
        <div class="wrap">
            <PageHead title=t("payments.title") lead=t("payments.lead")/>
            <section class="card">
                {drawn(move || waiting().then(|| view! { <Skeleton/> }))}
                {drawn(move || pages.failure.get().map(|error| view! { <LoadFailed error=error retry=retry/> }))}
                {drawn(move || pages.items.get().map(table))}
                <ShowMore pages=pages/>
            </section>
        </div>
    }
    .into_any()
}

fn table(payments: Vec<Payment>) -> AnyView {
    if payments.is_empty() {
        return view! {
            <Empty icon="pay" title=t("payments.none")><p>{t("payments.none_text")}</p></Empty>
        }
        .into_any();
    }
    let heads: Vec<TextProp> = vec![
        t("payments.for_what").into(),
        t("payments.date").into(),
        t("payments.sum").into(),
        t("payments.state").into(),
        t("payments.details").into(),
    ];
    let rows = payments.into_iter().map(row).collect_view();
    view! { <Table caption=t("payments.title") heads=heads>{rows}</Table> }.into_any()
}

fn row(payment: Payment) -> AnyView {
    let i18n = use_i18n();
    let (at, amount, state) = (payment.created_at, payment.amount, payment.state);
    let why =
        matches!(state, PaymentState::Failed | PaymentState::Canceled).then(|| failure_text(i18n, &payment));
    let about = payment.purpose.clone();
    view! {
        <tr>
            <th scope="row">
                {payment.purpose}
                {why.map(|why| view! { <br/><span class="muted regular">{said(why)}</span> })}
            </th>
            <td class="nowrap" data-label=t("payments.date")>{drawn(move || i18n.day(at))}</td>
            <td class="num" data-label=t("payments.sum")><bdi>{drawn(move || i18n.money(amount))}</bdi></td>
            <td data-label=t("payments.state")><PaymentTag state=state/></td>
            <td data-label=t("payments.details")>
                <a class="quiet" href=Path::Payment(payment.id).href()>
                    {t("common.open")}
                    <span class="vh">" "{about}</span>
                </a>
            </td>
        </tr>
    }
    .into_any()
}
