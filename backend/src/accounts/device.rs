//! Devices somebody has signed in on before. They keep a cookie that says so, and so a stranger who tries passwords
//! cannot lock the owner out of them (abuse 21). The cookie opens nothing. Its proof hangs on the password of the moment, so
//! that whoever sets a new one is rid of all devices of the old one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openapi::Secret;
use uuid::Uuid;

use crate::app::App;
use crate::auth::tokens::Audience;
use crate::crypto::random_token;
use crate::error::Result;

/// What a device brings along: its own random name, and the proof whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Device(Secret);

impl Device {
    /// A fresh name for a device its owner has signed in on.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn of(app: &App, audience: Audience, owner_id: Uuid, password_hash: &str) -> Result<Self> {
        let name = random_token()?;
        let proof = proof(app, audience, owner_id, password_hash, &name);
        Ok(Self(Secret(format!("{name}.{proof}"))))
    }

    /// What a request has brought.
    pub(crate) fn brought(value: &str) -> Self {
        Self(Secret::from(value))
    }

    pub(crate) fn into_value(self) -> String {
        self.0.0
    }

    /// Its name, if its owner is this account or officer, and has this password still.
    pub(super) fn name(
        &self,
        app: &App,
        audience: Audience,
        owner_id: Uuid,
        password_hash: &str,
    ) -> Option<&str> {
        let (name, given) = self.0.expose().split_once('.')?;
        let wanted = proof(app, audience, owner_id, password_hash, name);
        aws_lc_rs::constant_time::verify_slices_are_equal(wanted.as_bytes(), given.as_bytes()).ok()?;
        Some(name)
    }
}

fn proof(app: &App, audience: Audience, owner_id: Uuid, password_hash: &str, name: &str) -> String {
    let of = format!("{}:{owner_id}:{password_hash}:{name}", audience.as_str());
    URL_SAFE_NO_PAD.encode(app.keys.mac("device", of.as_bytes()))
}
