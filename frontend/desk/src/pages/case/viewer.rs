//! The document under the officer's eyes: pictures with zoom and turning, PDFs in the browser's own viewer. Files live
//! in the memory of the page and are freed when the case is left.

use std::collections::BTreeMap;

use kit::dom;
use kit::prelude::*;
use openapi::documents::{Advice, Document};
use uuid::Uuid;

use super::screen::Screen;
use crate::case::Loaded;

/// Steps of the zoom, percent.
const ZOOMS: [u16; 4] = [100, 150, 200, 300];

/// Addresses (`blob:`) of the files that have been fetched. Copy.
#[derive(Debug, Clone, Copy)]
struct Files(StoredValue<BTreeMap<Uuid, String>>);

impl Files {
    fn new() -> Self {
        let files = StoredValue::new(BTreeMap::new());
        on_cleanup(move || {
            files.try_with_value(|files: &BTreeMap<Uuid, String>| {
                files.values().for_each(|url| dom::free_object_url(url))
            });
        });
        Self(files)
    }

    /// Keeps a fetched file; frees it at once when the case has been left meanwhile.
    fn keep(self, id: Uuid, bytes: &[u8], media_type: &str) -> String {
        let Some(url) = dom::object_url(bytes, media_type) else { return String::new() };
        let kept = self.0.try_update_value(|files| files.insert(id, url.clone()));
        if kept.is_none() {
            dom::free_object_url(&url);
        }
        url
    }
}

/// A document with the words for its button.
#[derive(Debug, Clone, PartialEq)]
struct Sheet {
    document: Document,
    title: catalogue::text::Text,
    /// Which of how many files of the same item.
    place: Option<(usize, usize)>,
}

fn sheets(loaded: &Loaded) -> Vec<Sheet> {
    let (documents, service) = (&loaded.case.documents, &loaded.service);
    let sheet = |document: &Document| {
        let same: Vec<Uuid> =
            documents.iter().filter(|one| one.item == document.item).map(|one| one.id).collect();
        let place = same.iter().position(|id| *id == document.id).filter(|_| same.len() > 1);
        Sheet {
            document: document.clone(),
            title: service.document(&document.item).map(|item| item.title.clone()).unwrap_or_default(),
            place: place.map(|place| (place + 1, same.len())),
        }
    };
    // What belongs together stands together, in the order of the service's list.
    let of = |item: &catalogue::definition::DocumentItem| {
        let id = item.id.clone();
        documents.iter().filter(move |document| document.item == id)
    };
    let unknown = documents.iter().filter(|document| service.document(&document.item).is_none());
    service.documents.iter().flat_map(of).chain(unknown).map(sheet).collect()
}

/// The viewer with the buttons of all documents.
#[component]
pub fn Viewer(screen: Screen) -> impl IntoView {
    let i18n = use_i18n();
    let all = screen.open.part(sheets);
    let shown = Memo::new(move |_| {
        let chosen = screen.shown.get();
        all.with(|all| {
            all.iter().find(|one| Some(one.document.id) == chosen).or_else(|| all.first()).cloned()
        })
    });
    let name = move |sheet: &Sheet| {
        let title = i18n.text(&sheet.title);
        match sheet.place {
            Some((n, total)) => i18n.t_with(
                "desk.file_of",
                &[("title", &title), ("n", &n.to_string()), ("total", &total.to_string())],
            ),
            None => title,
        }
    };
    let thumbs = move || {
        let buttons = all.get().into_iter().map(|sheet| {
            let id = sheet.document.id;
            let pressed = move || shown.with(|shown| shown.as_ref().is_some_and(|one| one.document.id == id));
            view! {
                <button
                    type="button"
                    aria-pressed=move || if pressed() { "true" } else { "false" }
                    on:click=move |_| screen.shown.set(Some(id))
                >
                    <Icon name=icon(&sheet.document)/>
                    {move || name(&sheet)}
                </button>
            }
        });
        buttons.collect_view()
    };
    let files = Files::new();
    view! {
        <section class="viewer" aria-label=t("desk.documents")>
            {move || match shown.get() {
                Some(sheet) => {
                    let title = name(&sheet);
                    view! { <Page document=sheet.document title=title files=files/> }.into_any()
                }
                None => view! { <p class="viewer__none">{t("desk.no_documents")}</p> }.into_any(),
            }}
            <div class="thumbs">{thumbs}</div>
        </section>
    }
}

fn icon(document: &Document) -> &'static str {
    match document.item.as_str() {
        "passport" => "passport",
        "migration_card" => "id",
        "photo" => "user",
        _ => "file",
    }
}

/// One document: its bar and its stage. Another document is another page, at its own zoom.
#[component]
fn Page(document: Document, title: String, files: Files) -> impl IntoView {
    let (i18n, zoom, turn) = (use_i18n(), RwSignal::new(0_usize), RwSignal::new(0_u16));
    let is_picture = document.media_type.starts_with("image/");
    let (id, media_type) = (document.id, document.media_type.clone());
    let kind = media_type.clone();
    let url = use_resource(
        move || id,
        move |client, id| {
            let kind = kind.clone();
            async move {
                if let Some(Some(url)) = files.0.try_with_value(|files| files.get(&id).cloned()) {
                    return Ok(url);
                }
                let bytes = client.download_case_document(id).await?;
                Ok(files.keep(id, &bytes, &kind))
            }
        },
    );
    let (alt, file) = (title.clone(), document.name);
    let advice = document.advice.iter().map(|advice| {
        let text = said_of(i18n, advice);
        view! { <p class="viewer__note"><Icon name="alert"/>{text}</p> }
    });
    let advice = advice.collect_view();
    let stage = url.show(move |url| {
        let class = move || {
            let percent = ZOOMS.get(zoom.get()).copied().unwrap_or(100);
            format!("viewer__page zoom-{percent} turn-{}", turn.get())
        };
        if is_picture {
            view! { <div class=class><img src=url alt=format!("{alt}, {file}")/></div> }.into_any()
        } else {
            // Without the browser's own list of pages, which would take most of the narrow stage.
            let url = format!("{url}#view=FitH&navpanes=0");
            view! { <iframe src=url title=format!("{alt}, {file}")></iframe> }.into_any()
        }
    });
    view! {
        <div class="viewer__bar">
            <b>{title.clone()}</b>
            <span class="push"></span>
            {is_picture.then(|| view! { <Tools zoom=zoom turn=turn/> })}
            <Save url=url name=title media_type=media_type/>
        </div>
        {advice}
        <div class="viewer__stage" tabindex="0" role="group" aria-label=t("desk.document")>{stage}</div>
    }
}

/// What the portal says of a picture, for whoever judges it (DC-05).
fn said_of(i18n: I18n, advice: &Advice) -> String {
    let params: Vec<(&str, &str)> =
        advice.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    i18n.t_with(&format!("desk.advice_{}", advice.code), &params)
}

#[component]
fn Tools(zoom: RwSignal<usize>, turn: RwSignal<u16>) -> impl IntoView {
    let i18n = use_i18n();
    let percent = move || ZOOMS.get(zoom.get()).copied().unwrap_or(100);
    let smaller = move |_| zoom.update(|zoom| *zoom = zoom.saturating_sub(1));
    let larger = move |_| zoom.update(|zoom| *zoom = (*zoom + 1).min(ZOOMS.len() - 1));
    view! {
        <button type="button" on:click=smaller>
            <Icon name="zout"/><span class="vh">{t("desk.zoom_out")}</span>
        </button>
        <span class="num" role="status">
            {move || i18n.t_with("desk.percent", &[("percent", &percent().to_string())])}
        </span>
        <button type="button" on:click=larger><Icon name="zin"/><span class="vh">{t("desk.zoom_in")}</span></button>
        <button type="button" on:click=move |_| turn.update(|turn| *turn = (*turn + 90) % 360)>
            <Icon name="rot"/><span class="vh">{t("desk.rotate")}</span>
        </button>
    }
}

/// The file as a download, for what the browser does not show.
#[component]
fn Save(url: Resource<String>, name: String, media_type: String) -> impl IntoView {
    let ending = match media_type.as_str() {
        "application/pdf" => "pdf",
        "image/png" => "png",
        _ => "jpg",
    };
    let file = format!("{name}.{ending}");
    drawn(move || {
        let file = file.clone();
        url.value().map(|url| {
            view! {
                <a class="viewer__save" href=url download=file>
                    <Icon name="down"/><span class="vh">{t("common.download")}</span>
                </a>
            }
        })
    })
}
