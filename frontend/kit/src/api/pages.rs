//! A list read page by page (keyset).

use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::client::{Client, Error, Result};
use openapi::events::Change;
use openapi::page::Page;

use super::use_api;
use crate::live::use_live;
use crate::session::use_session;

type Reading<T> = std::pin::Pin<Box<dyn Future<Output = Result<Page<T>>>>>;
type Read<T> = Rc<dyn Fn(Arc<Client>, Option<String>) -> Reading<T>>;

/// A list that grows by "show more". Copy.
#[derive(Debug)]
pub struct Pages<T: Send + Sync + 'static> {
    /// What has been read so far; `None` until the first answer.
    pub items: RwSignal<Option<Vec<T>>>,
    /// Whether there is more to read.
    pub more: RwSignal<bool>,
    /// Whether an answer is awaited.
    pub pending: RwSignal<bool>,
    /// Why the last reading failed.
    pub failure: RwSignal<Option<Error>>,
    next: StoredValue<Option<String>>,
    again: RwSignal<u32>,
    load: Callback<bool>,
}

impl<T: Send + Sync + 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Pages<T> {}

/// Reads the first page now and whenever what `key` reads changes; [`Pages::load_more`] reads on.
/// `fetch(client, key, cursor)`.
pub fn use_pages<T, K, F>(
    key: impl Fn() -> K + 'static,
    fetch: impl Fn(Arc<Client>, K, Option<String>) -> F + 'static,
) -> Pages<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + PartialEq + 'static,
    F: Future<Output = Result<Page<T>>> + 'static,
{
    let (api, session) = (use_api(), use_session());
    let items = RwSignal::new(None::<Vec<T>>);
    let (more, pending, failure) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None));
    let (next, again) = (StoredValue::new(None::<String>), RwSignal::new(0_u32));
    let fetch = Rc::new(fetch);
    let current: StoredValue<Option<Read<T>>, LocalStorage> = StoredValue::new_local(None);
    let newest = StoredValue::new(0_u32);
    let load = Callback::new(move |on: bool| {
        let Some(Some(read)) = current.try_get_value() else { return };
        let cursor = if on { next.get_value() } else { None };
        newest.update_value(|number| *number = number.wrapping_add(1));
        let number = newest.get_value();
        pending.set(true);
        spawn_local(async move {
            let answer = read(api.client(), cursor).await;
            if newest.try_get_value() != Some(number) {
                return;
            }
            pending.set(false);
            match answer {
                Ok(page) => {
                    failure.set(None);
                    more.set(page.next.is_some());
                    next.set_value(page.next);
                    items.update(|items| match items {
                        Some(items) if on => items.extend(page.items),
                        _ => *items = Some(page.items),
                    });
                }
                Err(error) => {
                    session.notice(&error);
                    failure.set(Some(error));
                }
            }
        });
    });
    Effect::new(move |before: Option<(K, u32)>| {
        let question = (key(), again.get());
        if before.as_ref().is_some_and(|(asked, _)| *asked != question.0) {
            items.set(None);
        }
        let (fetch, asked) = (Rc::clone(&fetch), question.0.clone());
        let read: Read<T> = Rc::new(move |client, cursor| Box::pin(fetch(client, asked.clone(), cursor)));
        current.set_value(Some(read));
        load.run(false);
        question
    });
    Pages { items, more, pending, failure, next, again, load }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Pages<T> {
    /// Reads the next page.
    pub fn load_more(&self) {
        if self.next.with_value(Option::is_some) {
            self.load.run(true);
        }
    }

    /// Reads anew from the first page.
    pub fn reload(&self) {
        self.again.update(|again| *again = again.wrapping_add(1));
    }

    /// Reads anew whenever a change comes that concerns the list (live updates).
    pub fn follow(&self, concerns: impl Fn(&Change) -> bool + 'static) -> Self {
        let pages = *self;
        use_live().listen(move |change| {
            if concerns(change) {
                pages.reload();
            }
        });
        pages
    }
}
