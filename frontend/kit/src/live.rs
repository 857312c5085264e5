//! Live updates: a stream of changes, and asking every few seconds where streams do not get through. A change only
//! says that something is new; pages then read it by the ordinary operations.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::events::{Change, ChangesQuery};

use crate::api::{Api, use_api};
use crate::session::{SessionCtx, use_session};
use crate::timer::sleep;

/// Milliseconds to wait before the stream is tried again, by failures in a row.
const BACK_OFF: &[i32] = &[500, 1_000, 2_000, 5_000, 10_000, 30_000];
/// After this many failed streams in a row changes are asked for instead.
const GIVE_UP_AFTER: usize = 3;
/// Milliseconds between two questions.
const ASK_EVERY: i32 = 4_000;
/// Questions asked before the stream is tried again.
const QUESTIONS: usize = 8;

type Listener = Rc<dyn Fn(&Change)>;

/// The live-update context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// Whether changes come as they happen.
    pub connected: RwSignal<bool>,
    listeners: StoredValue<Vec<(u32, Listener)>, LocalStorage>,
    numbers: StoredValue<u32>,
    /// The number to go on from.
    seq: StoredValue<Option<i64>>,
    /// Grows with each session; a loop of an earlier one ends itself.
    round: StoredValue<u32>,
    api: Api,
    session: SessionCtx,
}

/// The live updates of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_live() -> Live {
    expect_context()
}

impl Live {
    pub(crate) fn new() -> Self {
        let live = Self {
            connected: RwSignal::new(false),
            listeners: StoredValue::new_local(Vec::new()),
            numbers: StoredValue::new(0),
            seq: StoredValue::new(None),
            round: StoredValue::new(0),
            api: use_api(),
            session: use_session(),
        };
        let authorized = Memo::new(move |_| live.session.is_authorized());
        Effect::new(move |_| {
            live.round.update_value(|round| *round = round.wrapping_add(1));
            live.seq.set_value(None);
            live.connected.set(false);
            if authorized.get() {
                spawn_local(live.run(live.round.get_value()));
            }
        });
        live
    }

    /// Calls `listener` for every change, for as long as the component lives.
    pub fn listen(&self, listener: impl Fn(&Change) + 'static) {
        let live = *self;
        self.numbers.update_value(|number| *number = number.wrapping_add(1));
        let number = self.numbers.get_value();
        self.listeners.update_value(|listeners| listeners.push((number, Rc::new(listener))));
        on_cleanup(move || {
            live.listeners.try_update_value(|listeners| listeners.retain(|(own, _)| *own != number));
        });
    }

    fn tell(&self, change: &Change) {
        self.seq.set_value(Some(change.seq));
        // Copied, because a listener may add or remove listeners.
        let listeners = self.listeners.get_value();
        for (_, listener) in listeners {
            listener(change);
        }
    }

    fn is_on(&self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    async fn run(self, round: u32) {
        let mut failures = 0_usize;
        while self.is_on(round) {
            // A question first: it tells the newest number, and it renews a token that has run out, which the stream
            // cannot.
            let must_ask = failures > 0 || self.seq.get_value().is_none();
            if must_ask && !self.ask_for_a_while(round, failures >= GIVE_UP_AFTER).await {
                failures = failures.saturating_add(1);
                sleep(pause(failures)).await;
                continue;
            }
            if self.stream(round).await {
                failures = 0;
            } else {
                failures = failures.saturating_add(1);
            }
            self.connected.try_set(false);
            if self.is_on(round) {
                sleep(pause(failures)).await;
            }
        }
    }

    /// Hears the stream until it ends. Answers whether it stood at all.
    async fn stream(&self, round: u32) -> bool {
        let live = *self;
        let client = self.api.client();
        let query = ChangesQuery { after: self.seq.get_value() };
        let began = crate::dom::now();
        let answer = client
            .stream_changes(query, &mut move |change| {
                if !live.is_on(round) {
                    return false;
                }
                match change {
                    None => live.connected.set(true),
                    Some(change) => live.tell(&change),
                }
                true
            })
            .await;
        answer.is_ok() && crate::dom::now() - began > 1_000.0
    }

    /// Asks for changes: once to learn the newest number, or for a while when streams do not get through.
    async fn ask_for_a_while(&self, round: u32, keep_on: bool) -> bool {
        for question in 0..QUESTIONS {
            if question > 0 {
                sleep(ASK_EVERY).await;
            }
            if !self.is_on(round) {
                return false;
            }
            match self.api.client().list_changes(ChangesQuery { after: self.seq.get_value() }).await {
                Ok(changes) => {
                    changes.changes.iter().for_each(|change| self.tell(change));
                    self.seq.set_value(Some(changes.seq));
                }
                Err(error) => {
                    self.session.notice(&error);
                    return false;
                }
            }
            if !keep_on {
                break;
            }
        }
        true
    }
}

fn pause(failures: usize) -> i32 {
    BACK_OFF.get(failures.min(BACK_OFF.len().saturating_sub(1))).copied().unwrap_or(30_000)
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn the_pause_grows_to_half_a_minute() {
        assert_eq!((pause(0), pause(1), pause(99)), (500, 1_000, 30_000));
    }
}
