//! Something read from the server and shown.

use std::future::Future;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::client::{Client, Error, Result};
use openapi::events::Change;

use super::use_api;
use crate::components::{LoadFailed, Skeleton};
use crate::live::use_live;
use crate::session::use_session;

/// Where the reading of a resource stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Load<T> {
    Loading,
    Ready(T),
    /// Nothing can be shown; what was read before stays [`Load::Ready`] when a later reading fails.
    Failed(Error),
}

/// A value of the server, read when its key changes and whenever something asks for it. Copy.
#[derive(Debug)]
pub struct Resource<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Resource<T> {}

/// Reads `fetch(client, key())` now, whenever what `key` reads changes, and on [`Resource::reload`]. Late answers to
/// earlier questions are dropped. An answer equal to the one shown changes nothing on the page.
pub fn use_resource<T, K, F>(
    key: impl Fn() -> K + 'static,
    fetch: impl Fn(Arc<Client>, K) -> F + 'static,
) -> Resource<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: PartialEq + Clone + 'static,
    F: Future<Output = Result<T>> + 'static,
{
    let (api, session) = (use_api(), use_session());
    let state = RwSignal::new(Load::Loading);
    let again = RwSignal::new(0_u32);
    let newest = StoredValue::new(0_u32);
    Effect::new(move |before: Option<(K, u32)>| {
        let question = (key(), again.get());
        if before.as_ref().is_some_and(|(asked, _)| *asked != question.0) {
            state.set(Load::Loading);
        }
        newest.update_value(|number| *number = number.wrapping_add(1));
        let number = newest.get_value();
        let reading = fetch(api.client(), question.0.clone());
        spawn_local(async move {
            let answer = reading.await;
            if newest.try_get_value() != Some(number) {
                return;
            }
            if let Err(error) = &answer {
                session.notice(error);
            }
            settle(state, answer);
        });
        question
    });
    Resource { state, again }
}

fn settle<T: PartialEq + Send + Sync + 'static>(state: RwSignal<Load<T>>, answer: Result<T>) {
    let next = match answer {
        Ok(value) => Load::Ready(value),
        Err(error) => Load::Failed(error),
    };
    let keep = state.with_untracked(|shown| {
        *shown == next || matches!((shown, &next), (Load::Ready(_), Load::Failed(_)))
    });
    if !keep {
        state.set(next);
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Resource<T> {
    /// The state; tracks.
    #[must_use]
    pub fn state(&self) -> Load<T> {
        self.state.get()
    }

    /// The value, if it has been read; tracks.
    #[must_use]
    pub fn value(&self) -> Option<T> {
        self.state.with(|state| if let Load::Ready(value) = state { Some(value.clone()) } else { None })
    }

    /// The value without tracking.
    #[must_use]
    pub fn value_untracked(&self) -> Option<T> {
        untrack(|| self.value())
    }

    /// Shows an answer that came another way, such as from the action that changed it.
    pub fn set(&self, value: T) {
        settle(self.state, Ok(value));
    }

    /// Reads again; what is shown stays until the answer.
    pub fn reload(&self) {
        self.again.update(|again| *again = again.wrapping_add(1));
    }

    /// Reads again whenever a change comes that concerns it (live updates).
    pub fn follow(&self, concerns: impl Fn(&Change) -> bool + 'static) -> Self {
        let resource = *self;
        use_live().listen(move |change| {
            if concerns(change) {
                resource.reload();
            }
        });
        resource
    }

    /// The value through `view`; until then a skeleton, on failure an alert with "try again".
    pub fn show(&self, view: impl Fn(T) -> AnyView + 'static) -> AnyView {
        let resource = *self;
        let view = StoredValue::new_local(view);
        let retry = Callback::new(move |()| {
            resource.state.set(Load::Loading);
            resource.reload();
        });
        (move || match resource.state.get() {
            Load::Loading => leptos::view! { <Skeleton/> }.into_any(),
            Load::Ready(value) => view.with_value(|view| view(value)),
            Load::Failed(error) => leptos::view! { <LoadFailed error=error retry=retry/> }.into_any(),
        })
        .into_any()
    }
}
