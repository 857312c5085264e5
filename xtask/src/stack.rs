//! What runs in development: a database, the outside world, the API and a worker; how each is told where the others
//! are, and how all of them are stopped.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use pg::process::{self, Signal};

use crate::database::Database;
use crate::interrupt;
use crate::ports::Ports;
use crate::progress::say;
use crate::running::{self, STOP_PATIENCE, Turn};
use crate::web::{BUNDLES, Mode};
use crate::workspace::{Workspace, short_hash};

/// How long a program may take to answer after its start.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// Lines of a log that are shown when its program died.
const LAST_LINES: usize = 20;

/// A program of ours that runs until it is stopped.
#[derive(Debug)]
struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

/// Everything that runs. Dropping it stops it all, the database last.
#[derive(Debug)]
pub struct Stack {
    workspace: Workspace,
    ports: Ports,
    settings: Vec<(&'static str, String)>,
    services: Vec<Service>,
    database: Database,
    _turn: Turn,
}

impl Stack {
    /// Nothing runs yet; the bundles are served from the folder of `mode`.
    pub fn new(
        workspace: &Workspace,
        ports: Ports,
        mode: Mode,
        database: Database,
        turn: Turn,
    ) -> Result<Self> {
        let settings = settings(workspace, &ports, mode, &database)?;
        let workspace = workspace.clone();
        Ok(Self { workspace, ports, settings, services: Vec::new(), database, _turn: turn })
    }

    /// Runs the backend in one of its short roles and returns what it printed.
    pub fn backend(&self, role: &[&str]) -> Result<String> {
        let done = self
            .workspace
            .command(self.workspace.program("backend"))
            .args(role)
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stderr(Stdio::piped())
            .output()
            .context("the backend cannot be started")?;
        let said = String::from_utf8_lossy(&done.stderr);
        ensure!(
            done.status.success(),
            "`backend {}` failed ({}):\n{}",
            role.join(" "),
            done.status,
            said.trim()
        );
        Ok(String::from_utf8(done.stdout)?)
    }

    /// Starts the outside world and waits until it answers.
    pub fn start_sandbox(&mut self) -> Result<()> {
        let Ports { portal_port, sandbox_port, smtp_port, .. } = self.ports;
        let arguments = [
            "--listen".to_owned(),
            format!("127.0.0.1:{sandbox_port}"),
            "--smtp".to_owned(),
            format!("127.0.0.1:{smtp_port}"),
            "--webhook-url".to_owned(),
            format!("http://127.0.0.1:{portal_port}/api/v1/webhooks/yookassa"),
        ];
        self.start("sandbox", "sandbox", &arguments)?;
        self.wait_for(sandbox_port, "/health")
    }

    /// Starts the API and a worker and waits until both answer, the API at each of its addresses.
    pub fn start_backend(&mut self) -> Result<()> {
        let Ports { portal_port, desk_port, worker_metrics_port, .. } = self.ports;
        self.start("api", "backend", &["serve".to_owned()])?;
        self.start("worker", "backend", &["work".to_owned()])?;
        self.wait_for(portal_port, "/health/ready")?;
        self.wait_for(desk_port, "/health/ready")?;
        self.wait_for(worker_metrics_port, "/metrics")
    }

    /// Stops the API and the worker; the outside world and the database go on.
    pub fn stop_backend(&mut self) -> Result<()> {
        for name in ["worker", "api"] {
            if let Some(at) = self.services.iter().position(|service| service.name == name) {
                self.services.remove(at).stop()?;
            }
        }
        Ok(())
    }

    /// An error as soon as something has ended that should run, with the last lines of its log.
    pub fn check(&mut self) -> Result<()> {
        for service in &mut self.services {
            if let Some(status) = service.child.try_wait()? {
                bail!(
                    "the {} ended by itself ({status}). The end of {}:\n{}",
                    service.name,
                    service.log.display(),
                    last_lines(&service.log)
                );
            }
        }
        self.database.check()
    }

    /// Stops everything in order: who asks before who answers.
    pub fn stop(mut self) -> Result<()> {
        self.stop_services()?;
        self.database.stop()
    }

    fn stop_services(&mut self) -> Result<()> {
        while let Some(service) = self.services.pop() {
            service.stop()?;
        }
        Ok(())
    }

    fn start(&mut self, name: &'static str, program: &str, arguments: &[String]) -> Result<()> {
        let place = self.workspace.state("logs")?.join(name);
        let out = running::open_log(&place)?;
        let mut command = process::bound(&self.workspace.program(program), None, Signal::SIGTERM);
        command.args(arguments).current_dir(self.workspace.path("")).stdin(Stdio::null());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.stdout(out.try_clone()?).stderr(out);
        let child = process::spawn(command)?;
        running::note(&place, &child)?;
        self.services.push(Service { name, child, log: running::log(&place) });
        Ok(())
    }

    fn wait_for(&mut self, port: u16, path: &str) -> Result<()> {
        let deadline = Instant::now() + START_PATIENCE;
        loop {
            interrupt::check()?;
            self.check()?;
            let answer = status(port, path);
            if answer == Some(200) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let answer = answer.map_or_else(|| "nothing".to_owned(), |status| status.to_string());
                bail!(
                    "http://127.0.0.1:{port}{path} answers {answer} after {START_PATIENCE:?}; see .state/logs"
                );
            }
            interrupt::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if let Err(error) = self.stop_services() {
            eprintln!("{error:#}");
        }
    }
}

impl Service {
    fn stop(mut self) -> Result<()> {
        if !process::signal_and_wait(&mut self.child, Signal::SIGTERM, STOP_PATIENCE)? {
            say(&format!("the {} does not stop within {STOP_PATIENCE:?}; killing it", self.name));
            self.child.kill()?;
            self.child.wait()?;
        }
        Ok(())
    }
}

/// The configuration of the backend, as environment. What somebody has set already stays.
fn settings(
    workspace: &Workspace,
    ports: &Ports,
    mode: Mode,
    database: &Database,
) -> Result<Vec<(&'static str, String)>> {
    let Ports { portal_port, desk_port, sandbox_port, smtp_port, metrics_port, worker_metrics_port } = ports;
    let folder = |path: PathBuf| path.to_string_lossy().into_owned();
    let [portal, desk] = BUNDLES.each_ref().map(|bundle| folder(mode.dist(workspace).join(bundle.name)));
    let sandbox = format!("http://127.0.0.1:{sandbox_port}");
    // To another database these files would be orphans.
    let files = database.mark().map_or("files".to_owned(), |mark| format!("files-{mark}"));
    let all = vec![
        ("PRICHAL_DATABASE__URL", database.url().to_owned()),
        ("PRICHAL_LISTEN__PORTAL", format!("127.0.0.1:{portal_port}")),
        ("PRICHAL_LISTEN__DESK", format!("127.0.0.1:{desk_port}")),
        ("PRICHAL_LISTEN__METRICS", format!("127.0.0.1:{metrics_port}")),
        ("PRICHAL_LISTEN__WORKER_METRICS", format!("127.0.0.1:{worker_metrics_port}")),
        ("PRICHAL_WEB__PORTAL_DIR", portal),
        ("PRICHAL_WEB__DESK_DIR", desk),
        ("PRICHAL_SITE__PORTAL_URL", format!("http://localhost:{portal_port}")),
        ("PRICHAL_SITE__DESK_URL", format!("http://localhost:{desk_port}")),
        ("PRICHAL_CATALOGUE__DIR", folder(workspace.path("catalogue"))),
        ("PRICHAL_BANK__URL", format!("{sandbox}/yookassa/v3/")),
        ("PRICHAL_SMS__URL", format!("{sandbox}/smsc/")),
        ("PRICHAL_REGISTRIES__URL", format!("{sandbox}/registries/")),
        ("PRICHAL_MAIL__URL", format!("smtp://127.0.0.1:{smtp_port}")),
        ("PRICHAL_STORAGE__DIR", folder(workspace.state(files)?)),
        ("PRICHAL_KEYS__DIR", folder(workspace.state("keys")?)),
        // Seals of another database would be faults in this one.
        (
            "PRICHAL_AUDIT__SEALS",
            folder(workspace.state(format!("seals-{}.jsonl", short_hash(database.url().as_bytes())))?),
        ),
    ];
    Ok(all.into_iter().filter(|(name, _)| std::env::var_os(name).is_none()).collect())
}

/// The status of one GET, or `None` when nobody answers.
fn status(port: u16, path: &str) -> Option<u16> {
    let patience = Duration::from_secs(2);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n").ok()?;
    let mut line = [0; 12];
    stream.read_exact(&mut line).ok()?;
    // "HTTP/1.1 200"
    std::str::from_utf8(&line).ok()?.rsplit(' ').next()?.parse().ok()
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default().join("\n")
}
