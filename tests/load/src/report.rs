//! The table, and what of it falls short.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::api::Run;
use crate::bare::BareRun;
use crate::recorder::Tape;
use crate::scenarios::{Bare, Scenario};

/// What a scenario must keep to; what is not named is not limited.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Of the throughput of the bare work, at least.
    ratio: Option<f64>,
    /// Waits for the database in one request, at most.
    trips: Option<u32>,
    /// Statements that are parsed and planned for one request, at most.
    unprepared: Option<u32>,
    /// Processor time of the API for one request, at most.
    api_cpu_ms: Option<f64>,
    /// Memory for each request under way, at most.
    memory_mb: Option<f64>,
}

/// Reads the limits, by the name of the scenario.
pub fn limits(file: &Path) -> Result<BTreeMap<String, Limit>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    toml::from_str(&text).with_context(|| file.display().to_string())
}

/// Everything measured of one scenario.
#[derive(Debug)]
pub struct Measured {
    pub scenario: Scenario,
    pub tape: Tape,
    /// One more than runs of the API: every one of those stands between two of these.
    pub bare: Vec<BareRun>,
    pub api: Vec<Run>,
}

impl Measured {
    fn of_api(&self, value: impl Fn(&Run) -> f64) -> f64 {
        median(self.api.iter().map(value).collect())
    }

    fn of_bare(&self, value: impl Fn(&BareRun) -> f64) -> Option<f64> {
        (!self.bare.is_empty()).then(|| median(self.bare.iter().map(value).collect()))
    }

    /// The API beside the mean of the runs before and after it, in every round.
    fn ratios(&self) -> Vec<f64> {
        let sides = self.bare.iter().zip(self.bare.iter().skip(1));
        let means = sides.map(|(before, after)| f64::midpoint(before.per_second, after.per_second));
        self.api.iter().zip(means).map(|(api, bare)| api.per_second() / bare).collect()
    }

    fn ratio(&self) -> Option<f64> {
        let ratios = self.ratios();
        (!ratios.is_empty()).then(|| median(ratios))
    }

    /// Processor time of the API for a request, milliseconds.
    fn api_cpu(&self) -> f64 {
        self.of_api(|run| run.milliseconds(run.cpu.api))
    }

    /// Memory for each request under way, MB.
    fn memory(&self) -> f64 {
        let clients = f64::from(u32::try_from(self.scenario.clients()).unwrap_or(u32::MAX));
        self.of_api(|run| f64::from(u32::try_from(run.grown / 1024).unwrap_or(u32::MAX))) / 1024.0 / clients
    }

    /// The part of the processors that programs of nobody's used meanwhile, at most.
    pub fn disturbed(&self, cores: f64) -> f64 {
        let api = self.api.iter().map(|run| run.cpu.others() / run.seconds);
        let bare = self.bare.iter().map(|run| run.cpu.others() / run.seconds);
        api.chain(bare).fold(0.0, f64::max) / cores
    }

    /// What falls short of the limit.
    pub fn failures(&self, limit: &Limit) -> Vec<String> {
        let mut failures = Vec::new();
        let mut check = |what: &str, value: Option<f64>, most: Option<f64>, least: Option<f64>| {
            let Some(value) = value else { return };
            if let Some(most) = most.filter(|most| value > *most) {
                failures.push(format!("{}: {what} is {value:.2}, at most {most}", self.scenario.name()));
            }
            if let Some(least) = least.filter(|least| value < *least) {
                failures.push(format!("{}: {what} is {value:.2}, at least {least}", self.scenario.name()));
            }
        };
        let trips = f64::from(self.tape.trips);
        check("ratio to bare", self.ratio(), None, limit.ratio);
        check("database round trips", Some(trips), limit.trips.map(f64::from), None);
        let unprepared = f64::from(self.tape.unprepared);
        check("unprepared statements", Some(unprepared), limit.unprepared.map(f64::from), None);
        check("CPU ms of the API", Some(self.api_cpu()), limit.api_cpu_ms, None);
        check("MB for each under way", Some(self.memory()), limit.memory_mb, None);
        failures
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The table in Markdown, as `docs/performance.md` shows it.
pub fn print(all: &[Measured]) {
    println!(
        "\n| scenario | per second | bare, per second | ratio (of each round) | p50, p99 ms | CPU ms: API, PostgreSQL, \
         driver | bare CPU ms: PostgreSQL, driver | statements, round trips, unprepared |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for one in all {
        println!("{}", row(one));
    }
    for one in all.iter().filter(|one| one.scenario.is_upload()) {
        println!(
            "\n{}: at most {:.2} MB of memory for each of {} uploads under way",
            one.scenario.name(),
            one.memory(),
            one.scenario.clients()
        );
    }
}

fn row(one: &Measured) -> String {
    let bare = one.of_bare(|run| run.per_second).map_or_else(|| "–".to_owned(), |bare| format!("{bare:.0}"));
    let ratios: Vec<String> = one.ratios().iter().map(|ratio| format!("{ratio:.2}")).collect();
    let ratio =
        one.ratio().map_or_else(|| "–".to_owned(), |ratio| format!("**{ratio:.2}** ({})", ratios.join(" ")));
    let each = |run: &BareRun, seconds: f64| seconds * 1_000.0 / (run.per_second * run.seconds).max(1.0);
    let bare_cpu = match one.scenario.bare() {
        Bare::Postgres => format!(
            "{:.3}, {:.3}",
            one.of_bare(|run| each(run, run.cpu.postgres)).unwrap_or_default(),
            one.of_bare(|run| each(run, run.cpu.driver)).unwrap_or_default()
        ),
        Bare::Argon2 | Bare::Picture => {
            format!("{:.1} in all", one.of_bare(|run| each(run, run.cpu.driver)).unwrap_or_default())
        }
        Bare::Nothing => "–".to_owned(),
    };
    format!(
        "| {} | {:.0} | {bare} | {ratio} | {:.1}, {:.1} | {:.3}, {:.3}, {:.3} | {bare_cpu} | {}, {}, {} |",
        one.scenario.name(),
        one.of_api(Run::per_second),
        one.of_api(|run| run.percentile(0.5)),
        one.of_api(|run| run.percentile(0.99)),
        one.api_cpu(),
        one.of_api(|run| run.milliseconds(run.cpu.postgres)),
        one.of_api(|run| run.milliseconds(run.cpu.driver)),
        one.tape.statements.len(),
        one.tape.trips,
        one.tape.unprepared,
    )
}
