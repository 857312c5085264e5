//! The backend as a process, with the limits that guard it from one machine raised: all requests come from here.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use hyper::{Method, StatusCode};
use pg::process::{self, Signal};

use crate::http::{self, Connection};

/// How long it may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a run of the backend is told.
#[derive(Clone, Debug)]
pub struct Settings {
    pub program: PathBuf,
    pub root: PathBuf,
    /// Keys, files, logs.
    pub state: PathBuf,
    pub pool_size: usize,
    /// Hashes of passwords computed at once.
    pub argon_parallel: usize,
}

impl Settings {
    /// Writes the configuration for a server on these ports with the database at `url`; its path.
    fn write(&self, name: &str, url: &str, ports: [u16; 2], quiet: bool) -> Result<PathBuf> {
        let [portal, desk] = ports;
        let most = i32::MAX;
        let text = format!(
            "[database]\nurl = {url:?}\npool_size = {pool}\n\
             [site]\nportal_url = \"http://localhost\"\ndesk_url = \"http://desk.localhost\"\ntrusted_proxies = 1\n\
             [listen]\nportal = \"127.0.0.1:{portal}\"\ndesk = \"127.0.0.1:{desk}\"\n\
             [catalogue]\ndir = {catalogue:?}\n\
             [keys]\ndir = {keys:?}\n\
             [storage]\ndir = {files:?}\n\
             [audit]\nseals = \"\"\n\
             [auth]\nargon_parallel = {argon}\naddress_attempts = {most}\npassword_attempts = {most}\nlogin_attempts = {most}\nlogin_attempts_per_day = {most}\n\
             [codes]\nasked_per_network = {most}\nsign_in_per_hour = {most}\nfiling_per_hour = {most}\naccounts_in_all = {most}\n\
             [jobs]\npoll_ms = {poll}\n",
            pool = self.pool_size,
            catalogue = self.root.join("catalogue"),
            keys = self.state.join("keys"),
            files = self.state.join("files"),
            argon = self.argon_parallel,
            // Where statements are written down, nothing else may speak.
            poll = if quiet { 3_600_000 } else { 150 },
        );
        let path = self.state.join(format!("{name}.toml"));
        fs::write(&path, text)?;
        Ok(path)
    }

    /// The configuration as the backend reads it, for making data that fit it.
    pub fn config(&self, url: &str) -> Result<backend::config::Config> {
        backend::config::Config::load(Some(&self.write("data", url, [0, 0], true)?))
    }

    /// Runs one of the short roles.
    pub fn role(&self, url: &str, role: &[&str]) -> Result<String> {
        let config = self.write("role", url, [0, 0], true)?;
        let done = Command::new(&self.program)
            .arg("--config")
            .arg(config)
            .args(role)
            .current_dir(&self.root)
            .env("PRICHAL_LOG", "warn")
            .stderr(Stdio::inherit())
            .output()?;
        ensure!(done.status.success(), "backend {role:?}: {}", done.status);
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}

/// A running server. Killed when dropped: there is nothing it could lose.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts and waits until it answers. A `quiet` one speaks to the database for requests only.
    pub async fn start(settings: &Settings, name: &str, url: &str, quiet: bool) -> Result<Self> {
        let ports = [free_port()?, free_port()?];
        let config = settings.write(name, url, ports, quiet)?;
        let log = settings.state.join(format!("{name}.log"));
        // However we end, it does not outlive us: it would use the machine that is measured next.
        let mut command = process::bound(&settings.program, None, Signal::SIGKILL);
        command.arg("--config").arg(config).arg("serve").current_dir(&settings.root);
        command.stdin(Stdio::null()).stderr(File::create(&log)?);
        let child = process::spawn(command)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, ports[0]));
        let mut server = Self { child, address };
        let deadline = Instant::now() + PATIENCE;
        while !is_ready(address).await {
            if let Some(status) = server.child.try_wait()? {
                bail!("the backend ended ({status}); see {}", log.display());
            }
            ensure!(Instant::now() < deadline, "the backend does not answer; see {}", log.display());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let asked = async {
        let mut connection = Connection::open(address).await?;
        let request = http::request(Method::GET, "/health/ready", None).body(http::empty())?;
        Ok::<_, anyhow::Error>(connection.send(request).await?.0)
    };
    asked.await.is_ok_and(|status| status == StatusCode::OK)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// The address of a database whose server's socket is in a folder.
pub fn url(socket: &Path, database: &str) -> String {
    format!("postgres://postgres@{}:5432/{database}", socket.to_string_lossy().replace('/', "%2F"))
}
