//! One binary, many roles.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio_util::sync::CancellationToken;

use crate::accounts::employ::{self, NewOfficer};
use crate::accounts::{dismiss, restore};
use crate::app::App;
use crate::config::Config;
use crate::crypto::Keys;
use crate::{accounts, alarms, db, demo, history, http, jobs, metrics, payments, routes};

#[derive(Parser)]
#[command(version, about = "The Prichal backend: API, worker and their tools")]
struct Cli {
    /// A TOML file over the defaults; the environment (PRICHAL_…) goes over both.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Answers on the portal's and the desk's address.
    Serve,
    /// Does the jobs.
    Work {
        /// Ends when no job is due any more.
        #[arg(long)]
        until_empty: bool,
    },
    /// Brings the database up to date.
    Migrate,
    /// Prints the OpenAPI document.
    Openapi,
    /// Loads sample people and prints how to sign in as them.
    Demo {
        #[command(subcommand)]
        what: Option<DemoRole>,
    },
    /// The people of the portal.
    Citizens {
        #[command(subcommand)]
        what: CitizensRole,
    },
    /// The people of the desk.
    Officers {
        #[command(subcommand)]
        what: OfficersRole,
    },
    /// Key files.
    Keys {
        #[command(subcommand)]
        what: KeysRole,
    },
    /// What a person must look at.
    Alarms {
        #[command(subcommand)]
        what: AlarmsRole,
    },
    /// The history of cases.
    Audit {
        #[command(subcommand)]
        what: AuditRole,
    },
}

#[derive(Subcommand)]
enum OfficersRole {
    /// Adds an officer: reads the password from standard input, prints the secret for the authenticator app.
    Add {
        #[arg(long)]
        login: String,
        /// Surname first: applicants see it with initials.
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "ru")]
        language: String,
    },
    /// Ends an officer's work: sessions are over, open cases go back to the queue.
    Dismiss {
        #[arg(long)]
        login: String,
    },
    /// Replaces an authenticator that is lost or switched off: prints the new secret, ends the officer's sessions.
    Authenticator {
        #[arg(long)]
        login: String,
    },
}

#[derive(Subcommand)]
enum CitizensRole {
    /// Switches codes on again after too many wrong ones; the person is told.
    CodesOn {
        /// The e-mail address or phone they sign in with.
        #[arg(long)]
        login: String,
    },
}

#[derive(Subcommand)]
enum DemoRole {
    /// Prints the authenticator code of a sample officer, whose secret is public.
    Code { login: String },
}

#[derive(Subcommand)]
enum KeysRole {
    /// Makes the key files that are missing.
    Init,
}

#[derive(Subcommand)]
enum AlarmsRole {
    /// Prints what is open: id, when, kind, subject, details.
    List,
    /// Closes one that has been dealt with.
    Close { id: uuid::Uuid },
    /// Tries again what was parked (a job, a payment), and closes the alarm.
    Retry { id: uuid::Uuid },
}

#[derive(Subcommand)]
enum AuditRole {
    /// Verifies every chain with the messages it tells of, the seals and the ledger; exits with 1 when something is wrong.
    Verify,
    /// Prints what officers have opened, at most a line an hour for each thing: when, who, case, what, its id.
    Reads {
        /// The case.
        #[arg(long, required_unless_present = "login")]
        number: Option<String>,
        /// The officer.
        #[arg(long)]
        login: Option<String>,
    },
}

/// Does what the command line asks for.
///
/// # Errors
/// What stops the role, in words for whoever runs it.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(play(cli))
}

async fn play(cli: Cli) -> anyhow::Result<()> {
    match &cli.role {
        Role::Openapi => {
            return say(routes::document_text()?);
        }
        Role::Demo { what: Some(DemoRole::Code { login }) } => {
            return say(demo::code(login)?);
        }
        _ => {}
    }
    log();
    #[cfg(debug_assertions)]
    crate::crash::arm()?;
    let config = Config::load(cli.config.as_deref())?;
    match cli.role {
        Role::Openapi => Ok(()),
        Role::Keys { what: KeysRole::Init } => Keys::init(&config.keys.dir),
        Role::Migrate => db::migrate(&config.database.url, &config.keys.dir).await,
        Role::Demo { .. } => say(demo::load(&App::open(config)?).await?),
        Role::Citizens { what: CitizensRole::CodesOn { login } } => {
            codes_on(&App::open(config)?, &login).await
        }
        Role::Officers { what: OfficersRole::Add { login, name, language } } => {
            add_officer(&App::open(config)?, login, name, language).await
        }
        Role::Officers { what: OfficersRole::Dismiss { login } } => {
            let freed = dismiss::dismiss(&App::open(config)?, &login).await?;
            say(format_args!("dismissed; cases back in the queue: {freed}"))
        }
        Role::Officers { what: OfficersRole::Authenticator { login } } => {
            let secret = restore::renew_authenticator(&App::open(config)?, &login).await?;
            tell(secret.expose())
        }
        Role::Alarms { what } => on_duty(&App::open(config)?, &what).await,
        Role::Audit { what: AuditRole::Verify } => audit(&App::open(config)?).await,
        Role::Audit { what: AuditRole::Reads { number, login } } => {
            reads(&App::open(config)?, number.as_deref(), login.as_deref()).await
        }
        Role::Serve => serve(App::open(config)?).await,
        Role::Work { until_empty } => work(App::open(config)?, until_empty).await,
    }
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PRICHAL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,tokio_postgres=warn,lopdf=error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .json()
        .flatten_event(true)
        .with_writer(std::io::stderr)
        .init();
}

async fn serve(app: App) -> anyhow::Result<()> {
    app.db.ensure_fit(&app.config.database).await?;
    let listen = &app.config.listen;
    let portal =
        TcpListener::bind(&listen.portal).with_context(|| format!("listen.portal {}", listen.portal))?;
    let desk = TcpListener::bind(&listen.desk).with_context(|| format!("listen.desk {}", listen.desk))?;
    let stop = stopping();
    let mut tasks = http::server::start(&app, portal, desk, &stop)?;
    if let Some(listener) = metrics::door::bind(&listen.metrics)? {
        tasks.push(metrics::door::start(&app, listener, &stop)?);
    }
    tracing::info!(listen.portal, listen.desk, "serving");
    for task in tasks {
        task.await?;
    }
    Ok(())
}

async fn work(app: App, until_empty: bool) -> anyhow::Result<()> {
    app.db.ensure_fit(&app.config.database).await?;
    if until_empty {
        let done = jobs::run_until_empty(&app).await?;
        tracing::info!(jobs.done = done, "nothing more is due");
        return Ok(());
    }
    let stop = stopping();
    if let Some(listener) = metrics::door::bind(&app.config.listen.worker_metrics)? {
        metrics::door::start(&app, listener, &stop)?;
    }
    tracing::info!("working");
    jobs::work(&app, stop).await;
    Ok(())
}

async fn add_officer(app: &App, login: String, name: String, language: String) -> anyhow::Result<()> {
    let mut password = String::new();
    io::stdin().read_line(&mut password)?;
    let password = openapi::Secret(password.trim_end_matches('\n').to_owned());
    let weak = accounts::passwords::findings("/password", password.expose(), &[&login, &name]);
    anyhow::ensure!(
        weak.is_empty(),
        "the password is too weak: {:?}",
        weak.iter().map(|e| &e.code).collect::<Vec<_>>()
    );
    let totp_secret = employ::new_totp_secret()?;
    let officer = NewOfficer { login, name, language, password, totp_secret };
    let added = employ::employ(app, &officer).await?;
    anyhow::ensure!(
        added,
        "is here already with this password; a lost authenticator: officers authenticator"
    );
    tell(officer.totp_secret.expose())
}

async fn codes_on(app: &App, login: &str) -> anyhow::Result<()> {
    let switched = restore::switch_codes_on(app, login).await?;
    say(if switched { "codes are on again; the person is told" } else { "codes are on already" })
}

async fn on_duty(app: &App, what: &AlarmsRole) -> anyhow::Result<()> {
    match what {
        AlarmsRole::List => {
            let open = alarms::list(&mut *app.db.read().await?).await?;
            for alarms::Alarm { id, kind, subject_id, data, raised_at } in open {
                let at = raised_at.format("%F %TZ");
                say(format_args!("{id}  {at}  {kind}  {subject_id}  {data}"))?;
            }
        }
        AlarmsRole::Close { id } => alarms::close(&mut *app.db.read().await?, *id).await?,
        AlarmsRole::Retry { id } => alarms::retry(app, *id).await?,
    }
    Ok(())
}

async fn audit(app: &App) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let report = history::verify(&mut conn).await?;
    say(&report)?;
    let sealed = history::seal::verify(app).await?;
    say(format_args!("seals {}, faults {}", sealed.seals, sealed.faults.len()))?;
    for fault in &sealed.faults {
        say(fault)?;
    }
    let breaches = payments::ledger::verify(&mut conn, None).await?;
    say(format_args!("ledger breaches {}", breaches.len()))?;
    for breach in &breaches {
        say(format_args!("{breach:?}"))?;
    }
    anyhow::ensure!(report.is_whole(), "a chain is broken");
    anyhow::ensure!(sealed.faults.is_empty(), "a seal is broken");
    anyhow::ensure!(breaches.is_empty(), "the ledger does not add up");
    Ok(())
}

async fn reads(app: &App, number: Option<&str>, login: Option<&str>) -> anyhow::Result<()> {
    let conn = app.db.read().await?;
    history::reads::ensure_known(&conn, number, login).await?;
    for line in history::reads::list(&conn, number, login).await? {
        let history::reads::Line { at, login, number, what, subject_id } = line;
        let (at, number) = (at.format("%F %TZ"), number.unwrap_or_default());
        say(format_args!("{at}  {login}  {number}  {what}  {subject_id}"))?;
    }
    Ok(())
}

/// Prints what is lost if nobody reads it.
fn tell(secret: &str) -> anyhow::Result<()> {
    Ok(writeln!(io::stdout(), "{secret}")?)
}

/// Prints a line. Whoever reads no further (`| head`) stops nothing: the command goes on, and its status tells what came
/// of it.
fn say(line: impl Display) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Cancelled by SIGTERM or Ctrl-C.
fn stopping() -> CancellationToken {
    let stop = CancellationToken::new();
    let heard = stop.clone();
    tokio::spawn(async move {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminate => {}
        }
        heard.cancel();
    });
    stop
}
