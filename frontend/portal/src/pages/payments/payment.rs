//! One attempt to pay; the bank sends people back here. Waits for the bank's word, then says what has come of it.

use std::time::Duration;

use kit::prelude::*;
use kit::timer::every;
use openapi::events::Subject;
use openapi::payments::{ChargeState, Payment, PaymentState};
use uuid::Uuid;

use super::charge::{after, is_alive, leave, method_name, otherwise};
use super::reason::failure_text;
use crate::loaded::loaded;
use crate::path::Path;

/// Between two questions while the bank has not decided; live updates are faster where they get through.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// The page of a payment.
pub fn payment(id: Uuid) -> AnyView {
    let payment = use_resource(move || id, |client, id| async move { client.get_payment(id).await });
    let payment = payment.follow(|change| change.subject == Subject::Payment);
    every(ASK_EVERY, move || {
        if payment.value_untracked().is_some_and(|payment| is_alive(&payment)) {
            payment.reload();
        }
    });
    let view = loaded(payment, content);
    view! { <div class="wrap"><div class="narrow">{view}</div></div> }.into_any()
}

fn content(payment: Signal<Payment>) -> AnyView {
    let i18n = use_i18n();
    let crumbs = vec![(Path::Payments.href(), TextProp::from(t("payments.title")))];
    let state = Memo::new(move |_| payment.with(|payment| payment.state));
    let title = TextProp::from(move || {
        i18n.t(match state.get() {
            PaymentState::Starting | PaymentState::Pending => "payments.waiting_title",
            PaymentState::Parked => "payments.parked_title",
            PaymentState::Succeeded => "payments.paid_title",
            PaymentState::Canceled => "payments.canceled_title",
            PaymentState::Failed => "payments.failed_title",
        })
    });
    let here = title.clone();
    announce(title.clone());
    view! {
        <Crumbs label=t("pages.you_are_here") links=crumbs here=here/>
        <div class="sheet">
            <PageHead title=title/>
            {drawn(move || outcome(&payment.get()))}
            {facts(payment)}
        </div>
    }
    .into_any()
}

/// What the bank has decided is read out when it comes while the page is open.
fn announce(title: TextProp) {
    let announcer = use_announcer();
    Effect::new(move |before: Option<String>| {
        let now = title.get().to_string();
        if before.is_some_and(|before| before != now) {
            announcer.say(now.clone());
        }
        now
    });
}

fn outcome(payment: &Payment) -> AnyView {
    match payment.state {
        PaymentState::Starting | PaymentState::Pending => waiting(payment),
        PaymentState::Parked => {
            view! { <Alert tone=Tone::Warning title=t("payments.parked_title")><p>{t("payments.parked_text")}</p></Alert> }
                .into_any()
        }
        PaymentState::Succeeded if payment.charge_state == ChargeState::Cancelled => in_vain(payment),
        PaymentState::Succeeded => view! {
            <Alert tone=Tone::Success title=t("payments.accepted")><p>{t("payments.paid_text")}</p></Alert>
            {after(payment.application_id)}
        }
        .into_any(),
        PaymentState::Canceled | PaymentState::Failed => failed(payment),
    }
}

/// The money came when nobody expected it any more; there is nothing to have a receipt for.
fn in_vain(payment: &Payment) -> AnyView {
    let application = Path::Application(payment.application_id).href();
    view! {
        <Alert tone=Tone::Warning title=t("payments.in_vain_title")><p>{t("payments.in_vain_text")}</p></Alert>
        <Actions>
            <ButtonLink href=application kind="secondary">{t("payments.to_application")}</ButtonLink>
        </Actions>
    }
    .into_any()
}

fn waiting(payment: &Payment) -> AnyView {
    let page = payment.confirmation_url.clone();
    let charge = Path::Charge(payment.charge_id).href();
    let application = Path::Application(payment.application_id).href();
    view! {
        <p class="saved" role="status"><span class="spinner"></span>{t("payments.waiting")}</p>
        <p class="muted">{t("payments.waiting_text")}</p>
        <p class="muted">{said(otherwise(use_i18n(), payment))}</p>
        <Actions>
            {page.map(|page| {
                let go = Callback::new(move |()| leave(&page));
                view! { <Button kind="primary lg" on_press=go>{t("payments.open_bank")}</Button> }
            })}
            <ButtonLink href=charge kind="text">{t("payments.requisites_too")}</ButtonLink>
            <ButtonLink href=application kind="text">
                {t("payments.to_application")}
            </ButtonLink>
        </Actions>
    }
    .into_any()
}

fn failed(payment: &Payment) -> AnyView {
    let text = failure_text(use_i18n(), payment);
    let charge = Path::Charge(payment.charge_id).href();
    let application = Path::Application(payment.application_id).href();
    view! {
        <Alert tone=Tone::Danger title=t("payments.failed_why")>
            <p>{said(text)}</p>
            <p>{t("payments.not_charged")}</p>
        </Alert>
        <Actions>
            <ButtonLink href=charge kind="primary lg">{t("payments.again")}</ButtonLink>
            <ButtonLink href=application kind="text">
                {t("payments.to_application")}
            </ButtonLink>
        </Actions>
    }
    .into_any()
}

fn facts(payment: Signal<Payment>) -> AnyView {
    let i18n = use_i18n();
    drawn(move || {
        let payment = payment.get();
        let at = payment.created_at;
        let method = method_name(payment.method);
        let mut rows = vec![
            SummaryRow::new(t("payments.date"), TextProp::from(move || i18n.date_time(at))),
            SummaryRow::new(t("payments.method"), t(method)),
        ];
        if let Some(until) = payment.expires_at {
            rows.push(SummaryRow::new(
                t("payments.pay_until"),
                TextProp::from(move || i18n.date_time(until)),
            ));
        }
        if let Some(with) = payment.paid_with {
            rows.push(SummaryRow::new(t("payments.paid_with"), with));
        }
        rows.push(SummaryRow::new(t("payments.transaction"), payment.id.to_string()));
        view! { <Receipt title=payment.purpose amount=payment.amount rows=rows/> }
    })
}
