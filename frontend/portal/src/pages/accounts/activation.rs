//! How far the opening of an account has come in this tab: the link of the mail, then the code that was sent. A reload
//! goes on from there.

use kit::dom;
use openapi::Secret;
use openapi::accounts::Challenge;

use crate::path::Path;
use crate::tab;

const TOKEN: &str = "prichal.activation.token";
const CHALLENGE: &str = "prichal.activation.code";

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
pub fn stage() -> Stage {
    if let Some(token) = take_token() {
        tab::forget(CHALLENGE);
        tab::keep(TOKEN, &token);
        return Stage::Password(Secret(token));
    }
    match (challenge(), tab::kept(TOKEN)) {
        (Some(challenge), _) => Stage::Code(challenge),
        (None, Some(token)) => Stage::Password(Secret(token)),
        (None, None) => Stage::Link,
    }
}

/// A code has been sent.
pub fn keep(challenge: &Challenge) {
    if let Ok(text) = serde_json::to_string(challenge) {
        tab::keep(CHALLENGE, &text);
    }
}

/// The account is open, or its link is good for nothing.
pub fn forget() {
    tab::forget(TOKEN);
    tab::forget(CHALLENGE);
}

/// The code that was sent, while it can still be entered.
fn challenge() -> Option<Challenge> {
    let challenge: Challenge = serde_json::from_str(&tab::kept(CHALLENGE)?).ok()?;
    let is_alive = challenge.expires_at.timestamp() > i64::from(dom::now_seconds());
    // How long a wrong code still blocks is told by the next answer, not by what was known before.
    is_alive.then_some(Challenge { blocked_for: None, ..challenge })
}

fn take_token() -> Option<String> {
    let window = web_sys::window()?;
    let hash = window.location().hash().ok()?;
    let token = hash.strip_prefix("#token=")?.to_owned();
    if let Ok(history) = window.history() {
        let path = Path::Activate.href();
        // Where the address cannot be changed the link is still good for one use only.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
    Some(token)
}
