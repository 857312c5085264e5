//! One case of a list.

use kit::prelude::*;
use openapi::desk::CaseSummary;
use uuid::Uuid;

use super::sla::sla;
use crate::case::unanswered_tag;
use crate::path::Path;

/// Id of the link of a row, where J and K move the focus.
pub fn link_id(case: Uuid) -> String {
    format!("case-{case}")
}

/// A row; `active` is the row the keys stand on.
#[component]
pub fn Row(id: Uuid, row: Memo<CaseSummary>, active: RwSignal<Option<Uuid>>) -> impl IntoView {
    let (i18n, session) = (use_i18n(), use_session());
    let status = move || {
        let (state, label) = row.with(|row| (row.state, row.label.clone()));
        let (mended, unanswered) = row.with(|row| (row.resubmitted, row.unanswered));
        view! {
            <span>
                <StatusTag state=state label=i18n.prop(&label)/>
                {mended.then(|| view! { <small>{t("desk.resubmitted")}</small> })}
                {unanswered.then(|| view! { <small>{unanswered_tag()}</small> })}
            </span>
        }
    };
    let term = move || row.with(|row| sla(i18n, &row.clock, row.submitted_at));
    let holder = move || match row.with(|row| row.officer.clone()) {
        None => i18n.t("desk.nobody"),
        Some(holder) if session.officer().is_some_and(|me| me.id == holder.id) => i18n.t("desk.you"),
        Some(holder) => holder.name,
    };
    view! {
        <tr class:is-active=move || active.get() == Some(id) on:focusin=move |_| active.set(Some(id))>
            <th scope="row">
                <a id=link_id(id) href=Path::Case(id).href()>
                    <bdi class="num">{move || row.with(|row| row.number.clone())}</bdi>
                </a>
                <small>{move || row.with(|row| i18n.text(&row.title))}</small>
                <small><time>{move || row.with(|row| moment(i18n, row))}</time></small>
            </th>
            <td data-label=t("desk.applicant")><bdi>{move || row.with(|row| row.applicant.clone())}</bdi></td>
            <td data-label=t("desk.status")>{status}</td>
            <td data-label=t("desk.term")>{term}</td>
            <td data-label=t("desk.checks")><Checks row=row/></td>
            <td data-label=t("desk.officer")>{holder}</td>
        </tr>
    }
}

fn moment(i18n: kit::i18n::I18n, row: &CaseSummary) -> String {
    format!("{}, {}", i18n.day(row.submitted_at), i18n.time(row.submitted_at))
}

#[component]
fn Checks(row: Memo<CaseSummary>) -> impl IntoView {
    let i18n = use_i18n();
    let checks = Memo::new(move |_| row.with(|row| (row.checks_passed, row.checks_total, row.check_pending)));
    drawn(move || {
        let (passed, total, is_pending) = checks.get();
        let words =
            i18n.t_with("desk.passed_of", &[("passed", &passed.to_string()), ("total", &total.to_string())]);
        let (tone, icon) = if passed < total { (Tone::Warning, "warn") } else { (Tone::Success, "ok") };
        view! {
            <span>
                {(total > 0 && (passed > 0 || !is_pending)).then(|| view! {
                    <span class="state" data-tone=tone.as_str()><Icon name=icon/>{words}</span>
                })}
                {is_pending.then(|| view! {
                    <span class="state" data-tone="neutral"><Icon name="hour"/>{t("desk.check_pending")}</span>
                })}
                {(total == 0 && !is_pending).then(|| view! { <span class="muted">{t("desk.no_checks")}</span> })}
            </span>
        }
    })
}
