//! The one HTTP client of the providers: how long it waits, that it follows nobody, and through which proxy it goes; and
//! what may be told of an answer that cannot be read.

use std::time::Duration;

use anyhow::Context;
use reqwest::{Client, Proxy, redirect};

use crate::config::Egress;

/// A client for the addresses of the configuration. `HTTP_PROXY` and its like in the environment mean nothing to it:
/// what is sent to the bank goes where the configuration says, through `egress.proxy` if there is one.
///
/// # Errors
/// When `egress.proxy` is not an address.
pub(super) fn client(egress: &Egress) -> anyhow::Result<Client> {
    let mut builder = Client::builder()
        .connect_timeout(Duration::from_secs(egress.connect_seconds))
        .timeout(Duration::from_secs(egress.total_seconds))
        .redirect(redirect::Policy::none())
        .no_proxy();
    if !egress.proxy.is_empty() {
        builder = builder.proxy(Proxy::all(&egress.proxy).context("egress.proxy")?);
    }
    Ok(builder.build()?)
}

/// What is wrong with an answer, without its words: serde's repeat the value.
pub(super) fn unreadable(error: &serde_json::Error) -> String {
    format!("unreadable answer: {:?} at {}:{}", error.classify(), error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address() {
        let egress = |proxy: &str| Egress { connect_seconds: 1, total_seconds: 1, proxy: proxy.to_owned() };
        assert!(client(&egress("")).is_ok());
        assert!(client(&egress("http://proxy.example:3128")).is_ok());
        assert!(client(&egress("http://")).is_err());
    }

    #[test]
    fn an_unreadable_answer_is_not_repeated() {
        let error = serde_json::from_str::<Vec<u8>>("[\"FA1234567\"]").unwrap_err();
        assert!(error.to_string().contains("FA1234567"));
        assert_eq!(unreadable(&error), "unreadable answer: Data at 1:12");
    }
}
