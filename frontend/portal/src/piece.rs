//! The pages behind the sign-in, as a piece of the program that is fetched when it is about to be needed: whoever only
//! reads about a service or checks a paper never downloads it.

use std::future::Future;
use std::pin::Pin;

use kit::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use crate::path::Path;

/// What the piece draws. Functions, so that naming them here does not make them a part of what loads first.
#[derive(Debug, Clone, Copy)]
pub struct Inside {
    /// A page for signed-in people.
    pub page: fn(Path) -> AnyView,
    /// The pages of one draft; the address says which of them.
    pub draft: fn(Uuid, Memo<Path>) -> AnyView,
    /// The button on a service's card that begins or goes on with a draft; by the code of the service.
    pub start: fn(String) -> AnyView,
}

/// The piece, or nothing when it could not be fetched.
pub type Loading = Pin<Box<dyn Future<Output = Option<Inside>>>>;

/// The piece, wherever it is now. Copy.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    load: fn() -> Loading,
    state: RwSignal<State>,
}

/// Where the piece is.
#[derive(Debug, Clone, Copy)]
pub enum State {
    /// Nobody has needed it yet.
    Absent,
    Coming,
    Here(Inside),
    Failed,
}

/// The piece of this visit.
///
/// # Panics
/// Outside of [`crate::app::App`].
#[must_use]
pub fn use_piece() -> Piece {
    expect_context()
}

impl Piece {
    /// Nothing is fetched yet.
    #[must_use]
    pub fn new(load: fn() -> Loading) -> Self {
        Self { load, state: RwSignal::new(State::Absent) }
    }

    /// Fetches the piece unless it is here or on its way. What failed before is tried again.
    pub fn fetch(self) {
        if matches!(self.state.get_untracked(), State::Coming | State::Here(_)) {
            return;
        }
        self.state.set(State::Coming);
        let loading = (self.load)();
        spawn_local(async move {
            let state = loading.await.map_or(State::Failed, State::Here);
            self.state.set(state);
        });
    }

    /// Where the piece is; tracks.
    #[must_use]
    pub fn state(self) -> State {
        self.state.get()
    }

    /// Says that the piece could not be had, and how to go on. Without a network trying again helps; after a new
    /// release only the new version of the page knows where its pieces are.
    #[must_use]
    pub fn failure(self) -> AnyView {
        let again = Callback::new(move |()| self.fetch());
        let reload = Callback::new(|()| {
            // A page that cannot be reloaded is closed by the person.
            let _ = window().location().reload();
        });
        view! {
            <Alert tone=Tone::Danger title=t("pages.failed_part")>
                <p role="alert">{t("pages.failed_text")}</p>
                <Actions>
                    <Button on_press=again>{t("common.try_again")}</Button>
                    <Button kind="text" on_press=reload>{t("common.reload")}</Button>
                </Actions>
            </Alert>
        }
        .into_any()
    }
}
