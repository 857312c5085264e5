//! A merchant: talks to the bank and listens to its webhooks.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Client, Response};
use sandbox::{Config, Running, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub struct Shop {
    pub sandbox: Running,
    pub http: Client,
}

impl Shop {
    pub async fn open() -> anyhow::Result<Self> {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { sandbox: Sandbox::start(Config::default()).await?, http })
    }

    pub fn bank(&self, path: &str) -> String {
        self.sandbox.url(&format!("/yookassa/v3{path}"))
    }

    pub async fn post(&self, path: &str, key: &str, body: &Value) -> reqwest::Result<Response> {
        let request = self.http.post(self.bank(path)).basic_auth("100500", Some("test_prichal"));
        request.header("Idempotence-Key", key).json(body).send().await
    }

    pub async fn get(&self, path: &str) -> reqwest::Result<Response> {
        self.http.get(self.bank(path)).basic_auth("100500", Some("test_prichal")).send().await
    }

    pub async fn pay_order(&self, key: &str) -> anyhow::Result<Value> {
        Ok(self.post("/payments", key, &order()).await?.error_for_status()?.json().await?)
    }

    pub async fn control(&self, path: &str, body: &Value) -> reqwest::Result<Response> {
        self.http.post(self.sandbox.url(&format!("/control{path}"))).json(body).send().await
    }
}

pub fn order() -> Value {
    json!({
        "amount": {"value": "1600.00", "currency": "RUB"}, "capture": true,
        "confirmation": {"type": "redirect", "return_url": "http://portal.test/back?x=1"},
        "description": "Приглашение", "metadata": {"payment": "42"},
    })
}

pub fn id_of(object: &Value) -> anyhow::Result<String> {
    object["id"].as_str().map(str::to_owned).ok_or_else(|| anyhow::anyhow!("no id in {object}"))
}

/// A web server that answers every POST with the statuses it was given, then 200, and keeps the bodies.
pub struct Listener {
    pub url: String,
    received: Arc<Mutex<Vec<Value>>>,
    rung: Arc<Notify>,
}

impl Listener {
    pub async fn start(first_statuses: &[u16]) -> anyhow::Result<Self> {
        let socket = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/hook", socket.local_addr()?);
        let (received, rung) = (Arc::<Mutex<Vec<Value>>>::default(), Arc::new(Notify::new()));
        let (kept, ring) = (received.clone(), rung.clone());
        let mut statuses: Vec<u16> = first_statuses.iter().rev().copied().collect();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = socket.accept().await {
                let Some(body) = read_request(&mut stream).await else { continue };
                let status = statuses.pop().unwrap_or(200);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(body);
                let answer =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
                stream.write_all(answer.as_bytes()).await.ok();
                ring.notify_one();
            }
        });
        Ok(Self { url, received, rung })
    }

    /// Waits until this many have come.
    pub async fn bodies(&self, count: usize) -> anyhow::Result<Vec<Value>> {
        let enough = async {
            loop {
                let now = self.received.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if now.len() >= count {
                    return now;
                }
                self.rung.notified().await;
            }
        };
        Ok(tokio::time::timeout(std::time::Duration::from_secs(10), enough).await?)
    }
}

async fn read_request(stream: &mut tokio::net::TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(chunk.get(..read)?);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length: usize = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
        })?;
        if body.len() >= length {
            return serde_json::from_str(body).ok();
        }
    }
}
