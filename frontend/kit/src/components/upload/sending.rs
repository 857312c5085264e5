//! One file on its way: it waits in the line, is made smaller if it has to be, and goes out; while the server is only
//! busy it goes again by itself.

use std::rc::Rc;

use futures_util::future::{AbortHandle, abortable};
use leptos::prelude::*;
use openapi::client::{Error, Progress, Result};
use openapi::documents::{MAX_BYTES, UploadQuery, Uploaded};
use uuid::Uuid;
use web_sys::{Blob, File};

use super::Desk;
use super::line;
use super::shrink::shrink;
use crate::api::{failure_text, failure_title, pause};
use crate::number::{f64_of, u32_of};
use crate::timer::sleep;

/// How a file on its way fares.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fate {
    /// Other files go first.
    Queued,
    /// It is larger than the server takes, and is being made smaller.
    Shrinking,
    Going,
    /// The server is busy; seconds until the next try.
    Pausing(u32),
    Failed {
        reason: String,
        mend: String,
        again: bool,
    },
}

impl Fate {
    pub const fn is_failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

/// A file on its way. Its number is also the idempotency key, so that trying again cannot attach it twice.
#[derive(Debug, Clone)]
pub(super) struct Sending {
    pub number: Uuid,
    pub name: String,
    /// Bytes.
    pub size: f64,
    /// Whole percents. Counted, since a file outlives the button it was chosen with.
    pub percent: ArcRwSignal<u32>,
    pub fate: ArcRwSignal<Fate>,
    pub replaces: Option<Uuid>,
}

/// A file on its way and what breaks it off.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    file: File,
    stop: Option<AbortHandle>,
}

impl Waiting {
    pub fn new(file: File) -> Self {
        Self { file, stop: None }
    }
}

impl Sending {
    pub fn new(file: &File, replaces: Option<Uuid>) -> Self {
        Self {
            number: Uuid::new_v4(),
            name: file.name(),
            size: file.size(),
            percent: ArcRwSignal::new(0),
            fate: ArcRwSignal::new(Fate::Queued),
            replaces,
        }
    }

    /// Puts the file into the line; the answer goes to the documents of `desk`.
    pub fn start(&self, desk: Desk) {
        let is_picture = |file: &File| file.type_().starts_with("image/");
        let Some(file) = self.file(desk) else { return };
        if self.is_large() && !is_picture(&file) {
            self.too_large(desk);
            return;
        }
        self.fate.set(Fate::Queued);
        let (work, stop) = abortable(self.clone().deliver(desk, file, desk.item.get_value()));
        desk.files.update_value(|files| {
            if let Some(waiting) = files.get_mut(&self.number) {
                waiting.stop = Some(stop);
            }
        });
        line::join(async move {
            // A file that was taken back has nobody to answer to.
            let _ = work.await;
        });
    }

    /// Breaks the upload off.
    pub fn cancel(&self, desk: Desk) {
        let stop = desk.files.try_with_value(|files| files.get(&self.number)?.stop.clone()).flatten();
        if let Some(stop) = stop {
            stop.abort();
        }
        desk.forget(self.number);
    }

    fn file(&self, desk: Desk) -> Option<File> {
        desk.files.try_with_value(|files| files.get(&self.number).map(|waiting| waiting.file.clone()))?
    }

    fn is_large(&self) -> bool {
        self.size > f64_of(MAX_BYTES)
    }

    /// Nothing here needs the page: a file in the line goes out when the person is further on already.
    async fn deliver(self, desk: Desk, file: File, item: String) {
        let content: Blob = if self.is_large() {
            self.fate.set(Fate::Shrinking);
            match shrink(&file).await {
                Some(smaller) => smaller,
                None => return self.too_large(desk),
            }
        } else {
            file.into()
        };
        let mut tries = 0;
        loop {
            match self.send(desk, &item, content.clone()).await {
                Ok(uploaded) => return self.arrive(desk, uploaded),
                Err(error) => {
                    let Some(seconds) = pause(&error, tries) else { return self.refused(desk, &error) };
                    self.fate.set(Fate::Pausing(seconds));
                    sleep(i32::try_from(seconds).unwrap_or_default().saturating_mul(1_000)).await;
                    tries += 1;
                }
            }
        }
    }

    async fn send(&self, desk: Desk, item: &str, content: Blob) -> Result<Uploaded> {
        self.percent.set(0);
        self.fate.set(Fate::Going);
        let query = UploadQuery {
            item: item.to_owned(),
            name: self.name.chars().take(200).collect(),
            replaces: self.replaces,
        };
        let (client, progress) = (desk.api.client(), self.progress(desk));
        client.upload_document(self.number, desk.application, &query, content, Some(progress)).await
    }

    fn progress(&self, desk: Desk) -> Progress {
        let (percent, name) = (self.percent.clone(), self.name.clone());
        Rc::new(move |part: f64| {
            let before = percent.get_untracked();
            let now = u32_of(part * 100.0).min(100);
            if now == before {
                return;
            }
            percent.set(now);
            // Heard at every quarter only.
            if now / 25 > before / 25 {
                let values = [("name", name.as_str()), ("percent", &now.to_string())];
                desk.announcer.say(desk.i18n.t_with("components.upload_heard", &values));
            }
        })
    }

    fn arrive(&self, desk: Desk, uploaded: Uploaded) {
        let Uploaded { document, version } = uploaded;
        desk.changed(version);
        let (replaced, size) = (self.replaces, u64::from(u32_of(self.size)));
        let said = desk.i18n.t_with("components.upload_done", &[("name", &document.name)]);
        if self.is_large() {
            desk.shrunk.try_update(|all| all.insert(document.id, size));
        }
        desk.documents.try_update(|all| {
            all.retain(|old| Some(old.id) != replaced && old.id != document.id);
            all.push(document);
        });
        desk.announcer.say(said);
        desk.forget(self.number);
    }

    fn refused(&self, desk: Desk, error: &Error) {
        desk.session.notice(error);
        let finding = error.problem().and_then(|problem| problem.errors.first());
        let (reason, mend) = match finding {
            Some(finding) => (desk.i18n.finding(finding), String::new()),
            None => (failure_title(&desk.i18n, error), failure_text(&desk.i18n, error)),
        };
        let again = error.problem().is_none_or(|problem| problem.status >= 500 || problem.status == 429);
        self.fail(desk, reason, mend, again);
    }

    fn too_large(&self, desk: Desk) {
        let (size, most) = (u64::from(u32_of(self.size)), MAX_BYTES);
        let (size, most) = (desk.i18n.file_size(size), desk.i18n.file_size(most));
        let reason = desk.i18n.t_with("components.upload_too_large", &[("size", &size), ("most", &most)]);
        self.fail(desk, reason, desk.i18n.t("components.upload_too_large_mend"), false);
    }

    /// Says why the file is not taken. It stays in the list, so that another can take its place.
    pub fn fail(&self, desk: Desk, reason: String, mend: String, again: bool) {
        desk.announcer.say(format!("{}: {reason} {mend}", self.name));
        self.fate.set(Fate::Failed { reason, mend, again });
    }
}
