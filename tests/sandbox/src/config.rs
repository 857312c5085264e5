//! What an instance is told at its start.

use std::net::{Ipv4Addr, SocketAddr};

/// Addresses and keys of one sandbox. The default listens on two free ports of the loopback and knows no webhook.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where HTTP is served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where SMTP is served; port 0 takes a free one.
    pub smtp: SocketAddr,
    /// Where the bank posts its notifications; `None` until it is set on the running instance.
    pub webhook_url: Option<String>,
    /// How a payer's browser reaches this instance; by default `http://{listen}`.
    pub public_url: Option<String>,
    /// What callers must present.
    pub credentials: Credentials,
}

/// The keys a caller must present, per provider.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The bank's shop number: the user name of HTTP Basic.
    pub shop_id: String,
    /// The bank's secret: the password of HTTP Basic.
    pub shop_key: String,
    /// The SMS gateway's login.
    pub sms_login: String,
    /// The SMS gateway's password.
    pub sms_password: String,
    /// The SMS gateway's key, instead of login and password.
    pub sms_key: String,
    /// The bearer key of both registers.
    pub registry_key: String,
}

impl Default for Config {
    fn default() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: any,
            smtp: any,
            webhook_url: None,
            public_url: None,
            credentials: Credentials::default(),
        }
    }
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            shop_id: "100500".into(),
            shop_key: "test_prichal".into(),
            sms_login: "prichal".into(),
            sms_password: "sandbox".into(),
            sms_key: "sandbox-sms-key".into(),
            registry_key: "sandbox-registry-key".into(),
        }
    }
}
