//! The door Prometheus knocks at.

use std::net::TcpListener;

use actix_web::{App as ActixApp, HttpResponse, HttpServer, get, web};
use anyhow::Context;
use prometheus_client::encoding::text::encode;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// The text format of OpenMetrics 1.0.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The door at `address`; none where it is empty.
///
/// # Errors
/// When the address cannot be used.
pub fn bind(address: &str) -> anyhow::Result<Option<TcpListener>> {
    if address.is_empty() {
        return Ok(None);
    }
    TcpListener::bind(address).map(Some).with_context(|| format!("metrics at {address}"))
}

/// Answers scrapes until told to stop.
///
/// # Errors
/// When the listener cannot be used.
pub fn start(app: &App, listener: TcpListener, stop: &CancellationToken) -> anyhow::Result<JoinHandle<()>> {
    let data = web::Data::new(app.clone());
    let server = HttpServer::new(move || ActixApp::new().app_data(data.clone()).service(scrape))
        .workers(1)
        .disable_signals()
        .listen(listener)?
        .run();
    let (handle, stop) = (server.handle(), stop.clone());
    tokio::spawn(async move {
        stop.cancelled().await;
        handle.stop(true).await;
    });
    Ok(tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(error.cause = %error, "the door of metrics is closed");
        }
    }))
}

#[get("/metrics")]
async fn scrape(app: web::Data<App>) -> HttpResponse {
    let metrics = &app.metrics.0;
    // A database that is away must not hide what the process itself knows; the gauges then keep what they said last.
    if let Err(error) = metrics.now.read(&app).await {
        tracing::warn!(error.cause = %error, "what waits cannot be measured");
    }
    let mut text = String::new();
    match encode(&mut text, &metrics.registry) {
        Ok(()) => HttpResponse::Ok().content_type(FORMAT).body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
