//! Who is signed in: one signal for the whole page. The access token lives in the client's memory only; it is
//! renewed before it runs out, by one tab at a time.

mod idle;

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use openapi::ErrorCode;
use openapi::accounts::{Account, Session as AccountSession};
use openapi::client::{Error, Realm, Result};
use openapi::desk::{Officer, OfficerSession};

use crate::api::{Api, use_api};
use crate::dom;
use crate::lock::with_lock;

pub use idle::{IDLE_LIMIT, IDLE_WARNING};

/// The token is renewed this many seconds before it runs out.
const RENEW_BEFORE: u32 = 45;
/// The signed-in person: a citizen at the portal, an officer at the desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Person {
    Citizen(Account),
    Officer(Officer),
}

impl Person {
    fn language(&self) -> &str {
        match self {
            Self::Citizen(account) => &account.language,
            Self::Officer(officer) => &officer.language,
        }
    }
}

/// Where the page stands with its user.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionState {
    /// The page has just been opened and asks whether an earlier session goes on.
    Starting,
    Anonymous,
    Authorized(Person),
}

/// The session context. Copy.
#[derive(Debug, Clone, Copy)]
pub struct SessionCtx {
    state: RwSignal<SessionState>,
    /// Set when a session ended without the person asking for it: the sign-in page says so.
    pub ended: RwSignal<bool>,
    /// Seconds left before an idle session ends, once the warning is due.
    pub ends_in: RwSignal<Option<u32>>,
    api: Api,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// The session of this page.
///
/// # Panics
/// Outside of what [`crate::start`] has mounted.
#[must_use]
pub fn use_session() -> SessionCtx {
    expect_context()
}

impl SessionCtx {
    pub(crate) fn new() -> Self {
        let session = Self {
            state: RwSignal::new(SessionState::Starting),
            ended: RwSignal::new(false),
            ends_in: RwSignal::new(None),
            api: use_api(),
            timer: StoredValue::new(None),
        };
        session.resume();
        session.watch_other_tabs();
        session.watch_idleness();
        session
    }

    /// The state; tracks.
    #[must_use]
    pub fn state(&self) -> SessionState {
        self.state.get()
    }

    /// Whether it is known who is there; tracks.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.state.with(|state| *state != SessionState::Starting)
    }

    /// Whether somebody is signed in; tracks.
    #[must_use]
    pub fn is_authorized(&self) -> bool {
        self.state.with(|state| matches!(state, SessionState::Authorized(_)))
    }

    /// The signed-in citizen; tracks.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        self.state.with(|state| match state {
            SessionState::Authorized(Person::Citizen(account)) => Some(account.clone()),
            _ => None,
        })
    }

    /// The signed-in officer; tracks.
    #[must_use]
    pub fn officer(&self) -> Option<Officer> {
        self.state.with(|state| match state {
            SessionState::Authorized(Person::Officer(officer)) => Some(officer.clone()),
            _ => None,
        })
    }

    /// A citizen has signed in (`create_session` has answered).
    pub fn begin(&self, session: AccountSession) {
        self.authorize(Person::Citizen(session.account), session.expires_in);
    }

    /// An officer has signed in (`create_officer_session` has answered).
    pub fn begin_officer(&self, session: OfficerSession) {
        self.authorize(Person::Officer(session.officer), session.expires_in);
    }

    /// The account has been changed (`update_account` has answered).
    pub fn set_account(&self, account: Account) {
        self.state.set(SessionState::Authorized(Person::Citizen(account)));
    }

    /// Ends the session here and in the other tabs; the server is told, and if it cannot be, the cookie dies alone.
    pub fn sign_out(&self) {
        let session = *self;
        spawn_local(async move {
            let client = session.api.client();
            let answer = match session.api.realm() {
                Realm::Portal => client.sign_out().await,
                Realm::Desk => client.sign_out_officer().await,
            };
            if let Err(error) = answer {
                leptos::logging::warn!("sign-out: {error}");
            }
        });
        self.finish(false);
    }

    /// The person is still there.
    pub fn extend(&self) {
        idle::touch();
        self.ends_in.set(None);
    }

    /// Looks at a failure of any call: a token the server no longer takes ends the session.
    pub fn notice(&self, error: &Error) {
        if error.code() == Some(ErrorCode::Unauthenticated) && untrack(|| self.is_authorized()) {
            self.finish(true);
        }
    }

    /// The language the signed-in person has chosen earlier; tracks.
    #[must_use]
    pub fn language(&self) -> Option<String> {
        self.state.with(|state| match state {
            SessionState::Authorized(person) => Some(person.language().to_owned()),
            _ => None,
        })
    }

    /// Goes on with the session of an earlier visit, if this device has had one: strangers cost no request.
    fn resume(&self) {
        if dom::stored(self.marker()).is_none() {
            self.state.set(SessionState::Anonymous);
            return;
        }
        let session = *self;
        spawn_local(async move { session.renew().await });
    }

    async fn renew(self) {
        let name = format!("{}.refresh", self.marker());
        let (client, realm) = (self.api.client(), self.api.realm());
        let answer: Result<(Person, u32)> = with_lock(&name, async move {
            match realm {
                Realm::Portal => {
                    client.refresh_session().await.map(|s| (Person::Citizen(s.account), s.expires_in))
                }
                Realm::Desk => {
                    client.refresh_officer_session().await.map(|s| (Person::Officer(s.officer), s.expires_in))
                }
            }
        })
        .await;
        match answer {
            Ok((person, expires_in)) => self.authorize(person, expires_in),
            // Without a network nobody is signed out; the page asks again in a moment.
            Err(Error::Network(_)) => self.renew_in(5),
            Err(_) => self.finish(untrack(|| self.is_authorized())),
        }
    }

    fn authorize(&self, person: Person, expires_in: u32) {
        dom::store(self.marker(), "1");
        let state = SessionState::Authorized(person);
        if self.state.with_untracked(|shown| *shown != state) {
            idle::touch();
            self.state.set(state);
        }
        self.ended.set(false);
        self.renew_in(expires_in.saturating_sub(RENEW_BEFORE).max(5));
    }

    fn renew_in(&self, seconds: u32) {
        self.cancel_renewal();
        let session = *self;
        let again = move || spawn_local(session.renew());
        self.timer.set_value(set_timeout_with_handle(again, Duration::from_secs(u64::from(seconds))).ok());
    }

    fn cancel_renewal(&self) {
        if let Some(handle) = self.timer.get_value() {
            handle.clear();
        }
        self.timer.set_value(None);
    }

    fn finish(&self, unasked: bool) {
        self.cancel_renewal();
        self.api.client().set_access_token(None);
        dom::forget(self.marker());
        self.ends_in.set(None);
        self.ended.set(unasked);
        self.state.set(SessionState::Anonymous);
    }

    fn marker(&self) -> &'static str {
        match self.api.realm() {
            Realm::Portal => "prichal.session",
            Realm::Desk => "prichal.desk-session",
        }
    }

    /// A sign-out in one tab is a sign-out in all.
    fn watch_other_tabs(self) {
        let listener = window_event_listener(leptos::ev::storage, move |event| {
            if event.key().as_deref() == Some(self.marker())
                && event.new_value().is_none()
                && untrack(|| self.is_authorized())
            {
                self.finish(false);
            }
        });
        on_cleanup(move || listener.remove());
    }
}
