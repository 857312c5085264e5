//! One file on its way.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::client::{Error, Progress, Result};
use openapi::documents::{Document, MAX_BYTES, UploadQuery};
use uuid::Uuid;
use web_sys::File;

use super::Desk;
use crate::api::{failure_text, failure_title};
use crate::number::u32_of;

type Work = Pin<Box<dyn Future<Output = Result<Document>>>>;

/// How a file on its way fares.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fate {
    Going,
    Failed { reason: String, mend: String, again: bool },
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
    replaces: Option<Uuid>,
}

/// A file on its way and the request that carries it; taking the request out drops it, and that breaks it off.
#[derive(Clone)]
pub(super) struct Waiting {
    file: File,
    work: Rc<RefCell<Option<Work>>>,
}

impl Waiting {
    pub fn new(file: File) -> Self {
        Self { file, work: Rc::default() }
    }
}

impl Sending {
    pub fn new(file: &File, replaces: Option<Uuid>) -> Self {
        Self {
            number: Uuid::new_v4(),
            name: file.name(),
            size: file.size(),
            percent: ArcRwSignal::new(0),
            fate: ArcRwSignal::new(Fate::Going),
            replaces,
        }
    }

    /// Sends the file; the answer goes to the documents of `desk`.
    pub fn start(&self, desk: Desk) {
        if self.size > crate::number::f64_of(MAX_BYTES) {
            let size = desk.i18n.file_size(u64::from(u32_of(self.size)));
            let reason = desk.i18n.t_with("components.upload_too_large", &[("size", &size)]);
            let mend = desk.i18n.t("components.upload_too_large_mend");
            self.fail(desk, reason, mend, false);
            return;
        }
        let Some(Waiting { file, work: slot }) = self.waiting(desk) else { return };
        self.fate.set(Fate::Going);
        self.percent.set(0);
        let query = UploadQuery {
            item: desk.item.get_value(),
            name: self.name.chars().take(200).collect(),
            replaces: self.replaces,
        };
        let (client, content, key) = (desk.api.client(), file, self.number);
        let progress = self.progress(desk);
        let application = desk.application;
        let work: Work = Box::pin(async move {
            client.upload_document(key, application, &query, content.into(), Some(progress)).await
        });
        *slot.borrow_mut() = Some(work);
        let sending = self.clone();
        spawn_local(async move {
            let answer = poll_fn(|context| match slot.borrow_mut().as_mut() {
                Some(work) => work.as_mut().poll(context).map(Some),
                None => Poll::Ready(None),
            });
            match answer.await {
                Some(Ok(document)) => sending.arrive(desk, document),
                Some(Err(error)) => sending.refused(desk, &error),
                None => {}
            }
        });
    }

    /// Breaks the upload off.
    pub fn cancel(&self, desk: Desk) {
        if let Some(waiting) = self.waiting(desk) {
            waiting.work.borrow_mut().take();
        }
        desk.forget(self.number);
    }

    fn waiting(&self, desk: Desk) -> Option<Waiting> {
        desk.files.try_get_value()?.remove(&self.number)
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

    fn arrive(&self, desk: Desk, document: Document) {
        let replaced = self.replaces;
        let said = desk.i18n.t_with("components.upload_done", &[("name", &document.name)]);
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

    fn fail(&self, desk: Desk, reason: String, mend: String, again: bool) {
        desk.announcer.say(format!("{}: {reason} {mend}", self.name));
        self.fate.set(Fate::Failed { reason, mend, again });
    }
}
