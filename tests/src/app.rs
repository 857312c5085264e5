//! The whole system of one test.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use backend::app::App;
use backend::config::Config;
use backend::crypto::Keys;
use backend::{http, jobs};
use openapi::Secret;
use openapi::client::{Client, Realm};
use sandbox::{Running, Sandbox};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};
use uuid::Uuid;

use crate::refusals::{self, Refusals};
use crate::{Citizen, Officer, db, people};

/// How long rows may be held by somebody else.
const PATIENCE: Duration = Duration::from_secs(10);
/// Jobs whose time has come and that nobody has taken.
const DUE: &str = "select count(*) as n from jobs where state = 'ready' and run_at <= clock_timestamp() \
    and (lease_until is null or lease_until < clock_timestamp())";

/// A running system: server, database, outside world. Jobs run when the test says so ([`TestApp::run_jobs`]),
/// unless it starts a worker.
pub struct TestApp {
    pub app: App,
    pub portal: String,
    pub desk: String,
    pub sandbox: Running,
    pub database_url: String,
    stop: CancellationToken,
    files: PathBuf,
    http: reqwest::Client,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        // What cannot be removed lies in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.files);
        let _ = std::fs::remove_file(&self.app.config.audit.seals);
        if !std::thread::panicking() {
            assert_eq!(refusals::unnamed(), BTreeSet::new(), "refusals the document does not name");
        }
    }
}

/// The root of the repository.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn keys() -> &'static Path {
    static DIR: OnceLock<PathBuf> = OnceLock::new();
    DIR.get_or_init(|| {
        let dir = std::env::temp_dir().join(format!("prichal-keys-{}", Uuid::new_v4()));
        Keys::init(&dir).expect("keys");
        dir
    })
}

/// The process that judges files, which is built beside every test.
fn judging() -> PathBuf {
    let test = std::env::current_exe().expect("the running test");
    let target = test.parent().and_then(Path::parent).expect("target/<profile>/deps");
    target.join("judging")
}

impl TestApp {
    /// A system with the default configuration.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A system whose configuration `change` has touched.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        // Shown when a test fails; the second test finds the subscriber there already.
        let shown = fmt::layer().with_test_writer().with_filter(EnvFilter::new("warn,lopdf=error"));
        let heard = Refusals.with_filter(filter_fn(refusals::concerns));
        let _ = tracing_subscriber::registry().with(shown).with(heard).try_init();
        let sandbox = Sandbox::start(sandbox::Config::default()).await.expect("sandbox");
        let (portal, desk) = (bind(), bind());
        let origin = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let (portal_url, desk_url) = (origin(&portal), origin(&desk));
        sandbox.set_webhook_url(Some(format!("{portal_url}/api/v1/webhooks/yookassa")));
        let database_url = db::create().await;
        let files = std::env::temp_dir().join(format!("prichal-files-{}", Uuid::new_v4()));
        let mut config = Config::load(None).expect("configuration");
        config.database.url = Secret(database_url.clone());
        config.database.pool_size = 8;
        config.database.require_durable = false;
        config.listen.workers = 1;
        config.site.portal_url.clone_from(&portal_url);
        config.site.desk_url.clone_from(&desk_url);
        config.catalogue.dir = root().join("catalogue");
        config.keys.dir = keys().to_owned();
        config.storage.dir.clone_from(&files);
        config.uploads.judge_program = judging();
        config.audit.seals = files.with_extension("seals");
        config.mail.url = Secret(format!("smtp://{}", sandbox.smtp_addr));
        config.sms.url = sandbox.url("/smsc/");
        config.bank.url = sandbox.url("/yookassa/v3/");
        config.registries.url = sandbox.url("/registries/");
        change(&mut config);
        let app = App::open(config).expect("the backend");
        let stop = CancellationToken::new();
        http::server::start(&app, portal, desk, &stop).expect("the server");
        Self {
            app,
            portal: portal_url,
            desk: desk_url,
            sandbox,
            database_url,
            stop,
            files,
            http: reqwest::Client::new(),
        }
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.portal, Realm::Portal, "ru")
    }

    /// A person with an account, signed in.
    pub async fn citizen(&self) -> Citizen {
        people::citizen(self).await
    }

    /// An officer, signed in at the desk.
    pub async fn officer(&self) -> Officer {
        people::officer(self).await
    }

    /// Runs the jobs that are due until none is left; how many ran.
    pub async fn run_jobs(&self) -> usize {
        let mut run = 0;
        // Workers pass over a row that somebody holds at this moment, such as a webhook that brings its job forward.
        let deadline = Instant::now() + PATIENCE;
        loop {
            run += jobs::run_until_empty(&self.app).await.expect("jobs");
            if self.number(DUE).await == 0 || Instant::now() > deadline {
                return run;
            }
        }
    }

    /// Makes jobs that wait for their next try due, and runs them.
    pub async fn retry_jobs(&self) -> usize {
        self.sql("update jobs set run_at = now() where state = 'ready'").await;
        self.run_jobs().await
    }

    /// Cancelled when the test ends.
    #[must_use]
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// A worker that runs by itself until the test ends.
    pub fn start_worker(&self) {
        let (app, stop) = (self.app.clone(), self.stop.clone());
        tokio::spawn(async move { jobs::work(&app, stop).await });
    }

    /// Runs a statement: for letting time pass (rows are aged) or breaking what must be noticed.
    pub async fn sql(&self, sql: &str) -> usize {
        db::run(&self.database_url, sql).await
    }

    /// The number of a `select … as n`.
    pub async fn number(&self, sql: &str) -> i64 {
        db::number(&self.database_url, sql).await
    }

    /// Mails received for an address, oldest first; waits up to five seconds until there are `min`.
    pub async fn mails(&self, to: &str, min: usize) -> Vec<Value> {
        self.inbox("mails", to, min).await
    }

    /// SMS accepted for a phone, oldest first.
    pub async fn sms(&self, to: &str, min: usize) -> Vec<Value> {
        self.inbox("sms", to, min).await
    }

    async fn inbox(&self, what: &str, to: &str, min: usize) -> Vec<Value> {
        let url = self.sandbox.url(&format!("/inbox/{what}"));
        let query = [("to", to.to_owned()), ("min", min.to_string()), ("wait_ms", "5000".to_owned())];
        let url = url::Url::parse_with_params(&url, query).unwrap();
        self.http.get(url).send().await.expect("inbox").json().await.expect("a list")
    }

    /// The newest code sent to a phone.
    pub async fn code(&self, phone: &str) -> String {
        self.run_jobs().await;
        let sms = self.sms(phone, 1).await;
        let codes = sms.iter().rev().find_map(|sms| sms["codes"][0].as_str());
        codes.unwrap_or_else(|| panic!("no code for {phone}: {sms:?}")).to_owned()
    }

    /// Plays a fault in the outside world (see the sandbox's README).
    pub async fn fault(&self, fault: Value) {
        self.control("faults", fault).await;
    }

    /// The outside world behaves again.
    pub async fn heal(&self) {
        let url = self.sandbox.url("/control/faults");
        assert!(self.http.delete(url).send().await.expect("control").status().is_success());
    }

    /// Acts as the payer: `succeed`, `cancel`, `expire`.
    pub async fn pay(&self, provider_id: &str, act: &str, body: Value) {
        self.control(&format!("payments/{provider_id}/{act}"), body).await;
    }

    pub async fn control(&self, path: &str, body: Value) -> Value {
        let url = self.sandbox.url(&format!("/control/{path}"));
        let answer = self.http.post(url).json(&body).send().await.expect("control");
        assert!(answer.status().is_success(), "control {path}: {}", answer.status());
        answer.json().await.unwrap_or(Value::Null)
    }

    /// A plain HTTP client for what the typed client does not let one say.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// All payments at the bank, oldest first.
    pub async fn bank_payments(&self) -> Vec<Value> {
        let url = self.sandbox.url("/inbox/payments");
        self.http.get(url).send().await.expect("inbox").json().await.expect("a list")
    }
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestApp({})", json!({ "portal": self.portal, "desk": self.desk }))
    }
}

fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}
