//! How far the opening of an account, or the way to a new password, has come in this tab: the link of the mail, then the
//! code that was sent. A reload goes on from there.
//!
//! The token is kept by the tab, not in its address: an address stays in the history of the browser, is sent along when
//! a page is shared, and is read by extensions; what a tab keeps goes when it is closed, or when the link has been used.

use std::sync::Arc;

use kit::dom;
use openapi::Secret;
use openapi::accounts::{Challenge, LinkIn, LinkMailIn};
use openapi::client::{Client, Result};
use uuid::Uuid;

use crate::path::Path;
use crate::tab;

/// What a mailed link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A new account.
    Activation,
    /// A new password in place of a forgotten one.
    Recovery,
}

impl Way {
    /// One of two, by the way.
    pub fn pick<T>(self, activation: T, recovery: T) -> T {
        match self {
            Self::Activation => activation,
            Self::Recovery => recovery,
        }
    }

    fn token(self) -> &'static str {
        self.pick("prichal.activation.token", "prichal.recovery.token")
    }

    fn challenge(self) -> &'static str {
        self.pick("prichal.activation.code", "prichal.recovery.code")
    }

    /// Has a link mailed.
    pub async fn ask(self, client: Arc<Client>, key: Uuid, email: String) -> Result<()> {
        let body = LinkMailIn { email };
        match self {
            Self::Activation => client.resend_activation(key, &body).await,
            Self::Recovery => client.request_recovery(key, &body).await,
        }
    }

    /// Gives the password that was chosen behind the link.
    pub async fn give(self, client: Arc<Client>, key: Uuid, body: LinkIn) -> Result<Challenge> {
        match self {
            Self::Activation => client.activate_account(key, &body).await,
            Self::Recovery => client.recover_account(key, &body).await,
        }
    }
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// To choose a password, with the token of the mail.
    Password(Secret),
    /// To enter the code.
    Code(Challenge),
    /// To ask for a link: there is none here.
    Link,
}

/// The stage of this tab. The token stands behind `#`, which browsers never send; it is taken out of the address at
/// once, so that it stays in no history.
pub fn stage(way: Way) -> Stage {
    if let Some(token) = take_token(way) {
        tab::forget(way.challenge());
        tab::keep(way.token(), &token);
        return Stage::Password(Secret(token));
    }
    match (challenge(way), tab::kept(way.token())) {
        (Some(challenge), _) => Stage::Code(challenge),
        (None, Some(token)) => Stage::Password(Secret(token)),
        (None, None) => Stage::Link,
    }
}

/// A code has been sent.
pub fn keep(way: Way, challenge: &Challenge) {
    if let Ok(text) = serde_json::to_string(challenge) {
        tab::keep(way.challenge(), &text);
    }
}

/// The link has been used, or is good for nothing.
pub fn forget(way: Way) {
    tab::forget(way.token());
    tab::forget(way.challenge());
}

/// The code that was sent, while it can still be entered.
fn challenge(way: Way) -> Option<Challenge> {
    let challenge: Challenge = serde_json::from_str(&tab::kept(way.challenge())?).ok()?;
    let is_alive = challenge.expires_at.timestamp() > i64::from(dom::now_seconds());
    // How long a wrong code still blocks is told by the next answer, not by what was known before.
    is_alive.then_some(Challenge { blocked_for: None, ..challenge })
}

fn take_token(way: Way) -> Option<String> {
    let window = web_sys::window()?;
    let hash = window.location().hash().ok()?;
    let token = hash.strip_prefix("#token=")?.to_owned();
    if let Ok(history) = window.history() {
        let path = way.pick(Path::Activate, Path::Recover).href();
        // Where the address cannot be changed the link is still good for one use only.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
    Some(token)
}
