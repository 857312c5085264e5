//! What is wrong with a draft, as a list of links to the pages where it is mended.

use kit::api::{SUMMARY_ID, field_id};
use kit::prelude::*;
use openapi::FieldError;

use super::Desk;
use crate::path::Path;

/// The summary with links to the pages where things are mended; the way back leads to the check page. A page with more
/// than one finding is one line.
pub(super) fn summary(desk: Desk, errors: Vec<FieldError>) -> AnyView {
    let i18n = use_i18n();
    let mut pages: Vec<(Option<Path>, Vec<FieldError>)> = Vec::new();
    for error in errors {
        let place = place(desk, &error.pointer);
        match pages.iter_mut().find(|(known, _)| *known == place && place.is_some()) {
            Some((_, own)) => own.push(error),
            None => pages.push((place, vec![error])),
        }
    }
    let lines = pages.into_iter().map(|(place, errors)| match (place, errors.as_slice()) {
        (Some(path), [error]) => {
            let href = format!("{}#{}", path.then_check(), field_id(&error.pointer));
            let text = sentence(desk, &i18n, error);
            view! { <li><a href=href>{text}</a></li> }.into_any()
        }
        (Some(path), several) => {
            let count = several.len().to_string();
            let text = i18n.t_with(
                "drafts.page_findings",
                &[("page", &page_title(desk, &i18n, &path)), ("count", &count)],
            );
            view! { <li><a href=path.then_check()>{text}</a></li> }.into_any()
        }
        (None, errors) => {
            let lines = errors.iter().map(|error| sentence(desk, &i18n, error)).collect::<Vec<_>>().join(" ");
            view! { <li>{lines}</li> }.into_any()
        }
    });
    alert(lines.collect())
}

/// What is wrong, with the name of the field.
fn sentence(desk: Desk, i18n: &I18n, error: &FieldError) -> String {
    let sentence = i18n.finding(error);
    match label(desk, i18n, &error.pointer) {
        Some(label) => format!("{label}: {sentence}"),
        None => sentence,
    }
}

fn page_title(desk: Desk, i18n: &I18n, path: &Path) -> String {
    match path {
        Path::Step(_, id) => desk.service().step(id).map(|step| i18n.text(&step.title)).unwrap_or_default(),
        _ => i18n.t("drafts.documents_group"),
    }
}

fn alert(lines: Vec<AnyView>) -> AnyView {
    let i18n = use_i18n();
    let count = lines.len().to_string();
    let title = move || i18n.t_with("components.errors_title", &[("count", &count)]);
    view! {
        <div
            class="alert alert--summary"
            id=SUMMARY_ID
            data-tone="danger"
            role="alert"
            tabindex="-1"
            aria-labelledby="findings-title"
        >
            <Icon name="alert"/>
            <div>
                <h2 id="findings-title">{drawn(title)}</h2>
                <ul class="list">{lines}</ul>
            </div>
        </div>
    }
    .into_any()
}

/// The page where what a pointer speaks of is answered.
fn place(desk: Desk, pointer: &str) -> Option<Path> {
    let mut parts = pointer.split('/').skip(1);
    match (parts.next()?, parts.next()?) {
        ("answers", field) => {
            let service = desk.service();
            let step = service.steps.iter().find(|step| step.fields.iter().any(|own| own.id == field))?;
            Some(Path::Step(desk.id, step.id.clone()))
        }
        ("documents", _) => Some(Path::DraftDocuments(desk.id)),
        _ => None,
    }
}

/// The name of what a pointer speaks of.
fn label(desk: Desk, i18n: &I18n, pointer: &str) -> Option<String> {
    let mut parts = pointer.split('/').skip(1);
    let service = desk.service();
    match (parts.next()?, parts.next()?) {
        ("answers", field) => service.field(field).map(|field| i18n.text(&field.label)),
        ("documents", item) => service.document(item).map(|item| i18n.text(&item.title)),
        _ => None,
    }
}
