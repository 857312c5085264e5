//! The receipt of a payment (PY-04, PY-07): how much, when and by what, for what, by whom and to whom.

use catalogue::dictionary::Requisites;
use catalogue::tariff::format_money;
use openapi::payments::Method;
use paper::{Layout, Look, Paper, Row};

use super::print::{Sheet, row, section};
use crate::error::Result;
use crate::payments::charges::ChargeRow;
use crate::payments::store::PaymentRow;

/// Digits of a УИН that are read together.
const GROUP: usize = 4;

/// # Errors
/// When the requisites are not what they were stored as.
pub(super) fn write(sheet: &Sheet<'_>, charge: &ChargeRow, payment: &PaymentRow) -> Result<Paper> {
    let service = sheet.service.title.get(sheet.language());
    let subtitle = sheet.say("payment_subtitle", &[("number", sheet.case.number())]);
    let mut paper = sheet.paper(Look::Receipt, sheet.say("payment_title", &[]), subtitle);
    paper.lead = Some(sheet.say("payment_lead", &[("service", service)]));
    paper.highlight.push(row(sheet.say("amount", &[]), format_money(payment.amount, sheet.language())));
    paper.highlight.push(row(sheet.say("uin", &[]), in_groups(&charge.uin)));
    paper.sections.push(section(sheet.say("payment", &[]), Layout::Table, paid(sheet, charge, payment)));
    let requisites: Requisites = serde_json::from_value(charge.requisites.clone())?;
    let payee = payee(sheet, &requisites, &charge.kbk);
    paper.sections.push(section(sheet.say("payee", &[]), Layout::Fields, payee));
    paper.notes.push(sheet.say("payment_note", &[]));
    Ok(paper)
}

/// The time is the one at which the bank took the money; where it has not said it, ours of entering it.
fn paid(sheet: &Sheet<'_>, charge: &ChargeRow, payment: &PaymentRow) -> Vec<Row> {
    let at = payment.captured_at.or(charge.paid_at).unwrap_or(payment.updated_at);
    let method = if payment.method == Method::Sbp.as_str() { "method_sbp" } else { "method_card" };
    let mut rows = vec![
        row(sheet.say("paid_at", &[]), sheet.moment(at)),
        row(sheet.say("method", &[]), sheet.say(method, &[])),
    ];
    rows.extend(payment.paid_with.as_deref().map(|with| row(sheet.say("paid_with", &[]), with)));
    rows.extend(payment.provider_id.as_deref().map(|id| row(sheet.say("bank_payment", &[]), id)));
    rows.push(row(sheet.say("payer", &[]), sheet.applicant()));
    rows.push(row(sheet.say("purpose", &[]), charge.purpose.as_str()));
    rows
}

fn payee(sheet: &Sheet<'_>, to: &Requisites, kbk: &str) -> Vec<Row> {
    let rows = [
        ("payee_name", to.name.as_str()),
        ("inn", &to.inn),
        ("kpp", &to.kpp),
        ("bank", &to.bank_name),
        ("bic", &to.bic),
        ("account", &to.account),
        ("corr_account", &to.corr_account),
        ("kbk", kbk),
        ("oktmo", &to.oktmo),
    ];
    rows.map(|(key, value)| row(sheet.say(key, &[]), value)).into()
}

fn in_groups(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("\u{a0}")
}
