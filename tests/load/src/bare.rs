//! The same work without the API: what it is compared with.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use argon2::{Algorithm, Argon2, Params, Version};
use backend::config::{Auth, Uploads};
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, ImageReader};

use crate::api::count;
use crate::measure::Cpu;
use crate::scenarios::Often;
use crate::script::Script;

/// What came of a run without the API.
#[derive(Clone, Copy, Debug)]
pub struct BareRun {
    pub per_second: f64,
    pub cpu: Cpu,
    /// Pieces of work done.
    pub done: u64,
    pub seconds: f64,
}

/// pgbench, and where its server is.
#[derive(Debug)]
pub struct Pgbench {
    pub program: PathBuf,
    /// Folder of the server's socket.
    pub socket: PathBuf,
    pub database: String,
    pub postmaster: u32,
    /// Grows with every run, so that what must be unique is.
    pub runs: u64,
}

impl Pgbench {
    /// The lines that choose the person of each transaction: anybody, or everybody in turn and once.
    pub fn choice(often: Often) -> String {
        let person = match often {
            Often::Again => "random(:from, :to - 1)",
            Often::Once => ":from + :client_id + (:n - 1) * :clients",
        };
        format!("\\set n :n + 1\n\\set u :run * 1000000000 + :client_id * 10000000 + :n\n\\set i {person}")
    }

    /// Runs a script for these people.
    pub fn run(
        &mut self,
        script: &Script,
        people: &Range<u64>,
        clients: u64,
        time: Duration,
    ) -> Result<BareRun> {
        self.runs += 1;
        let file = self.write(script)?;
        let mut command = Command::new(&self.program);
        command.args(["-n", "-M", "prepared", "-j", "1", "-c", &clients.to_string()]);
        command.args(["-T", &time.as_secs().max(1).to_string(), "-f"]).arg(&file);
        let numbers =
            [("n", 0), ("run", self.runs), ("clients", clients), ("from", people.start), ("to", people.end)];
        for (name, value) in numbers {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        for (at, value) in script.constants.iter().enumerate() {
            command.arg("-D").arg(format!("c{}={value}", at + 1));
        }
        command.env("PGHOST", &self.socket).env("PGUSER", "postgres").env("PGDATABASE", &self.database);
        let before = Cpu::now(None, self.postmaster)?;
        let began = Instant::now();
        let output = command.output().with_context(|| format!("start {}", self.program.display()))?;
        let seconds = began.elapsed().as_secs_f64();
        let cpu = Cpu::now(None, self.postmaster)? - before;
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "pgbench: {}\n{}", errors.trim(), script.text);
        let after = |words: &str| -> Option<&str> {
            said.lines().find_map(|line| line.strip_prefix(words)?.split_ascii_whitespace().next())
        };
        let per_second = after("tps = ").context("pgbench tells no tps")?.parse()?;
        let done = after("number of transactions actually processed: ").context("pgbench tells no count")?;
        Ok(BareRun { per_second, cpu, done: done.parse()?, seconds })
    }

    fn write(&self, script: &Script) -> Result<PathBuf> {
        let file = std::env::temp_dir().join(format!("prichal-bench-{}.sql", std::process::id()));
        std::fs::write(&file, &script.text)?;
        Ok(file)
    }
}

/// Hashes passwords with the parameters of the API, as many at once as it does.
pub fn argon2(config: &Auth, postmaster: u32, time: Duration) -> Result<BareRun> {
    let params = Params::new(config.argon_memory, config.argon_passes, 1, None)?;
    on_threads(config.argon_parallel, postmaster, time, move || {
        let argon = Argon2::new_with_secret(&[7; 32], Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut hash = [0; 32];
        let hashed =
            argon.and_then(|argon| argon.hash_password_into(b"Pier-and-7-lanterns", &[9; 16], &mut hash));
        hashed.is_ok()
    })
}

/// Decodes, makes smaller and encodes a picture as the API does, as many at once as it does.
pub fn picture(config: &Uploads, postmaster: u32, content: &[u8], time: Duration) -> Result<BareRun> {
    let (content, side) = (content.to_vec(), config.keep_side);
    on_threads(config.parallel, postmaster, time, move || {
        let read = ImageReader::with_format(std::io::Cursor::new(&content), ImageFormat::Jpeg).decode();
        let Ok(picture) = read else { return false };
        let mut kept = Vec::new();
        picture.thumbnail(side, side).write_with_encoder(JpegEncoder::new_with_quality(&mut kept, 85)).is_ok()
    })
}

/// Repeats a piece of work on some threads until the time is over.
fn on_threads(
    threads: usize,
    postmaster: u32,
    time: Duration,
    work: impl Fn() -> bool + Clone + Send + 'static,
) -> Result<BareRun> {
    let before = Cpu::now(None, postmaster)?;
    let began = Instant::now();
    let running: Vec<_> = (0..threads)
        .map(|_| {
            let work = work.clone();
            thread::spawn(move || {
                let mut done = 0_usize;
                while began.elapsed() < time && work() {
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for thread in running {
        done += thread.join().ok().context("a thread of the comparison failed")?;
    }
    let seconds = began.elapsed().as_secs_f64();
    ensure!(done > 0, "nothing was done");
    let cpu = Cpu::now(None, postmaster)? - before;
    Ok(BareRun { per_second: count(done) / seconds, cpu, done: u64::try_from(done)?, seconds })
}

/// pgbench beside the server's programs.
pub fn find_pgbench(bin: &Path) -> Result<PathBuf> {
    let program = bin.join("pgbench");
    ensure!(
        program.is_file(),
        "there is no pgbench in {}: install PostgreSQL with its client programs, or name their folder in PG_BINDIR",
        bin.display()
    );
    Ok(program)
}
