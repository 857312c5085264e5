//! Waiting: for futures, for repeated work that ends with its component, and for pauses in typing.

use std::time::Duration;

use js_sys::Promise;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_interval_with_handle, set_timeout_with_handle};
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Waits `milliseconds`.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // A browser that cannot set a timer cannot run the page at all.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Does `work` every `period` for as long as the component lives.
pub fn every(period: Duration, work: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(work, period) {
        on_cleanup(move || handle.clear());
    }
}

/// Does the last of many calls when there has been a pause. Ends with the component without doing it; call
/// [`Debounce::now`] for what must not be lost.
#[derive(Debug, Clone, Copy)]
pub struct Debounce {
    pause: Duration,
    work: Callback<()>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Debounce {
    #[must_use]
    pub fn new(pause: Duration, work: Callback<()>) -> Self {
        let waiting: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
        on_cleanup(move || {
            if let Some(Some(handle)) = waiting.try_get_value() {
                handle.clear();
            }
        });
        Self { pause, work, waiting }
    }

    /// Starts the pause anew.
    pub fn call(&self) {
        self.cancel();
        let (work, waiting) = (self.work, self.waiting);
        let handle = set_timeout_with_handle(
            move || {
                waiting.try_set_value(None);
                work.try_run(());
            },
            self.pause,
        );
        self.waiting.set_value(handle.ok());
    }

    /// Does waiting work at once; nothing if none waits.
    pub fn now(&self) {
        if self.cancel() {
            self.work.run(());
        }
    }

    fn cancel(&self) -> bool {
        let handle = self.waiting.try_get_value().flatten();
        self.waiting.try_set_value(None);
        handle.map(|handle| handle.clear()).is_some()
    }
}
