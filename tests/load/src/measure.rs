//! What a run costs, by the kernel's own books.

use std::fs;

use anyhow::{Context, Result};

/// Ticks of `/proc/…/stat` per second: the kernel's interface has 100 whatever it counts with.
const TICKS: f64 = 100.0;

/// Seconds of processor time used up to a moment.
#[derive(Clone, Copy, Debug)]
pub struct Cpu {
    /// The API with the processes that judge files.
    pub api: f64,
    pub postgres: f64,
    /// This program, with the children that have ended.
    pub driver: f64,
    /// Everything on the machine.
    pub all: f64,
}

impl std::ops::Sub for Cpu {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            api: self.api - earlier.api,
            postgres: self.postgres - earlier.postgres,
            driver: self.driver - earlier.driver,
            all: self.all - earlier.all,
        }
    }
}

impl Cpu {
    /// Of all programs that are none of ours.
    pub fn others(&self) -> f64 {
        (self.all - self.api - self.postgres - self.driver).max(0.0)
    }

    /// Up to now. `postmaster` is the first process of the database server.
    pub fn now(api: Option<u32>, postmaster: u32) -> Result<Self> {
        let driver = Process::read(std::process::id())?;
        Ok(Self {
            api: api.map_or(Ok(0.0), family)?,
            postgres: family(postmaster)?,
            driver: driver.own + driver.ended_children,
            all: machine()?.0,
        })
    }
}

/// Processor time of the machine so far: used, and in all.
pub fn machine() -> Result<(f64, f64)> {
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("/proc/stat")?;
    // user nice system idle iowait irq softirq steal; what guests use is in user already.
    let ticks: Vec<f64> =
        line.split_ascii_whitespace().skip(1).take(8).map(str::parse).collect::<Result<_, _>>()?;
    let all: f64 = ticks.iter().sum();
    let idle: f64 = ticks.iter().skip(3).take(2).sum();
    Ok(((all - idle) / TICKS, all / TICKS))
}

struct Process {
    parent: u32,
    own: f64,
    ended_children: f64,
}

impl Process {
    fn read(pid: u32) -> Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name, in parentheses, may hold anything.
        let (_, fields) = stat.rsplit_once(')').context("/proc/…/stat")?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let number = |at: usize| -> Result<f64> { Ok(fields.get(at).context("/proc/…/stat")?.parse()?) };
        Ok(Self {
            parent: fields.get(1).context("/proc/…/stat")?.parse()?,
            own: (number(11)? + number(12)?) / TICKS,
            ended_children: (number(13)? + number(14)?) / TICKS,
        })
    }
}

/// A process with its children, living and ended.
fn family(first: u32) -> Result<f64> {
    let process = Process::read(first)?;
    // One that ends meanwhile is counted with the ended next time.
    let living =
        children(first)?.into_iter().filter_map(|pid| Process::read(pid).ok()).map(|child| child.own);
    Ok(process.own + process.ended_children + living.sum::<f64>())
}

fn children(of: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if Process::read(pid).is_ok_and(|process| process.parent == of) {
            found.push(pid);
        }
    }
    Ok(found)
}

/// The process another was started by.
pub fn parent(pid: u32) -> Result<u32> {
    Ok(Process::read(pid)?.parent)
}

/// Memory of a process and its children that nobody else could have, bytes: without the files they map.
pub fn memory(pid: u32) -> Result<u64> {
    // Until a child runs its own program, the memory it shows is its parent's.
    let program = command_line(pid)?;
    let is_itself = |child: &u32| command_line(*child).is_ok_and(|line| line != program);
    let children = children(pid)?.into_iter().filter(is_itself);
    let of_children: u64 = children.filter_map(|child| private(child).ok()).sum();
    Ok(private(pid)? + of_children)
}

fn command_line(pid: u32) -> Result<Vec<u8>> {
    Ok(fs::read(format!("/proc/{pid}/cmdline"))?)
}

fn private(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).context("RssAnon")?;
    let kilobytes: u64 = line.split_ascii_whitespace().nth(1).context("RssAnon")?.parse()?;
    Ok(kilobytes * 1024)
}
