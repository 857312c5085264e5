//! What is owed and how to pay it: card or SBP on the bank's page, or in a bank by the requisites (PY-01, PY-02).

use kit::prelude::*;
use kit::timer::sleep;
use leptos::task::spawn_local;
use openapi::applications::PaperKind;
use openapi::events::Subject;
use openapi::payments::{Charge, ChargeState, Method, Payment, PaymentIn, PaymentState};
use uuid::Uuid;

use super::requisites::Requisites;
use crate::loaded::loaded;
use crate::path::Path;
use crate::words;

/// Milliseconds between two looks for the bank's page, and how often it is looked.
const LOOK_EVERY: i32 = 500;
const LOOKS: u32 = 40;

/// The page of a charge.
pub fn charge(id: Uuid) -> AnyView {
    let charge = use_resource(move || id, |client, id| async move { client.get_charge(id).await });
    let charge = charge.follow(|change| matches!(change.subject, Subject::Payment | Subject::Application));
    let view = loaded(charge, content);
    view! { <div class="wrap">{view}</div> }.into_any()
}

fn content(charge: Signal<Charge>) -> AnyView {
    let i18n = use_i18n();
    let (amount, purpose) = charge.with_untracked(|charge| (charge.amount, charge.purpose.clone()));
    let title =
        TextProp::from(move || i18n.t_with("payments.charge_title", &[("amount", &i18n.money(amount))]));
    let crumbs = vec![(Path::Payments.href(), TextProp::from(t("payments.title")))];
    let here = title.clone();
    let state = Memo::new(move |_| {
        charge
            .with(|charge| (charge.state, charge.payments.iter().find(|payment| is_alive(payment)).cloned()))
    });
    let body = move || match state.get() {
        (ChargeState::Paid, _) => paid(charge),
        (ChargeState::Cancelled, _) => cancelled(),
        (ChargeState::Unpaid, Some(alive)) => begun(charge, &alive),
        (ChargeState::Unpaid, None) => view! { <Pay charge=charge/> }.into_any(),
    };
    view! {
        <Crumbs label=t("pages.you_are_here") links=crumbs here=here/>
        <div class="layout">
            <div class="sheet">
                <div class="stack gap-2">
                    <p class="caption">{purpose}</p>
                    <div class="vh"><PageHead title=title/></div>
                    <p class="amount" aria-hidden="true"><bdi>{drawn(move || i18n.money(amount))}</bdi></p>
                    <p class="muted">{t("payments.no_commission")}</p>
                </div>
                {drawn(body)}
            </div>
            <div class="stack">{what(amount)}</div>
        </div>
    }
    .into_any()
}

fn what(amount: i64) -> AnyView {
    let i18n = use_i18n();
    let rows = vec![
        SummaryRow::new(t("payments.fee"), TextProp::from(move || i18n.money(amount))),
        SummaryRow::new(t("payments.commission"), TextProp::from(move || i18n.money(0))),
        SummaryRow::new(t("payments.total"), TextProp::from(move || i18n.money(amount))),
    ];
    view! {
        <section class="card card--snug">
            <h2>{t("payments.what")}</h2>
            <SummaryList rows=rows short=true/>
        </section>
        <section class="card card--sand card--snug">
            <h2>{t("payments.safe_title")}</h2>
            <p class="small">{t("payments.safe_text")}</p>
        </section>
    }
    .into_any()
}

/// Choosing how to pay. The bank's page opens as soon as the bank has answered.
#[component]
fn Pay(charge: Signal<Charge>) -> impl IntoView {
    let (i18n, api, action) = (use_i18n(), use_api(), use_action());
    let method = RwSignal::new(Method::Card.as_str().to_owned());
    let leaving = RwSignal::new(false);
    let failure = RwSignal::new(None::<Uuid>);
    let options = vec![
        Opt::new(Method::Card.as_str(), t("payments.card")).with_hint(t("payments.card_hint")),
        Opt::new(Method::Sbp.as_str(), t("payments.sbp")).with_hint(t("payments.sbp_hint")),
    ];
    let amount = charge.with_untracked(|charge| charge.amount);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = if method.get_untracked() == Method::Sbp.as_str() { Method::Sbp } else { Method::Card };
        let id = charge.with_untracked(|charge| charge.id);
        action.run(
            move |client, key| async move { client.start_payment(key, id, &PaymentIn { method: chosen }).await },
            move |payment: Payment| {
                leaving.set(true);
                spawn_local(async move {
                    let id = payment.id;
                    match bank_page(&api.client(), payment).await {
                        Some(address) => leave(&address),
                        // The bank is slow; the page of the payment waits for it.
                        None => drop((leaving.try_set(false), failure.try_set(Some(id)))),
                    }
                });
            },
        );
    };
    let busy = Signal::derive(move || Some(action.pending.get() || leaving.get()));
    let words = move || i18n.t_with("payments.pay_amount", &[("amount", &i18n.money(amount))]);
    view! {
        <ErrorSummary errors=action.errors/>
        {drawn(move || failure.get().map(|id| view! {
            <Alert tone=Tone::Info title=t("payments.bank_slow_title")>
                <p>{t("payments.bank_slow_text")}</p>
                <Actions>
                    <ButtonLink href=Path::Payment(id).href()>{t("payments.to_payment")}</ButtonLink>
                </Actions>
            </Alert>
        }))}
        <form class="form" on:submit=send>
            <Radios name="method" legend=t("payments.how") value=method options=options/>
            {drawn(move || leaving.get().then(|| view! {
                <p class="saved" role="status"><span class="spinner"></span>{t("payments.to_bank")}</p>
            }))}
            <Actions>
                <Button kind="primary lg" busy=busy>{drawn(words)}</Button>
                <ButtonLink
                    href=charge.with_untracked(|charge| Path::Application(charge.application_id).href())
                    kind="text"
                >
                    {t("payments.later")}
                </ButtonLink>
            </Actions>
        </form>
        {by_requisites(charge)}
    }
}

/// Waits until the bank has given the address of its page.
async fn bank_page(client: &openapi::client::Client, payment: Payment) -> Option<String> {
    let mut payment = payment;
    for _ in 0..LOOKS {
        if let Some(address) = payment.confirmation_url.clone().filter(|_| is_alive(&payment)) {
            return Some(address);
        }
        if !is_alive(&payment) {
            return None;
        }
        sleep(LOOK_EVERY).await;
        if let Ok(newer) = client.get_payment(payment.id).await {
            payment = newer;
        }
    }
    None
}

/// Goes to the bank's page; only to a page, whatever the address says.
pub(super) fn leave(address: &str) {
    if address.starts_with("https://") || address.starts_with("http://") {
        // A browser that refuses keeps the person here, where the button still is.
        let _ = window().location().set_href(address);
    }
}

/// Whether an attempt may still succeed.
pub(super) const fn is_alive(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::Starting | PaymentState::Pending | PaymentState::Parked)
}

/// A payment runs. There is one at a time, so that nobody pays twice; when it has ended the choice is here again.
fn begun(charge: Signal<Charge>, payment: &Payment) -> AnyView {
    let (i18n, at, method) = (use_i18n(), payment.created_at, payment.method);
    let href = Path::Payment(payment.id).href();
    let bank = payment.confirmation_url.clone().map(|page| {
        let go = Callback::new(move |()| leave(&page));
        view! { <Button kind="primary lg" on_press=go>{t("payments.open_bank")}</Button> }
    });
    let kind = if bank.is_some() { "secondary" } else { "primary lg" };
    let otherwise = otherwise(i18n, payment);
    let since = move || {
        let method = i18n.t(method_name(method));
        i18n.t_with("payments.begun_since", &[("time", &words::moment(&i18n, at)), ("method", &method)])
    };
    view! {
        <Alert tone=Tone::Info title=t("payments.begun_title")>
            <p>{drawn(since)}</p>
            <p>{t("payments.begun_text")}</p>
            <p>{said(otherwise)}</p>
        </Alert>
        <Actions>
            {bank}
            <ButtonLink href=href kind=kind>{t("payments.to_payment")}</ButtonLink>
        </Actions>
        {by_requisites(charge)}
    }
    .into_any()
}

/// When another method can be chosen: the bank takes no word to end a payment that waits for its payer, and ends it when
/// its time is over.
pub(super) fn otherwise(i18n: I18n, payment: &Payment) -> TextProp {
    let until = payment.expires_at;
    TextProp::from(move || match until {
        Some(at) => i18n.t_with("payments.begun_until", &[("time", &i18n.date_time(at))]),
        None => i18n.t("payments.begun_other"),
    })
}

/// What a method is called.
pub(super) const fn method_name(method: Method) -> &'static str {
    match method {
        Method::Card => "payments.card",
        Method::Sbp => "payments.sbp",
    }
}

fn by_requisites(charge: Signal<Charge>) -> AnyView {
    view! {
        <Details summary=t("payments.requisites")>
            <Requisites charge=charge.get_untracked()/>
        </Details>
    }
    .into_any()
}

fn paid(charge: Signal<Charge>) -> AnyView {
    let application = charge.with_untracked(|charge| charge.application_id);
    view! {
        <Alert tone=Tone::Success title=t("payments.paid_title")><p>{t("payments.paid_text")}</p></Alert>
        {after(application)}
    }
    .into_any()
}

/// Where to go on once the fee is paid: to the application, and to the receipt.
pub(super) fn after(application: Uuid) -> AnyView {
    view! {
        <Actions>
            <ButtonLink href=Path::Application(application).href() kind="primary lg">
                {t("applications.follow")}
            </ButtonLink>
            <ButtonLink href=Path::Paper(application, PaperKind::Payment).href() kind="secondary">
                {t("payments.receipt")}
            </ButtonLink>
        </Actions>
    }
    .into_any()
}

fn cancelled() -> AnyView {
    view! { <Alert tone=Tone::Info title=t("payments.cancelled_title")><p>{t("payments.cancelled_text")}</p></Alert> }
        .into_any()
}
