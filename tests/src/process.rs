//! The backend as a process of its own, on the database, keys, files and outside world of a [`TestApp`]: for tests
//! that kill it, and for its commands.

use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openapi::client::Realm;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::TestApp;
use crate::app::root;

/// No step of a process takes this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running process. It is killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    heard: Arc<Mutex<Heard>>,
    serving: Arc<Notify>,
    log: JoinHandle<()>,
}

/// What a process has written to its log.
#[derive(Debug, Default)]
struct Heard {
    reached: Vec<String>,
    log: String,
}

/// How a process ended, the crash points it passed on the way, in their order, and all it has written to its log.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub reached: Vec<String>,
    pub log: String,
}

/// Addresses for a server that may be started again on them.
#[derive(Debug, Clone)]
pub struct Doors {
    portal: String,
    desk: String,
}

impl Doors {
    /// Two that nobody uses; below those the system usually gives to whoever asks for any, each given once.
    #[must_use]
    pub fn free() -> Self {
        static NEXT: AtomicU16 = AtomicU16::new(0);
        let free = || loop {
            let step = NEXT.fetch_add(1, Ordering::Relaxed);
            // Begun elsewhere by each process, so that two seldom meet.
            let port = 10_000 + (std::process::id() * 40 + u32::from(step)) % 20_000;
            let address = format!("127.0.0.1:{port}");
            if std::net::TcpListener::bind(&address).is_ok() {
                return address;
            }
        };
        Self { portal: free(), desk: free() }
    }

    /// The origin a client of this realm speaks to.
    #[must_use]
    pub fn origin(&self, realm: Realm) -> String {
        let address = match realm {
            Realm::Portal => &self.portal,
            Realm::Desk => &self.desk,
        };
        format!("http://{address}")
    }
}

/// The command of `program` (`CARGO_BIN_EXE_served`) with the configuration of `app`.
#[must_use]
pub fn command(app: &TestApp, program: &str, arguments: &[&str]) -> Command {
    let config = &app.app.config;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root())
        .env("PRICHAL_DATABASE__URL", &app.database_url)
        .env("PRICHAL_DATABASE__REQUIRE_DURABLE", "false")
        .env("PRICHAL_DATABASE__POOL_SIZE", "8")
        .env("PRICHAL_SITE__PORTAL_URL", &config.site.portal_url)
        .env("PRICHAL_SITE__DESK_URL", &config.site.desk_url)
        .env("PRICHAL_KEYS__DIR", &config.keys.dir)
        .env("PRICHAL_STORAGE__DIR", &config.storage.dir)
        .env("PRICHAL_AUDIT__SEALS", &config.audit.seals)
        .env("PRICHAL_MAIL__URL", config.mail.url.expose())
        .env("PRICHAL_SMS__URL", &config.sms.url)
        .env("PRICHAL_BANK__URL", &config.bank.url)
        .env("PRICHAL_REGISTRIES__URL", &config.registries.url)
        .env("PRICHAL_AUTH__REFRESH_GRACE_SECONDS", config.auth.refresh_grace_seconds.to_string())
        .env("PRICHAL_LOG", "info,backend=debug,tokio_postgres=warn,lopdf=error")
        .kill_on_drop(true);
    command
}

impl Process {
    /// Starts a command of [`command`]. `crash` is what `CRASH` says.
    #[must_use]
    pub fn start(mut command: Command, crash: &str) -> Self {
        let mut child = command.env("CRASH", crash).stderr(Stdio::piped()).spawn().expect("the backend");
        let (heard, serving) = (Arc::default(), Arc::new(Notify::new()));
        let log = tokio::spawn(read(child.stderr.take().unwrap(), Arc::clone(&heard), Arc::clone(&serving)));
        Self { child, heard, serving, log }
    }

    /// Serves at these addresses; returns when it answers there.
    pub async fn serve(app: &TestApp, program: &str, doors: &Doors, crash: &str) -> Self {
        let mut command = command(app, program, &["serve"]);
        command
            .env("PRICHAL_LISTEN__PORTAL", &doors.portal)
            .env("PRICHAL_SITE__PORTAL_URL", doors.origin(Realm::Portal))
            .env("PRICHAL_LISTEN__DESK", &doors.desk)
            .env("PRICHAL_SITE__DESK_URL", doors.origin(Realm::Desk));
        let mut process = Self::start(command, crash);
        tokio::select! {
            () = process.serving.notified() => process,
            ended = process.child.wait() => panic!("the server does not come up: {ended:?}"),
            () = tokio::time::sleep(PATIENCE) => panic!("the server does not come up in {PATIENCE:?}"),
        }
    }

    /// Waits until it has ended by itself.
    pub async fn ended(mut self) -> Ended {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it does not end");
        self.log.await.unwrap();
        let Heard { reached, log } = std::mem::take(&mut *self.heard.lock().unwrap());
        Ended { status: status.unwrap(), reached, log }
    }

    /// Kills it, as `kill -9` does.
    pub async fn kill(mut self) -> Ended {
        self.child.start_kill().unwrap();
        self.ended().await
    }
}

/// Reads the log line by line: it tells when the server serves and which crash points were passed.
async fn read(log: tokio::process::ChildStderr, heard: Arc<Mutex<Heard>>, serving: Arc<Notify>) {
    let mut lines = BufReader::new(log).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        if let Some(point) = told["crash.point"].as_str() {
            heard.lock().unwrap().reached.push(point.to_owned());
        } else if told["message"] == "serving" {
            serving.notify_one();
        } else if told["level"] != "INFO" && told["level"] != "DEBUG" {
            eprintln!("{line}");
        }
        let mut heard = heard.lock().unwrap();
        heard.log.push_str(&line);
        heard.log.push('\n');
    }
}
