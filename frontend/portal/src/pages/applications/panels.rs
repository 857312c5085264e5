//! The parts of an application as tabs: its course, its documents, its answers.

use catalogue::form::{display, is_field_asked};
use kit::dom;
use kit::prelude::*;
use openapi::documents::Document;
use serde_json::Value;

use super::case::Case;
use super::timeline;

const TABS: &str = "parts";

/// The tabs with the panel that is chosen.
pub fn panels(case: Signal<Case>) -> AnyView {
    let chosen = RwSignal::new(0_usize);
    let names = vec![
        TextProp::from(t("applications.tab_course")),
        TextProp::from(t("applications.tab_documents")),
        TextProp::from(t("applications.tab_answers")),
    ];
    let panel = move || match chosen.get() {
        0 => course(case),
        1 => documents(case),
        _ => answers(case),
    };
    view! {
        <div>
            <Tabs id=TABS label=t("applications.parts") names=names chosen=chosen/>
            <div role="tabpanel" id=panel_id(TABS) tabindex="0">{drawn(panel)}</div>
        </div>
    }
    .into_any()
}

fn course(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    view! {
        <section class="card" aria-labelledby="course">
            <h2 id="course">{t("applications.tab_course")}</h2>
            {drawn(move || {
                let items = case.with(|case| timeline::items(i18n, case));
                view! { <Timeline items=items/> }
            })}
        </section>
    }
    .into_any()
}

fn documents(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let files = move || {
        let case = case.get();
        if case.application.documents.is_empty() {
            return view! { <p class="muted">{t("applications.no_documents")}</p> }.into_any();
        }
        let rows = case.application.documents.iter().map(|document| {
            let item = case.service.document(&document.item).map(|item| i18n.prop(&item.title));
            file(document.clone(), item)
        });
        view! { <ul class="files">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card" aria-labelledby="files">
            <h2 id="files">{t("applications.tab_documents")}</h2>
            {drawn(files)}
        </section>
    }
    .into_any()
}

/// A line with an attached file, to be looked at.
pub fn file(document: Document, item: Option<TextProp>) -> AnyView {
    let (i18n, action) = (use_i18n(), use_action());
    let size = u64::try_from(document.size).unwrap_or_default();
    let (id, name, media_type) = (document.id, document.name.clone(), document.media_type.clone());
    let about = name.clone();
    let download = Callback::new(move |()| {
        let (name, media_type) = (name.clone(), media_type.clone());
        action.run(
            move |client, _| async move { client.download_document(id).await },
            move |bytes: Vec<u8>| {
                dom::save_file(&bytes, &name, &media_type);
            },
        );
    });
    view! {
        <li class="file" data-tone="success">
            <span class="badge" data-tone="success" aria-hidden="true"><Icon name="file"/></span>
            <span class="file__name">{document.name}</span>
            <span class="file__meta">
                {item.map(|item| view! { <span>{said(item)}</span> })}
                <span>{drawn(move || i18n.file_size(size))}</span>
            </span>
            <span class="file__acts">
                <Button kind="text sm" busy=action.pending on_press=download about=about>
                    {t("common.download")}
                </Button>
            </span>
            {drawn(move || action.errors.refusal().map(|error| view! {
                <p class="file__note" role="alert">{kit::api::failure_title(&i18n, &error)}</p>
            }))}
        </li>
    }
    .into_any()
}

fn answers(case: Signal<Case>) -> AnyView {
    let i18n = use_i18n();
    let steps = move || {
        let case = case.get();
        let language = i18n.language();
        let answers = &case.application.answers;
        let sections = catalogue::form::steps(&case.service, answers).into_iter().map(|step| {
            let asked = step.fields.iter().filter(|field| is_field_asked(&case.service, &field.id, answers));
            let rows = asked.map(|field| {
                let answer = answers.get(&field.id).unwrap_or(&Value::Null);
                let text = display(field, answer, &case.references.dictionaries, &language);
                let text = if text.is_empty() { i18n.t("form.no_answer") } else { text };
                SummaryRow::new(i18n.prop(&field.label), text)
            });
            let (title, rows) = (i18n.prop(&step.title), rows.collect::<Vec<_>>());
            view! {
                <section class="mt-5">
                    <h3>{said(title)}</h3>
                    <SummaryList rows=rows/>
                </section>
            }
        });
        sections.collect_view()
    };
    view! {
        <section class="card" aria-labelledby="answers">
            <h2 id="answers">{t("applications.tab_answers")}</h2>
            {drawn(steps)}
        </section>
    }
    .into_any()
}
