//! Keeps the answers on the server: one request at a time, always on the version the answers are based on. Without a
//! network it goes on trying; when another tab was faster both versions are put together.

use std::sync::Arc;

use catalogue::answers::Answers;
use kit::api::Api;
use kit::prelude::*;
use kit::session::SessionCtx;
use kit::timer::sleep;
use leptos::task::spawn_local;
use openapi::ErrorCode;
use openapi::applications::{AnswersIn, Application};
use openapi::client::{Client, Result};
use uuid::Uuid;

use super::unsaved::{self, Unsaved};
use crate::merge::follow;
use crate::words;

/// Milliseconds between two tries without a network, by tries in a row.
const BACK_OFF: [i32; 4] = [1_000, 2_000, 5_000, 10_000];
/// Milliseconds between two looks at whether everything has been saved, and how often it is looked.
const LOOK_EVERY: i32 = 100;
const LOOKS: u32 = 200;

/// The server's answers, when they have changed behind the back of this tab.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    pub theirs: Answers,
    /// What both had before: the answers as this tab has last saved them.
    pub base: Answers,
    version: i32,
}

/// The keeper of one draft. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    id: Uuid,
    pub state: RwSignal<SaveState>,
    /// Set while two versions have to be put together.
    pub conflict: RwSignal<Option<Conflict>>,
    /// Why the server does not take the answers.
    pub refusal: RwSignal<Option<Error>>,
    version: StoredValue<i32>,
    /// Versions made by this tab's files, whose answers have come before those of the versions between.
    ahead: StoredValue<Vec<i32>>,
    /// What the server has.
    base: StoredValue<Answers>,
    /// What to send when the running request has been answered.
    next: StoredValue<Option<Answers>>,
    running: StoredValue<bool>,
    api: Api,
    session: SessionCtx,
}

/// What came of one request.
enum Sent {
    Saved,
    /// Nobody can say; try again.
    Unknown,
    /// It stands still until the person does something.
    Stopped,
}

impl Keeper {
    pub fn new(application: &Application) -> Self {
        Self {
            id: application.id,
            state: RwSignal::new(first_state(application)),
            conflict: RwSignal::new(None),
            refusal: RwSignal::new(None),
            version: StoredValue::new(application.version),
            ahead: StoredValue::new(Vec::new()),
            base: StoredValue::new(application.answers.clone()),
            next: StoredValue::new(None),
            running: StoredValue::new(false),
            api: use_api(),
            session: use_session(),
        }
    }

    /// The answers to begin with: the server's, or what this tab had not saved when it was closed.
    pub fn first_answers(&self, application: &Application) -> Answers {
        let Some(kept) = unsaved::kept(self.id) else { return application.answers.clone() };
        if kept.answers == application.answers {
            unsaved::forget(self.id);
        } else if kept.version == application.version || kept.base == application.answers {
            self.save(kept.answers.clone());
        } else {
            let (theirs, version) = (application.answers.clone(), application.version);
            self.conflict.set(Some(Conflict { theirs, base: kept.base, version }));
        }
        kept.answers
    }

    /// Saves these answers, after the request that runs.
    pub fn save(&self, answers: Answers) {
        let (version, base) = (self.version.get_value(), self.base.get_value());
        unsaved::keep(self.id, &Unsaved { version, base, answers: answers.clone() });
        if self.conflict.with_untracked(Option::is_some) {
            return;
        }
        self.refusal.set(None);
        self.state.set(SaveState::Saving);
        if self.running.get_value() {
            self.next.set_value(Some(answers));
        } else {
            self.running.set_value(true);
            spawn_local(self.run(answers));
        }
    }

    /// Both versions have been put together: these answers stand, over the server's version.
    pub fn resolve(&self, chosen: Answers) {
        let Some(conflict) = self.conflict.get_untracked() else { return };
        self.version.set_value(conflict.version);
        self.base.set_value(conflict.theirs);
        self.conflict.set(None);
        self.save(chosen);
    }

    /// Takes over a version that a file of this tab has made. One that does not follow the known version hides a change
    /// of somebody else's: the next saving finds out.
    pub fn learn(&self, version: i32) {
        self.ahead.try_update_value(|ahead| ahead.push(version));
        self.catch_up();
    }

    fn catch_up(&self) {
        let Some(known) = self.version.try_get_value() else { return };
        if let Some(newest) = self.ahead.try_update_value(|ahead| follow(known, ahead)) {
            self.version.set_value(newest);
        }
    }

    /// Waits until everything has been saved, and answers the version.
    ///
    /// # Errors
    /// The server's refusal, or `Network` when it takes too long. In a conflict the page shows the choice.
    pub async fn settled(self) -> Result<i32> {
        for _ in 0..LOOKS {
            if let Some(error) = self.refusal.try_get_untracked().flatten() {
                return Err(error);
            }
            let is_open = self.conflict.with_untracked(Option::is_some);
            if !self.running.get_value() && !is_open {
                return Ok(self.version.get_value());
            }
            sleep(LOOK_EVERY).await;
        }
        Err(Error::Network("the answers are not saved yet".to_owned()))
    }

    async fn run(self, mut answers: Answers) {
        let client = self.api.client();
        let mut tries = 0_usize;
        loop {
            match self.send(&client, &answers).await {
                Some(Sent::Saved) => tries = 0,
                Some(Sent::Unknown) => {
                    self.state.try_set(SaveState::Waiting);
                    sleep(BACK_OFF.get(tries).copied().unwrap_or(10_000)).await;
                    tries = tries.saturating_add(1);
                    // Newer answers take the place of those that did not get through.
                    if self.next.with_value(Option::is_none) {
                        continue;
                    }
                }
                Some(Sent::Stopped) => break,
                // The pages of the draft have been left; what was sent last is safe in this tab.
                None => return,
            }
            match self.next.try_update_value(Option::take).flatten() {
                Some(newer) => answers = newer,
                None => break,
            }
        }
        self.running.try_set_value(false);
    }

    async fn send(&self, client: &Arc<Client>, answers: &Answers) -> Option<Sent> {
        let version = self.version.try_get_value()?;
        let body = AnswersIn { answers: answers.clone() };
        match client.save_answers(self.id, version, &body).await {
            Ok(saved) => {
                self.version.try_set_value(saved.version);
                self.catch_up();
                self.base.try_set_value(answers.clone());
                let is_last = self.next.try_with_value(Option::is_none) != Some(false);
                if is_last {
                    unsaved::forget(self.id);
                    self.state.try_set(SaveState::Saved(saved.saved_at));
                }
                Some(Sent::Saved)
            }
            Err(error) if error.code() == Some(ErrorCode::StaleVersion) => {
                self.compare(client, answers).await
            }
            Err(error) if may_pass(&error) => Some(Sent::Unknown),
            Err(error) => {
                self.session.notice(&error);
                self.refuse(error);
                Some(Sent::Stopped)
            }
        }
    }

    /// Somebody else has saved; where the answers really differ they are put together.
    async fn compare(&self, client: &Arc<Client>, ours: &Answers) -> Option<Sent> {
        let application = match client.get_application(self.id).await {
            Ok(application) => application,
            Err(error) if may_pass(&error) => return Some(Sent::Unknown),
            Err(error) => {
                self.refuse(error);
                return Some(Sent::Stopped);
            }
        };
        let base = self.base.try_get_value()?;
        if !application.state.is_editable() {
            self.state.try_set(SaveState::Failed);
        } else if application.answers == base || application.answers == *ours {
            self.version.try_set_value(application.version);
            self.base.try_set_value(application.answers);
            self.next.try_update_value(|next| next.get_or_insert_with(|| ours.clone()).len());
            return Some(Sent::Saved);
        } else {
            // What has been typed meanwhile stands in the form, which is asked when the two are put together.
            self.next.try_set_value(None);
            let (theirs, version) = (application.answers, application.version);
            self.conflict.try_set(Some(Conflict { theirs, base, version }));
        }
        Some(Sent::Stopped)
    }

    fn refuse(&self, error: Error) {
        self.state.try_set(SaveState::Failed);
        self.refusal.try_set(Some(error));
    }
}

/// What was saved today is said to be saved; an earlier day would need more than the time.
fn first_state(application: &Application) -> SaveState {
    let at = application.updated_at;
    let has_answers = !application.answers.is_empty();
    if has_answers && words::is_today(at) { SaveState::Saved(at) } else { SaveState::Untouched }
}

/// Whether the same request may succeed in a moment.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Network(_) | Error::Unreadable(_) => true,
        Error::Problem(problem) => problem.status >= 500 || problem.status == 429,
    }
}
