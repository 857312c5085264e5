//! Where to pay in a bank: the requisites with a button to copy each, and the code that banks read (PY-05).

use kit::prelude::*;
use openapi::payments::Charge;

use crate::copy::CopyButton;

/// The requisites and the ST00012 code of a charge.
#[component]
pub fn Requisites(charge: Charge) -> impl IntoView {
    let to = charge.requisites;
    let lines = [
        ("payments.recipient", to.name),
        ("payments.inn", to.inn),
        ("payments.kpp", to.kpp),
        ("payments.account", to.account),
        ("payments.bank", to.bank_name),
        ("payments.bic", to.bic),
        ("payments.corr_account", to.corr_account),
        ("payments.kbk", charge.kbk),
        ("payments.oktmo", to.oktmo),
        ("payments.uin", charge.uin),
        ("payments.purpose", charge.purpose),
    ];
    let rows = lines.map(|(key, value)| line(key, value)).collect_view();
    view! {
        {to.sample.then(|| view! {
            <Alert tone=Tone::Warning title=t("payments.sample_title")><p>{t("payments.sample_text")}</p></Alert>
        })}
        <div class="beside-qr">
            <Qr svg=charge.qr_svg label=t("payments.qr_label")/>
            <div class="stack gap-3">
                <h3>{t("payments.qr_title")}</h3>
                <p class="muted small">{t("payments.qr_text")}</p>
            </div>
        </div>
        <dl class="summary">{rows}</dl>
    }
}

fn line(key: &'static str, value: String) -> AnyView {
    let label = t(key);
    let copied = value.clone();
    view! {
        <div>
            <dt>{label}</dt>
            <dd><bdi>{value}</bdi></dd>
            <dd><CopyButton value=copied label=t("payments.copy") about=Signal::derive(move || Some(label()))/></dd>
        </div>
    }
    .into_any()
}
