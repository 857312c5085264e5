//! Filling the form of a service the way its definition asks.

use std::path::{Path, PathBuf};

use catalogue::definition::{Field, Kind, Service, Step};
use catalogue::form;
use serde_json::{Map, Value};

use crate::browser::{Browser, Target, field, press};
use crate::words::{LANGUAGE, catalogue, t};

/// The steps these answers lead through.
pub fn steps<'s>(service: &'s Service, answers: &Map<String, Value>) -> Vec<&'s Step> {
    form::steps(service, &answers.clone().into_iter().collect())
}

/// Answers the questions of one step, found by their labels.
pub async fn fill_step(browser: &Browser, step: &Step, answers: &Map<String, Value>) {
    for question in &step.fields {
        if let Some(answer) = answers.get(&question.id) {
            fill(browser, question, answer).await;
        }
    }
}

/// Goes through all steps and judges the page of each; ends on the page of the documents.
pub async fn fill_all(browser: &Browser, service: &Service, answers: &Map<String, Value>) {
    for step in steps(service, answers) {
        browser.arrive(&format!("step-{}", step.id), step.title.get(LANGUAGE)).await;
        fill_step(browser, step, answers).await;
        browser.press(&press(t("common.save_and_continue"))).await;
    }
}

async fn fill(browser: &Browser, question: &Field, answer: &Value) {
    let label = question.label.get(LANGUAGE);
    let text = answer.as_str().unwrap_or_default();
    match &question.kind {
        Kind::Date { .. } => fill_date(browser, label, text).await,
        Kind::Address {} => fill_address(browser, label, answer).await,
        Kind::Choice { options } => {
            let option = options.iter().find(|option| option.value == text).unwrap();
            browser.press(&field(option.label.get(LANGUAGE)).within(label)).await;
        }
        Kind::Country {} => {
            let country = catalogue().dictionaries.country(text).unwrap();
            look_up(browser, &field(label), country.name.get(LANGUAGE)).await;
        }
        _ => browser.fill(&field(label), text).await,
    }
}

/// Types a name into a list that suggests, and takes the suggestion.
async fn look_up(browser: &Browser, target: &Target, name: &str) {
    browser.fill(target, name).await;
    browser.press(&press(name)).await;
}

/// `iso` is `2026-11-22`.
async fn fill_date(browser: &Browser, legend: &str, iso: &str) {
    let parts: Vec<&str> = iso.split('-').collect();
    for (label, part) in
        ["components.day", "components.month", "components.year"].iter().zip(parts.iter().rev())
    {
        browser.fill(&field(t(label)).within(legend), part).await;
    }
}

async fn fill_address(browser: &Browser, legend: &str, answer: &Value) {
    for (part, text) in answer.as_object().unwrap() {
        let target = field(t(&format!("components.address_{part}"))).within(legend);
        let text = text.as_str().unwrap();
        if part == "region" {
            let region = catalogue().dictionaries.region(text).unwrap();
            look_up(browser, &target, region.name.get(LANGUAGE)).await;
        } else {
            browser.fill(&target, text).await;
        }
    }
}

/// A file on the disk to choose from.
pub fn on_disk(name: &str, content: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("to-upload");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.canonicalize().unwrap()
}
