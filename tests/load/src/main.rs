//! The API beside the bare database, in the same minute on the same machine. Started by `cargo xtask bench`, which
//! builds everything and brings the database; `docs/performance.md` says what is measured and how.

mod api;
mod bare;
mod data;
mod files;
mod http;
mod measure;
mod recorder;
mod report;
mod scenarios;
mod script;
mod server;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use backend::auth::tokens::Tokens;
use backend::config::Config;
use backend::crypto::Keys;
use clap::{Parser, ValueEnum};
use tokio_postgres::{Client, NoTls};

use crate::api::Run;
use crate::bare::{BareRun, Pgbench};
use crate::data::Sizes;
use crate::recorder::{Recorder, Tape};
use crate::report::Measured;
use crate::scenarios::{Bare, Desk, Often, Scenario};
use crate::script::Script;
use crate::server::{Server, Settings};

/// Requests before anything is written down: by then every connection has its statements prepared.
const WARM_UP: u64 = 12;
/// The part of the machine that others may use while we measure.
const DISTURBANCE: f64 = 0.05;

/// Measures the API. `cargo xtask bench` gives the paths.
#[derive(Parser, Debug)]
struct Options {
    /// The checkout
    #[arg(long)]
    root: PathBuf,
    /// Folder for keys, files and logs
    #[arg(long)]
    state: PathBuf,
    /// Folder of the database server's socket
    #[arg(long)]
    socket: PathBuf,
    /// An empty database
    #[arg(long)]
    database: String,
    /// Folder of pgbench
    #[arg(long)]
    postgres_bin: PathBuf,
    /// The backend's program
    #[arg(long)]
    backend: PathBuf,
    #[command(flatten)]
    choice: Choice,
}

/// What people choose.
#[derive(clap::Args, Debug)]
struct Choice {
    /// Applications in the database
    #[arg(long, default_value_t = 100_000)]
    applications: u64,
    /// Length of a run
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Runs of the API, each between two runs without it
    #[arg(long, default_value_t = 3)]
    rounds: u64,
    /// Measure although others use the machine
    #[arg(long)]
    force: bool,
    /// All, if none is named
    scenarios: Vec<Scenario>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    ensure_quiet(options.choice.force)?;
    // One thread: what is measured needs the others.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(options))
}

/// Looks whether the machine has time for us.
fn ensure_quiet(force: bool) -> Result<()> {
    let before = measure::machine()?;
    std::thread::sleep(Duration::from_secs(2));
    let after = measure::machine()?;
    let used = (after.0 - before.0) / (after.1 - before.1);
    if used <= DISTURBANCE {
        return Ok(());
    }
    let words = format!("other programs use {:.0} % of this machine", used * 100.0);
    ensure!(force, "{words}; wait until they are done, or measure nevertheless with --force");
    println!("Warning: {words}. The figures mean little.");
    Ok(())
}

/// What all scenarios share.
struct Bench {
    choice: Choice,
    settings: Settings,
    config: Config,
    url: String,
    client: Client,
    sizes: Sizes,
    pgbench: Pgbench,
    desk: Arc<Desk>,
    /// The next person of each sort who has not been used.
    next_draft: u64,
    next_ready: u64,
    jpeg: Vec<u8>,
}

async fn measure(options: Options) -> Result<()> {
    let limits = report::limits(&options.root.join("tests/load/limits.toml"))?;
    let cores = api::count(available_parallelism()?.get());
    let mut scenarios = options.choice.scenarios.clone();
    if scenarios.is_empty() {
        scenarios = Scenario::value_variants().to_vec();
    }
    let mut bench = Bench::prepare(options, &scenarios).await?;
    let mut all = Vec::new();
    for scenario in scenarios {
        println!("{} …", scenario.name());
        all.push(bench.scenario(scenario).await.with_context(|| scenario.name())?);
    }
    report::print(&all);
    let disturbed = all.iter().map(|one| one.disturbed(cores)).fold(0.0, f64::max);
    println!("\nOther programs used at most {:.1} % of the machine during a run.", disturbed * 100.0);
    let none = report::Limit::default();
    let failures: Vec<String> =
        all.iter().flat_map(|one| one.failures(limits.get(&one.scenario.name()).unwrap_or(&none))).collect();
    if failures.is_empty() {
        println!("Every limit holds.");
        return Ok(());
    }
    bail!("not every limit holds:\n  {}", failures.join("\n  "))
}

impl Bench {
    async fn prepare(options: Options, scenarios: &[Scenario]) -> Result<Self> {
        let Options { root, state, socket, database, postgres_bin, backend, choice } = options;
        let program = bare::find_pgbench(&postgres_bin)?;
        let url = server::url(&socket, &database);
        let argon_parallel = available_parallelism()?.get();
        let settings = Settings { program: backend, root, state, pool_size: 32, argon_parallel };
        settings.role(&url, &["keys", "init"])?;
        settings.role(&url, &["migrate"])?;
        let config = settings.config(&url)?;
        let keys = Keys::load(&config.keys.dir)?;
        let client = connect(&url).await?;
        let row = client.query_one("select pg_backend_pid()", &[]).await?;
        let postmaster = measure::parent(u32::try_from(row.get::<_, i32>(0))?)?;

        let people = |wanted: &[Scenario]| -> u64 {
            wanted.iter().filter(|one| scenarios.contains(one)).map(|one| people_for(*one, &choice)).sum()
        };
        let drafts = people(&[Scenario::Autosave, Scenario::UploadPdf, Scenario::UploadJpeg]);
        let sizes = Sizes::new(choice.applications, drafts, people(&[Scenario::Submit]));
        data::generate(&client, &config, &keys, sizes).await?;
        let audit = settings.role(&url, &["audit", "verify"])?;
        println!("the audit accepts it: {}", audit.split_whitespace().collect::<Vec<_>>().join(" "));

        let tokens = Tokens::new(&keys, &config.auth.issuer, config.auth.access_seconds);
        let jpeg = files::jpeg()?;
        let desk = Arc::new(Desk::new(tokens, files::pdf()?, jpeg.clone())?);
        let pgbench = Pgbench { program, socket, database, postmaster, runs: 0 };
        let (next_draft, next_ready) = (sizes.with_draft().start, sizes.with_ready().start);
        Ok(Self { choice, settings, config, url, client, sizes, pgbench, desk, next_draft, next_ready, jpeg })
    }

    async fn scenario(&mut self, scenario: Scenario) -> Result<Measured> {
        let (tape, script) = self.record(scenario).await?;
        self.client.batch_execute("checkpoint").await?;
        let server = Server::start(&self.settings, "api", &self.url, false).await?;
        let time = Duration::from_secs(self.choice.seconds);
        // Connections are opened and statements prepared.
        self.api(&server, scenario, Duration::from_secs(1)).await?;
        let mut measured = Measured { scenario, tape, bare: Vec::new(), api: Vec::new() };
        measured.bare.extend(self.bare(scenario, &script, time).await?);
        for _ in 0..self.choice.rounds {
            measured.api.push(self.api(&server, scenario, time).await?);
            measured.bare.extend(self.bare(scenario, &script, time).await?);
        }
        Ok(measured)
    }

    /// What one request says to the database, and the script of pgbench that says the same.
    async fn record(&mut self, scenario: Scenario) -> Result<(Tape, Script)> {
        let recorder = Recorder::start(self.settings.state.join("recorder"), &self.pgbench.socket)?;
        let url = server::url(recorder.dir(), &self.pgbench.database);
        let settings = Settings { pool_size: 2, ..self.settings.clone() };
        let server = Server::start(&settings, "recorded", &url, true).await?;
        let people = self.reserve(scenario, WARM_UP + 2)?;
        self.sign_in(people.clone())?;
        let mut connection = http::Connection::open(server.address).await?;
        let mut tapes = Vec::new();
        for person in people.take(usize::try_from(WARM_UP + 2)?) {
            recorder.take();
            let (status, body) = connection.send(self.desk.request(scenario, person)?).await?;
            ensure!(status == scenario.status(), "{status}: {}", String::from_utf8_lossy(&body));
            tapes.push((recorder.take(), person));
        }
        let (Some((a, person_a)), Some((b, person_b))) = (tapes.pop(), tapes.pop()) else {
            bail!("nothing was recorded");
        };
        let choice = Pgbench::choice(scenario.often());
        let script = match scenario.bare() {
            Bare::Postgres => script::write(&choice, (&a.statements, person_a), (&b.statements, person_b))?,
            Bare::Argon2 | Bare::Picture | Bare::Nothing => {
                Script { text: String::new(), constants: Vec::new() }
            }
        };
        std::fs::write(self.settings.state.join(format!("{}.sql", scenario.name())), &script.text)?;
        Ok((a, script))
    }

    async fn api(&mut self, server: &Server, scenario: Scenario, time: Duration) -> Result<Run> {
        let people = self.reserve(scenario, scenario.most_per_second().0 * time.as_secs())?;
        self.sign_in(people.clone())?;
        let run =
            api::run(server, self.pgbench.postmaster, &self.desk, scenario, people.clone(), time).await?;
        ensure!(
            scenario.often() == Often::Again || api::count(run.latencies.len()) < api::count_of(&people),
            "the people set aside were not enough: raise `most_per_second`"
        );
        Ok(run)
    }

    async fn bare(&mut self, scenario: Scenario, script: &Script, time: Duration) -> Result<Option<BareRun>> {
        let postmaster = self.pgbench.postmaster;
        Ok(match scenario.bare() {
            Bare::Nothing => None,
            Bare::Argon2 => Some(bare::argon2(&self.config.auth, postmaster, time)?),
            Bare::Picture => Some(bare::picture(&self.config.uploads, postmaster, &self.jpeg, time)?),
            Bare::Postgres => {
                let people = self.reserve(scenario, scenario.most_per_second().1 * time.as_secs())?;
                let run = self.pgbench.run(script, &people, scenario.clients(), time)?;
                if scenario.often() == Often::Once {
                    self.ensure_done(&people, run.done).await?;
                }
                Some(run)
            }
        })
    }

    /// Whether the statements have done to the drafts what the API does: a script that found nothing to change would be
    /// fast.
    async fn ensure_done(&self, people: &Range<u64>, done: u64) -> Result<()> {
        let of = |person| data::id(data::Kind::Application, 0, person).to_string();
        let sql = "select count(*) from applications where version = 2 and id >= $1::text::uuid and id < $2::text::uuid";
        let row = self.client.query_one(sql, &[&of(people.start), &of(people.end)]).await?;
        let changed: i64 = row.get(0);
        ensure!(
            u64::try_from(changed)? == done,
            "pgbench made {done} transactions, but {changed} drafts have changed: see the script in {}",
            self.settings.state.display()
        );
        Ok(())
    }

    /// People nobody has used yet, where everybody can be used once; else all of them.
    fn reserve(&mut self, scenario: Scenario, number: u64) -> Result<Range<u64>> {
        let all = scenario.people(&self.sizes);
        let next = match scenario {
            Scenario::List | Scenario::Open | Scenario::Login => return Ok(all),
            Scenario::Submit => &mut self.next_ready,
            Scenario::Autosave | Scenario::UploadPdf | Scenario::UploadJpeg => &mut self.next_draft,
        };
        let people = *next..*next + number;
        ensure!(people.end <= all.end, "the people set aside are used up");
        *next = people.end;
        Ok(people)
    }

    fn sign_in(&mut self, people: Range<u64>) -> Result<()> {
        Arc::get_mut(&mut self.desk).context("a run is still going on")?.sign_in(people)
    }
}

/// How many people a scenario uses up.
fn people_for(scenario: Scenario, choice: &Choice) -> u64 {
    let (api, bare) = scenario.most_per_second();
    let bare_runs = if scenario.bare() == Bare::Postgres { choice.rounds + 1 } else { 0 };
    // One more second of the API goes before.
    WARM_UP + 2 + api * (choice.seconds * choice.rounds + 1) + bare * choice.seconds * bare_runs
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
