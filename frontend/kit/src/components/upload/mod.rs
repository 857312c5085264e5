//! Attaching files to an application (DC-01…06): camera or file, progress per file, cancel, try again, replace, delete. What is
//! wrong with a file and how to mend it stands at the file.

mod line;
mod row;
mod sending;
mod shrink;

use std::collections::BTreeMap;

use catalogue::definition::DocumentItem;
use leptos::prelude::*;
use openapi::FieldError;
use openapi::documents::{Document, MAX_BYTES};
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, FileList, HtmlInputElement};

use super::field::error_line;
use crate::announcer::{Announcer, use_announcer};
use crate::api::{Api, Errors, field_id, use_api};
use crate::drawn::{drawn, said};
use crate::i18n::{I18n, t, use_i18n};
use crate::icon::Icon;
use crate::session::{SessionCtx, use_session};
use row::{DocumentRow, SendingRow};
use sending::{Sending, Waiting};

/// What the browser's file window offers; the server looks at the content.
const ACCEPT: &str = "image/jpeg,image/png,application/pdf";

/// One item of the service's documents with its files. `documents` are all documents of the application; the
/// component adds and removes those of its item as the server answers, and tells `on_version` which version of the
/// application that has made.
#[component]
pub fn Upload(
    application: Uuid,
    item: DocumentItem,
    documents: RwSignal<Vec<Document>>,
    #[prop(optional)] errors: Option<Errors>,
    #[prop(optional)] on_version: Option<Callback<i32>>,
    /// Files may be looked at only.
    #[prop(optional)]
    locked: bool,
    /// What is to be read before a file is chosen.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let most = usize::try_from(item.max_files).unwrap_or(usize::MAX);
    let desk = Desk {
        application,
        item: StoredValue::new(item.id.clone()),
        most,
        documents,
        on_version,
        shrunk: RwSignal::new(BTreeMap::new()),
        sending: RwSignal::new(Vec::new()),
        files: StoredValue::new_local(BTreeMap::new()),
        i18n,
        announcer: use_announcer(),
        api: use_api(),
        session: use_session(),
    };
    let id = field_id(&format!("documents/{}", item.id));
    let (hint_id, error_id) = (format!("{id}-h"), format!("{id}-e"));
    let pointer = format!("/documents/{}", item.id);
    let title = i18n.prop(&item.title);
    if let Some(errors) = errors {
        errors.name(pointer.clone(), title.clone());
    }
    let error = move || errors.and_then(|errors| errors.at(&pointer));
    let own = Memo::new(move |_| desk.own());
    let has_room = Memo::new(move |_| !locked && desk.room() > 0);
    let hint = item.hint.clone().map(|hint| i18n.prop(&hint));
    let rules = move || i18n.t_with("components.upload_rules", &[("most", &i18n.file_size(MAX_BYTES))]);
    let drop_zone = {
        let hint_id = hint_id.clone();
        let id = id.clone();
        move || {
            has_room.get().then(
                || view! { <DropZone desk=desk id=id.clone() hint_id=hint_id.clone() many={most > 1}/> },
            )
        }
    };
    view! {
        <section class="stack gap-3">
            <h2>
                {move || title.get()}
                {(!item.required).then(|| view! { " "<span class="optional">{t("components.optional")}</span> })}
            </h2>
            {children.map(|children| children())}
            <p class="hint" id=hint_id>
                {hint.map(|hint| view! { {move || hint.get()}". " })}
                {said(rules)}
            </p>
            {drawn(move || error().map(|text| error_line(error_id.clone(), text)))}
            <ul class="files">
                <For each=move || own.get() key=|document| document.id let:document>
                    <DocumentRow desk=desk document=document locked=locked/>
                </For>
                <For each=move || desk.sending.get() key=|sending| sending.number let:sending>
                    <SendingRow desk=desk sending=sending/>
                </For>
            </ul>
            {drawn(drop_zone)}
        </section>
    }
}

/// Two buttons, camera and file, and a place to drop files on.
#[component]
fn DropZone(desk: Desk, id: String, hint_id: String, many: bool) -> impl IntoView {
    let over = RwSignal::new(false);
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|transfer| transfer.files()) {
            desk.take(&files, many, None);
        }
    };
    let camera_hint = hint_id.clone();
    view! {
        <div
            class="drop"
            class:is-over=over
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <div class="row center">
                <label class="btn btn--soft">
                    <input
                        class="vh"
                        type="file"
                        accept="image/*"
                        capture="environment"
                        aria-describedby=camera_hint
                        on:change=move |event| desk.picked(&event, false, None)
                    />
                    <Icon name="cam"/>
                    {t("components.upload_camera")}
                </label>
                <label class="btn btn--secondary">
                    <input
                        class="vh"
                        id=id
                        type="file"
                        accept=ACCEPT
                        multiple=many
                        aria-describedby=hint_id
                        on:change=move |event| desk.picked(&event, many, None)
                    />
                    <Icon name="up"/>
                    {t("components.upload_file")}
                </label>
            </div>
            <p class="hint">{t("components.upload_drop")}</p>
        </div>
    }
}

/// What all parts of one upload share. Copy.
#[derive(Debug, Clone, Copy)]
struct Desk {
    application: Uuid,
    item: StoredValue<String>,
    /// Files the item may have.
    most: usize,
    documents: RwSignal<Vec<Document>>,
    on_version: Option<Callback<i32>>,
    /// Bytes of the files that were made smaller here, as they had been before.
    shrunk: RwSignal<BTreeMap<Uuid, u64>>,
    sending: RwSignal<Vec<Sending>>,
    /// The files on their way, by number.
    files: StoredValue<BTreeMap<Uuid, Waiting>, LocalStorage>,
    i18n: I18n,
    announcer: Announcer,
    api: Api,
    session: SessionCtx,
}

impl Desk {
    fn own(&self) -> Vec<Document> {
        let item = self.item.get_value();
        self.documents.with(|all| all.iter().filter(|document| document.item == item).cloned().collect())
    }

    /// How many more files may come; tracks. Those that were refused take no place.
    fn room(&self) -> usize {
        let is_coming =
            |sending: &&Sending| sending.replaces.is_none() && sending.fate.with(|fate| !fate.is_failed());
        let coming = self.sending.with(|all| all.iter().filter(is_coming).count());
        self.most.saturating_sub(self.own().len() + coming)
    }

    fn picked(&self, event: &web_sys::Event, many: bool, replaces: Option<Uuid>) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(files) = input.files() {
            self.take(&files, many, replaces);
        }
        // The same file may be chosen again after it has been mended.
        input.set_value("");
    }

    fn take(&self, files: &FileList, many: bool, replaces: Option<Uuid>) {
        let count = if many { files.length() } else { files.length().min(1) };
        let mut room = if replaces.is_some() { 1 } else { untrack(|| self.room()) };
        for file in (0..count).filter_map(|place| files.get(place)) {
            let sending = Sending::new(&file, replaces);
            self.files.update_value(|files| {
                files.insert(sending.number, Waiting::new(file));
            });
            if room == 0 {
                sending.fail(*self, self.too_many(), String::new(), false);
            } else {
                room -= 1;
                sending.start(*self);
            }
            self.sending.update(|all| all.push(sending));
        }
    }

    /// Another file in place of one that was refused.
    fn instead(&self, event: &web_sys::Event, refused: &Sending) {
        self.forget(refused.number);
        self.picked(event, false, refused.replaces);
    }

    fn too_many(&self) -> String {
        let params = BTreeMap::from([("count".to_owned(), self.most.to_string())]);
        let code = catalogue::answers::code::TOO_MANY_FILES.to_owned();
        self.i18n.finding(&FieldError { pointer: String::new(), code, params })
    }

    fn changed(&self, version: i32) {
        if let Some(on_version) = self.on_version {
            on_version.try_run(version);
        }
    }

    fn forget(&self, number: Uuid) {
        self.files.try_update_value(|files| files.remove(&number));
        self.sending.try_update(|all| all.retain(|sending| sending.number != number));
    }
}
