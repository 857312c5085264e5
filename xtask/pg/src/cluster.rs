//! One database cluster: made, started, stopped, deleted.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::Signal;

use crate::home::{self, Home};
use crate::{Binaries, Owner, Say, process};

/// The superuser of the cluster; whoever reaches the socket may be it.
const SUPERUSER: &str = "postgres";

/// What is locked, for whoever is told to wait.
const PRIVATE: &str = "the private database";

/// The database that [`Cluster::durable`] offers. Test runs make their own and start from `postgres`.
pub const DATABASE: &str = "prichal";

/// A recovery after a crash can take this long; a start after a clean stop takes 50 ms.
const START_PATIENCE: Duration = Duration::from_secs(120);

/// Writing everything out after a heavy run on a slow disk.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// What a production server must have too; the API refuses to start on anything less.
const DURABLE: &[&str] = &["fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=100"];

/// A test run has nothing to lose: it is repeated.
const DISPOSABLE: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=200",
    "shared_buffers=256MB",
];

/// A running server. It is stopped (and deleted, if disposable) when dropped; [`Cluster::stop`] does the same and
/// tells what went wrong.
#[derive(Debug)]
pub struct Cluster {
    server: Child,
    stopped: bool,
    dir: PathBuf,
    database: &'static str,
    disposable: bool,
    binaries: Binaries,
    /// Held while the server runs.
    _lock: File,
}

impl Cluster {
    /// Starts the cluster that lives in `home`: makes it if it is not there or was not made to the end, and first
    /// stops a server that a killed run left behind.
    ///
    /// Fails when another process uses `home`, or when its data belong to a release that cannot be had.
    pub fn durable(home: &Home, say: Say<'_>) -> Result<Self> {
        Self::durable_with(home, &[], say)
    }

    /// The same with more settings (`name=value`), which may not take back what makes it durable.
    pub fn durable_with(home: &Home, more: &[&str], say: Say<'_>) -> Result<Self> {
        let lock = home::lock(&home.lock, PRIVATE)?;
        let owner = Owner::for_this_process()?;
        let data = home.data();
        let binaries = if home.marker().exists() {
            let found = Binaries::installed_or_fetched(Some(major_of(&data)?), say).context(
                "the private database was made by another release; to begin with an empty one: `cargo xtask reset`",
            )?;
            stop_orphan(&found, &data, owner, say)?;
            found
        } else {
            let found = Binaries::installed_or_fetched(None, say)?;
            make_durable(home, &found, owner, say)?;
            found
        };
        // Of two settings of a name the later one counts.
        let server = start(&binaries, &data, owner, &[more, DURABLE].concat(), &home.log)?;
        Ok(Self {
            server,
            stopped: false,
            dir: home.dir.clone(),
            database: DATABASE,
            disposable: false,
            binaries,
            _lock: lock,
        })
    }

    /// Starts an empty cluster for one test run, in memory if there is room, and deletes what killed runs left.
    pub fn disposable(say: Say<'_>) -> Result<Self> {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let owner = Owner::for_this_process()?;
        let binaries = Binaries::installed_or_fetched(None, say)?;
        let (place, all) = home::disposable_places();
        for old in all.iter().flat_map(|dir| leftovers(dir)) {
            sweep(&binaries, &old, owner);
        }
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let dir = place.join(format!("{}{}-{serial}", home::DISPOSABLE_PREFIX, std::process::id()));
        home::create_private(&dir, owner)?;
        let lock = home::lock(&dir.join("lock"), PRIVATE)?;
        let data = dir.join("data");
        initdb(&binaries, &data, owner, &["--no-sync"])?;
        let server = start(&binaries, &data, owner, DISPOSABLE, &dir.join("log"))?;
        Ok(Self {
            server,
            stopped: false,
            dir,
            database: "postgres",
            disposable: true,
            binaries,
            _lock: lock,
        })
    }

    /// `postgres://postgres@%2Ffolder%2Fof%2Fthe%2Fsocket:5432/prichal`: the way tokio-postgres and libpq write
    /// the address of a unix socket.
    pub fn url(&self) -> String {
        let folder = self.socket().to_string_lossy().replace('/', "%2F");
        format!("postgres://{SUPERUSER}@{folder}:5432/{}", self.database)
    }

    /// The folder with everything in it.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folder of the server's socket.
    pub fn socket(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The programs it runs on.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// Major release number of the server.
    pub fn major(&self) -> u32 {
        self.binaries.major()
    }

    /// The server's exit status, if it ended without being asked.
    pub fn ended(&mut self) -> Option<String> {
        self.server.try_wait().ok().flatten().map(|status| status.to_string())
    }

    /// Stops the server in order (open transactions are rolled back, everything else is on the disk) and deletes
    /// a disposable one.
    pub fn stop(mut self) -> Result<()> {
        self.halt()
    }

    fn halt(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.stopped, true) {
            return Ok(());
        }
        let calm = if self.disposable { Signal::SIGQUIT } else { Signal::SIGINT };
        if !process::signal_and_wait(&mut self.server, calm, STOP_PATIENCE)?
            && !process::signal_and_wait(&mut self.server, Signal::SIGQUIT, Duration::from_secs(10))?
        {
            self.server.kill().context("the database server does not stop")?;
            self.server.wait()?;
        }
        if self.disposable { home::remove(&self.dir) } else { Ok(()) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.halt() {
            eprintln!("{error:#}");
        }
    }
}

impl Home {
    /// Stops what runs here and deletes it; `false` when there was nothing. Refused while another command uses it.
    pub fn delete(&self) -> Result<bool> {
        if !self.dir.exists() {
            return Ok(false);
        }
        let _lock = home::lock(&self.lock, PRIVATE)?;
        stop_whatever_runs(self)?;
        home::remove(&self.dir)?;
        fs::remove_file(&self.lock).with_context(|| format!("delete {}", self.lock.display()))?;
        Ok(true)
    }
}

fn make_durable(home: &Home, binaries: &Binaries, owner: Option<Owner>, say: Say<'_>) -> Result<()> {
    ensure!(home::fits_a_socket(&home.data()), "{} is too long for a socket", home.data().display());
    if home.dir.exists() {
        say("the database of an interrupted first run is incomplete; making it again");
        stop_whatever_runs(home)?;
        home::remove(&home.dir)?;
    }
    home::create_private(&home.dir, owner)?;
    let data = home.data();
    initdb(binaries, &data, owner, &[])?;
    create_database(binaries, &data, owner)?;
    File::create(home.marker())?.sync_all().context("the completion mark")
}

fn initdb(binaries: &Binaries, data: &Path, owner: Option<Owner>, more: &[&str]) -> Result<()> {
    // `C.UTF-8` sorts by code point on every machine and yet knows the upper and lower case of Cyrillic.
    // A Mac has no such locale before PostgreSQL 17; there case is ASCII only, which `up` can live with.
    let mut said = String::new();
    for locale in ["--locale=C.UTF-8", "--no-locale"] {
        let done = process::as_owner(binaries.program("initdb"), owner)
            .arg("-D")
            .arg(data)
            .args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-instructions", locale])
            .args(more)
            .env("LC_ALL", "C")
            .output()
            .context("initdb cannot be started")?;
        if done.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        if !said.contains("locale") {
            break;
        }
    }
    bail!("initdb in {}: {said}", data.display())
}

/// The single-user mode needs no client program, which the npm package lacks.
fn create_database(binaries: &Binaries, data: &Path, owner: Option<Owner>) -> Result<()> {
    let mut server = process::as_owner(binaries.program("postgres"), owner)
        .args(["--single", "-D"])
        .arg(data)
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("postgres cannot be started")?;
    let mut input = server.stdin.take().context("no way to speak to postgres")?;
    writeln!(input, "CREATE DATABASE {DATABASE}")?;
    drop(input);
    let done = server.wait_with_output()?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success() && !said.contains("ERROR"), "creating the database: {}", said.trim());
    Ok(())
}

fn start(
    binaries: &Binaries,
    data: &Path,
    owner: Option<Owner>,
    settings: &[&str],
    log: &Path,
) -> Result<Child> {
    let out = File::options().create(true).append(true).open(log);
    let out = out.with_context(|| format!("open {}", log.display()))?;
    let mut command = process::bound(&binaries.program("postgres"), owner, Signal::SIGINT);
    command.arg("-D").arg(data).arg("-k").arg(data);
    command.args(["-c", "listen_addresses=", "-c", "port=5432", "-c", "unix_socket_permissions=0700"]);
    command.args(settings.iter().flat_map(|setting| ["-c", setting]));
    command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
    command.stdout(out.try_clone()?).stderr(out);

    let mut server = process::spawn(command)?;
    let deadline = Instant::now() + START_PATIENCE;
    while !is_ready(data, server.id()) {
        if let Some(status) = server.try_wait()? {
            bail!("PostgreSQL did not start ({status}); the end of {}:\n{}", log.display(), tail(log));
        }
        if Instant::now() > deadline {
            process::signal_and_wait(&mut server, Signal::SIGQUIT, STOP_PATIENCE)?;
            bail!("PostgreSQL is not ready after {START_PATIENCE:?}; see {}", log.display());
        }
        thread::sleep(process::POLL);
    }
    Ok(server)
}

/// The first line of `postmaster.pid` is the server's process, the eighth its own word about its state. The file of a
/// server that was killed says "ready" for ever.
fn is_ready(data: &Path, server: u32) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = text.lines().map(str::trim);
    lines.next() == Some(server.to_string().as_str()) && lines.nth(6) == Some("ready")
}

fn stop_orphan(binaries: &Binaries, data: &Path, owner: Option<Owner>, say: Say<'_>) -> Result<()> {
    if !data.join("postmaster.pid").exists() {
        return Ok(());
    }
    say("the last run was killed; seeing to its database server");
    let pg_ctl = |arguments: &[&str]| {
        let mut command = process::as_owner(binaries.program("pg_ctl"), owner);
        command.args(arguments).arg("-D").arg(data).output().context("pg_ctl cannot be started")
    };
    let deadline = Instant::now() + STOP_PATIENCE;
    // `pg_ctl` knows a stale file from a running server. Asked to stop one that was killed and that nobody has
    // waited for yet, it fails: so what counts is not its success but that the server is gone.
    while pg_ctl(&["status"])?.status.success() {
        let stopped = pg_ctl(&["stop", "-w", "-m", "fast"])?;
        ensure!(
            stopped.status.success() || Instant::now() < deadline,
            "a database server left by an earlier run does not stop: {}",
            String::from_utf8_lossy(&stopped.stderr).trim()
        );
        thread::sleep(process::POLL);
    }
    Ok(())
}

/// For a folder that will be deleted: with any release that is at hand, since only its `pg_ctl` is needed.
fn stop_whatever_runs(home: &Home) -> Result<()> {
    match Binaries::installed(None)? {
        Some(binaries) => stop_orphan(&binaries, &home.data(), Owner::for_this_process()?, &|_| ()),
        None => Ok(()),
    }
}

/// Folders of test runs in `place`.
fn leftovers(place: &Path) -> Vec<PathBuf> {
    fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(home::DISPOSABLE_PREFIX))
        .map(|entry| entry.path())
        .collect()
}

/// Deletes the folder of a test run if that run is over. Best effort: another user's folder cannot even be locked.
fn sweep(binaries: &Binaries, dir: &Path, owner: Option<Owner>) {
    let lock = dir.join("lock");
    // Without a lock it may be one that another run is making at this moment.
    let age = fs::metadata(dir).and_then(|found| found.modified()).ok().and_then(|made| made.elapsed().ok());
    if !lock.exists() && age.is_none_or(|age| age < Duration::from_secs(60)) {
        return;
    }
    if home::lock(&lock, PRIVATE).is_ok() && stop_orphan(binaries, &dir.join("data"), owner, &|_| ()).is_ok()
    {
        drop(home::remove(dir));
    }
}

/// The release that made the data.
fn major_of(data: &Path) -> Result<u32> {
    let file = data.join("PG_VERSION");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    text.trim().parse().with_context(|| format!("{} says {text:?}", file.display()))
}

/// The last lines of a log, for a message about what went wrong.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
}
