//! What the registers said (P-07), and the answers beside their values. Advice for the officer, never a decision.

use std::collections::BTreeSet;

use catalogue::answers::answer_pointer;
use kit::i18n::I18n;
use kit::prelude::*;
use openapi::desk::{CheckResult, Outcome};

use super::field_row::{FieldRow, Register};
use super::screen::Screen;
use crate::case::{Loaded, subject};

/// The list of checks with their outcomes.
#[component]
pub fn Checks(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let checks = screen.open.part(|loaded| loaded.case.checks.clone());
    let is_pending = screen.open.part(|loaded| loaded.case.check_pending);
    let total = screen.open.part(|loaded| loaded.service.checks.len());
    let heading = move || {
        let passed =
            checks.with(|checks| checks.iter().filter(|check| check.outcome == Outcome::Passed).count());
        let values = [("passed", passed.to_string()), ("total", total.get().to_string())];
        i18n.t_with("desk.checks_of", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let lines = move || {
        screen
            .open
            .now
            .with(|loaded| loaded.case.checks.iter().map(|check| line(i18n, loaded, check)).collect_view())
    };
    let pending = move || {
        is_pending.get().then(|| {
            view! {
                <li data-tone="neutral">
                    <Icon name="hour"/>
                    <span>{t("desk.check_pending")}<small>{t("desk.check_pending_text")}</small></span>
                </li>
            }
        })
    };
    let none = move || {
        (checks.with(Vec::is_empty) && !is_pending.get()).then(|| {
            view! { <p class="muted">{t("desk.no_checks")}</p> }
        })
    };
    view! {
        <section class="card">
            <h2>{heading}</h2>
            <ul class="checks">{lines}{pending}</ul>
            {none}
        </section>
    }
}

const fn look(outcome: Outcome) -> (Tone, &'static str, &'static str) {
    match outcome {
        Outcome::Passed => (Tone::Success, "ok", "history.outcome_passed"),
        Outcome::Differs => (Tone::Warning, "warn", "history.outcome_differs"),
        Outcome::NotFound => (Tone::Warning, "alert", "history.outcome_not_found"),
        Outcome::Skipped => (Tone::Neutral, "circle", "history.outcome_skipped"),
    }
}

fn line(i18n: I18n, loaded: &Loaded, check: &CheckResult) -> AnyView {
    let (tone, icon, word) = look(check.outcome);
    let names: Vec<String> = check
        .differences
        .iter()
        .filter_map(|difference| loaded.service.field(&difference.field))
        .map(|field| i18n.text(&field.label))
        .collect();
    let word = i18n.t(word);
    let word = if names.is_empty() { word } else { format!("{word}: {}", names.join(", ")) };
    view! {
        <li data-tone=tone.as_str()>
            <Icon name=icon/>
            <span>{i18n.text(&check.title)}<small>{word}", "{i18n.date_time(check.at)}</small></span>
        </li>
    }
    .into_any()
}

/// The answers that were compared, with what the register has.
#[component]
pub fn Comparison(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Memo::new(move |_| {
        let language = i18n.language();
        screen.open.now.with(|loaded| {
            let fields = compared(loaded);
            let row = |id: String| {
                let subject = subject(loaded, &answer_pointer(&[&id]), &language)?;
                Some((subject, register(loaded, &id)))
            };
            fields.into_iter().filter_map(row).collect::<Vec<_>>()
        })
    });
    let lines = move || {
        let lines = rows.get().into_iter().map(|(subject, register)| {
            view! { <FieldRow screen=screen subject=subject register=Some(register)/> }
        });
        lines.collect_view()
    };
    drawn(move || {
        (!rows.with(Vec::is_empty)).then(|| {
            view! {
                <section class="card">
                    <h2>{t("desk.comparison")}</h2>
                    <table class="table table--stack compare">
                        <caption class="vh">{t("desk.comparison_caption")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{t("desk.field")}</th>
                                <th scope="col">{t("desk.answer")}</th>
                                <th scope="col">{t("desk.register")}</th>
                                <th scope="col">{t("desk.remark")}</th>
                            </tr>
                        </thead>
                        <tbody>{lines}</tbody>
                    </table>
                </section>
            }
        })
    })
}

/// Fields the service has compared, in the order of the form.
fn compared(loaded: &Loaded) -> Vec<String> {
    let service = &loaded.service;
    let used: BTreeSet<&String> = service.checks.iter().flat_map(|check| check.fields.values()).collect();
    let fields = service.steps.iter().flat_map(|step| &step.fields);
    fields.map(|field| &field.id).filter(|id| used.contains(id)).cloned().collect()
}

/// What the register says about a field. A value that differs outweighs a check that found nothing to say against it.
fn register(loaded: &Loaded, id: &str) -> Register {
    let asks = |check: &&CheckResult| {
        loaded
            .service
            .checks
            .iter()
            .any(|one| one.id == check.id && one.fields.values().any(|field| field == id))
    };
    let checks: Vec<&CheckResult> = loaded.case.checks.iter().filter(asks).collect();
    let mut differences = loaded.case.checks.iter().flat_map(|check| &check.differences);
    if let Some(difference) = differences.find(|difference| difference.field == id) {
        return Register::Differs(difference.register_value.clone());
    }
    let has = |outcome| checks.iter().any(|check| check.outcome == outcome);
    if has(Outcome::Passed) || has(Outcome::Differs) {
        Register::Same
    } else if has(Outcome::NotFound) {
        Register::NotFound
    } else {
        Register::NotAsked
    }
}
