//! The documents that were asked for: what came, what did not, and a remark button on each.

use catalogue::answers::document_pointer;
use catalogue::form;
use kit::prelude::*;
use openapi::documents::Document;

use super::answers::AnswerHeads;
use super::field_row::FieldRow;
use super::screen::Screen;
use crate::case::{Loaded, Subject, subject};

type Item = (Subject, Vec<Document>);

/// What was required or has come; what nobody sent and nobody had to is left out.
fn items(loaded: &Loaded, language: &str) -> Vec<Item> {
    let case = &loaded.case;
    let item = |item: &catalogue::definition::DocumentItem| {
        let files: Vec<Document> =
            case.documents.iter().filter(|file| file.item == item.id).cloned().collect();
        let subject = subject(loaded, &document_pointer(&item.id), language)?;
        (item.required || !files.is_empty()).then_some((subject, files))
    };
    form::documents(&loaded.service, &case.answers).into_iter().filter_map(item).collect()
}

#[component]
pub fn Documents(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let all = Memo::new(move |_| {
        let language = i18n.language();
        screen.open.now.with(|loaded| items(loaded, &language))
    });
    let rows = move || {
        let rows = all.get().into_iter().map(|(subject, files)| {
            let files = (!files.is_empty()).then(|| buttons(screen, files));
            match files {
                Some(files) => {
                    view! { <FieldRow screen=screen subject=subject register=None files=files/> }.into_any()
                }
                None => view! { <FieldRow screen=screen subject=subject register=None/> }.into_any(),
            }
        });
        rows.collect_view()
    };
    view! {
        <section class="card">
            <h2>{t("desk.documents")}</h2>
            <table class="table table--stack compare">
                <caption class="vh">{t("desk.documents")}</caption>
                <AnswerHeads/>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// A button per file that brings it into the viewer.
fn buttons(screen: Screen, files: Vec<Document>) -> AnyView {
    let i18n = use_i18n();
    let buttons = files.into_iter().map(|file| {
        let size = i18n.file_size(u64::try_from(file.size).unwrap_or_default());
        let id = file.id;
        view! {
            <span class="row gap-2">
                <button class="btn btn--text btn--sm" type="button" on:click=move |_| screen.shown.set(Some(id))>
                    {file.name}<span class="vh">" "{t("desk.show_in_viewer")}</span>
                </button>
                <span class="muted small nowrap">{size}</span>
            </span>
        }
    });
    buttons.collect_view().into_any()
}
