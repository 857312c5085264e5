//! Where the server is, and how it is spoken to: in clear on this machine or where the address says so, else by TLS.

use anyhow::Context;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncConnection;
use openapi::Secret;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Conn;

/// A server and the way to it.
#[derive(Clone)]
pub(super) struct Server {
    url: Secret,
    /// What the address says, and whom to believe; `None`: in clear.
    tls: Option<(tokio_postgres::Config, MakeRustlsConnect)>,
}

impl Server {
    /// The server at an address. `sslmode=require` verifies certificate and name; there is no way to ask for less.
    ///
    /// # Errors
    /// When the address is not one, when it leaves open whether a server on another machine is spoken to by TLS, or
    /// when this machine knows no authority that could have signed a certificate.
    pub fn at(url: &Secret) -> anyhow::Result<Self> {
        let config: tokio_postgres::Config = url.expose().parse().context("database.url")?;
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            SslMode::Prefer if config.get_hosts().iter().all(is_here) => None,
            SslMode::Require => Some((config, authorities()?)),
            _ => anyhow::bail!(
                "database.url: the server is on another machine; say sslmode=require (TLS, certificate and name are \
                 verified), or sslmode=disable for a network nobody else is in"
            ),
        };
        Ok(Self { url: url.clone(), tls })
    }

    pub async fn connect(&self) -> ConnectionResult<Conn> {
        let Some((config, tls)) = &self.tls else { return Conn::establish(self.url.expose()).await };
        let connected = config.connect(tls.clone()).await;
        let (client, connection) =
            connected.map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
        Conn::try_from_client_and_connection(client, connection).await
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
    }
}

fn authorities() -> anyhow::Result<MakeRustlsConnect> {
    let (tls, unread) = MakeRustlsConnect::with_native_certs()
        .map_err(|errors| anyhow::anyhow!("no certificate of an authority on this machine: {errors:?}"))?;
    for error in unread {
        tracing::warn!(error.cause = %error, "a certificate of an authority cannot be read");
    }
    Ok(tls)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn nothing_is_sent_in_clear_to_another_machine_unless_it_is_said() {
        for (url, is_tls) in [
            ("postgres://postgres@localhost:5432/prichal", Some(false)),
            ("postgres://postgres@127.0.0.1/prichal", Some(false)),
            ("postgres://postgres@[::1]/prichal", Some(false)),
            ("postgres://postgres@%2Frun%2Fpostgresql/prichal", Some(false)),
            ("postgres://prichal@db.example/prichal?sslmode=disable", Some(false)),
            ("postgres://prichal@db.example/prichal?sslmode=require", Some(true)),
            ("postgres://prichal@db.example/prichal", None),
            ("postgres://prichal@localhost,db.example/prichal", None),
            ("postgres://prichal@db.example/prichal?sslmode=verify-ca", None),
        ] {
            let server = Server::at(&Secret(url.to_owned()));
            assert_eq!(server.ok().map(|server| server.tls.is_some()), is_tls, "{url}");
        }
    }

    /// A server that has no TLS, or somebody on the way who says so, hears the question for it and nothing more.
    #[tokio::test]
    async fn a_server_without_tls_hears_no_word() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = format!("postgres://prichal:sample@127.0.0.1:{port}/prichal?sslmode=require");
        let server = Server::at(&Secret(url)).unwrap();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = vec![0; 8];
            stream.read_exact(&mut heard).await.unwrap();
            stream.write_all(b"N").await.unwrap();
            stream.read_to_end(&mut heard).await.unwrap();
            heard
        });
        let refused = server.connect().await.err().unwrap().to_string();
        assert!(refused.contains("TLS") && !refused.contains("sample"), "{refused}");
        // SSLRequest: its length and its number.
        assert_eq!(heard.await.unwrap(), [0, 0, 0, 8, 4, 210, 22, 47]);
    }
}
