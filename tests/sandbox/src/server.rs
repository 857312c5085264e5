//! Starting and stopping an instance.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::rt::System;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App, HttpServer};
use anyhow::Context as _;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::state::World;
use crate::{bank, control, faults, inbox, pages, registries, sms, smtp};

const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                              base-uri 'none'; frame-ancestors 'none'";

/// Starts instances.
#[derive(Debug)]
pub struct Sandbox;

/// A started instance; it ends when this value is dropped.
#[derive(Debug)]
pub struct Running {
    pub http_addr: SocketAddr,
    pub smtp_addr: SocketAddr,
    /// What it has seen and what is wrong with it.
    pub state: Arc<World>,
    shutdown: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

struct Started {
    http_addr: SocketAddr,
    smtp_addr: SocketAddr,
    state: Arc<World>,
}

impl Sandbox {
    /// Starts an instance on a thread of its own and returns when both ports are open.
    ///
    /// # Errors
    /// A port that cannot be bound, or a data file that does not parse.
    pub async fn start(config: Config) -> anyhow::Result<Running> {
        let shutdown = CancellationToken::new();
        let (ready, started) = oneshot::channel();
        let stop = shutdown.clone();
        // actix workers need an actix system around them, which a caller's tokio runtime is not.
        let thread = std::thread::Builder::new()
            .name("sandbox".into())
            .spawn(move || System::new().block_on(serve(config, ready, stop)))?;
        let Started { http_addr, smtp_addr, state } = started.await.context("the sandbox thread ended")??;
        Ok(Running { http_addr, smtp_addr, state, shutdown, thread: Some(thread) })
    }
}

impl Running {
    /// `http://127.0.0.1:{port}{path}`; `path` starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.http_addr)
    }

    /// Where the bank posts its notifications from now on; `None` to nobody.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.state.set_webhook_url(url);
    }

    /// Closes both ports and waits for the thread to end.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        if let Some(thread) = self.thread.take() {
            let ended = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(ended, Ok(Ok(()))) {
                tracing::error!("sandbox.thread_panicked");
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

async fn serve(config: Config, ready: oneshot::Sender<anyhow::Result<Started>>, shutdown: CancellationToken) {
    let (notify, notifications) = mpsc::unbounded_channel();
    let prepared = async {
        let http = TcpListener::bind(config.listen).with_context(|| format!("HTTP on {}", config.listen))?;
        let mail = tokio::net::TcpListener::bind(config.smtp)
            .await
            .with_context(|| format!("SMTP on {}", config.smtp))?;
        let (http_addr, smtp_addr) = (http.local_addr()?, mail.local_addr()?);
        let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{http_addr}"));
        let world = Arc::new(World::new(&config, public_url.trim_end_matches('/'), notify)?);
        let server = http_server(http, Data::from(world.clone()))?;
        anyhow::Ok((server, mail, Started { http_addr, smtp_addr, state: world }))
    };
    let (server, mail, started) = match prepared.await {
        Ok(prepared) => prepared,
        Err(error) => {
            // Nobody is waiting any more only if the caller gave up, and then nobody wants the reason.
            ready.send(Err(error)).ok();
            return;
        }
    };
    let world = started.state.clone();
    let background = [
        tokio::spawn(smtp::serve(mail, world.clone())),
        tokio::spawn(bank::webhooks::run(world.clone(), notifications)),
        tokio::spawn(bank::expire_in_time(world)),
    ];
    let handle = server.handle();
    if ready.send(Ok(started)).is_err() {
        shutdown.cancel();
    }
    tokio::spawn(async move {
        shutdown.cancelled().await;
        handle.stop(false).await;
    });
    if let Err(error) = server.await {
        tracing::error!(%error, "sandbox.http_failed");
    }
    background.into_iter().for_each(|task| task.abort());
}

fn http_server(listener: TcpListener, world: Data<World>) -> anyhow::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(world.clone())
            .app_data(PayloadConfig::new(1 << 20))
            .wrap(from_fn(faults::inject))
            .wrap(
                DefaultHeaders::new()
                    .add(("Content-Security-Policy", CONTENT_POLICY))
                    .add(("X-Content-Type-Options", "nosniff"))
                    .add(("Cache-Control", "no-store")),
            )
            .configure(bank::routes)
            .configure(sms::routes)
            .configure(registries::routes)
            .configure(inbox::routes)
            .configure(control::routes)
            .configure(pages::routes)
    })
    .workers(1)
    // Longer than clients keep idle connections: a request sent into one that is just being closed would look like a fault.
    .keep_alive(Duration::from_secs(120))
    .disable_signals()
    .shutdown_timeout(1)
    .listen(listener)?;
    Ok(server.run())
}
