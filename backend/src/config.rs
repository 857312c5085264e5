//! The configuration: defaults from `config.default.toml` (the manual), then a file, then the environment.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::{Deserialize, Serialize};

use openapi::Secret;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub database: Database,
    pub listen: Listen,
    pub web: Web,
    pub site: Site,
    pub catalogue: Catalogue,
    pub keys: Keys,
    pub storage: Storage,
    pub auth: Auth,
    pub codes: Codes,
    pub uploads: Uploads,
    pub applications: Applications,
    pub mail: Mail,
    pub sms: Sms,
    pub bank: Bank,
    pub registries: Registries,
    pub jobs: Jobs,
    pub audit: Audit,
    pub egress: Egress,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Secret,
    pub role: String,
    pub pool_size: usize,
    pub read_pool_size: usize,
    pub require_durable: bool,
    pub max_clock_skew_seconds: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    pub portal: String,
    pub desk: String,
    pub metrics: String,
    pub worker_metrics: String,
    pub workers: usize,
    pub slowest_body: usize,
    pub body_patience_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub portal_dir: PathBuf,
    pub desk_dir: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub portal_url: String,
    pub desk_url: String,
    pub trusted_proxies: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    pub dir: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub dir: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub dir: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub issuer: String,
    pub access_seconds: u32,
    pub idle_minutes: i32,
    pub session_hours: i32,
    pub refresh_grace_seconds: i32,
    pub code_minutes: i32,
    pub link_hours: i32,
    pub recovery_minutes: i32,
    pub attempts_before_block: i32,
    pub block_minutes: i32,
    pub factor_cap: i32,
    pub password_attempts: i32,
    pub address_attempts: i32,
    pub window_minutes: i32,
    pub login_attempts: i32,
    pub login_attempts_per_day: i32,
    pub device_days: u32,
    pub sign_ups_per_address: i32,
    pub letters_per_mailbox: i32,
    pub argon_memory: u32,
    pub argon_passes: u32,
    pub argon_parallel: usize,
    pub argon_queue: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    pub sign_up_per_hour: i32,
    pub sign_up_per_day: i32,
    pub sign_ups_in_all: i32,
    pub asked_per_network: i32,
    pub sign_in_per_hour: i32,
    pub filing_per_hour: i32,
    pub accounts_in_all: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uploads {
    pub under_way: usize,
    pub under_way_each: usize,
    pub parallel: usize,
    pub parallel_each: usize,
    pub wait_seconds: u64,
    pub judge_program: PathBuf,
    pub costly_per_hour: i32,
    pub judge_memory_mb: u64,
    pub judge_cpu_seconds: u64,
    pub judge_seconds: u64,
    pub max_side: u32,
    pub max_pixels: u64,
    pub keep_side: u32,
    pub max_files: i64,
    pub max_kept_files: i64,
    pub min_dpi: u32,
    pub min_sharpness: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applications {
    pub max_drafts: i64,
    pub drafts_per_hour: i32,
    pub amendments_per_day: i32,
    pub messages_per_hour: i32,
    pub result_within_minutes: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub url: Secret,
    pub from: String,
    pub timeout_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sms {
    pub url: String,
    pub login: String,
    pub password: Secret,
    pub sender: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    pub url: String,
    pub shop_id: String,
    pub secret_key: Secret,
    pub webhook_networks: Vec<String>,
    pub poll_seconds: i32,
    pub reconcile_minutes: i64,
    pub reconcile_back_minutes: i64,
    pub reconcile_daily_hours: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registries {
    pub url: String,
    pub token: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    pub poll_ms: u64,
    pub lease_seconds: i32,
    pub parallel: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    pub seals: PathBuf,
    pub seal_within_hours: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Egress {
    pub connect_seconds: u64,
    pub total_seconds: u64,
    pub proxy: String,
}

impl Config {
    /// Reads and checks the configuration.
    ///
    /// # Errors
    /// Names the setting that is unknown, missing or out of range, and where it came from.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut figment = Figment::from(Toml::string(include_str!("../config.default.toml")));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment.merge(Env::prefixed("PRICHAL_").ignore(&["log"]).split("__")).extract()?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!((30..=300).contains(&self.auth.access_seconds), "auth.access_seconds: 30 to 300");
        // Pages renew once in the life of a token; a session must not end in between.
        let token = i32::try_from(self.auth.access_seconds / 60).unwrap_or(i32::MAX);
        anyhow::ensure!(self.auth.idle_minutes > token, "auth.idle_minutes: longer than auth.access_seconds");
        anyhow::ensure!(
            self.auth.session_hours.saturating_mul(60) >= self.auth.idle_minutes,
            "auth.session_hours: not shorter than auth.idle_minutes"
        );
        anyhow::ensure!(self.auth.attempts_before_block >= 1, "auth.attempts_before_block: at least 1");
        anyhow::ensure!(self.auth.argon_memory >= 19_456, "auth.argon_memory: at least 19456 KiB");
        anyhow::ensure!(self.auth.argon_parallel >= 1, "auth.argon_parallel: at least 1");
        let bank = &self.bank;
        for (name, value) in [
            ("reconcile_minutes", bank.reconcile_minutes),
            ("reconcile_back_minutes", bank.reconcile_back_minutes),
            ("reconcile_daily_hours", bank.reconcile_daily_hours),
        ] {
            anyhow::ensure!((1..=10_000).contains(&value), "bank.{name}: 1 to 10000");
        }
        anyhow::ensure!(
            (1..=86_400).contains(&self.database.max_clock_skew_seconds),
            "database.max_clock_skew_seconds: 1 to 86400"
        );
        for (name, value, least) in self.floors() {
            anyhow::ensure!(value >= least, "{name}: at least {least}");
        }
        for (name, url) in [("portal_url", &self.site.portal_url), ("desk_url", &self.site.desk_url)] {
            let parsed = url::Url::parse(url).map_err(|error| anyhow::anyhow!("site.{name}: {error}"))?;
            anyhow::ensure!(parsed.path() == "/", "site.{name}: an origin without a path");
        }
        Ok(())
    }

    /// Settings below which nothing works, or works without a bound: the setting, its value, the least it may be.
    fn floors(&self) -> [(&'static str, i64, i64); 35] {
        let Self { database, auth, codes, jobs, uploads, applications, bank, audit, egress, .. } = self;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let long = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        [
            ("database.pool_size", count(database.pool_size), 2),
            ("database.read_pool_size", count(database.read_pool_size), 1),
            ("listen.workers", count(self.listen.workers), 1),
            ("listen.slowest_body", count(self.listen.slowest_body), 1),
            ("listen.body_patience_seconds", long(self.listen.body_patience_seconds), 1),
            ("auth.code_minutes", auth.code_minutes.into(), 1),
            ("auth.link_hours", auth.link_hours.into(), 1),
            // As long as the window of `auth.letters_per_mailbox`: whoever uses the letters up leaves links that work.
            ("auth.recovery_minutes", auth.recovery_minutes.into(), 60),
            ("auth.block_minutes", auth.block_minutes.into(), 1),
            ("auth.factor_cap", auth.factor_cap.into(), 1),
            ("auth.window_minutes", auth.window_minutes.into(), 1),
            ("auth.password_attempts", auth.password_attempts.into(), 1),
            ("auth.login_attempts_per_day", auth.login_attempts_per_day.into(), 1),
            ("auth.refresh_grace_seconds", auth.refresh_grace_seconds.into(), 0),
            ("auth.device_days", auth.device_days.into(), 1),
            ("codes.sign_in_per_hour", codes.sign_in_per_hour.into(), 1),
            ("codes.filing_per_hour", codes.filing_per_hour.into(), 1),
            ("uploads.under_way", count(uploads.under_way), 1),
            ("uploads.under_way_each", count(uploads.under_way_each), 1),
            ("uploads.judge_seconds", long(uploads.judge_seconds), 1),
            ("uploads.costly_per_hour", uploads.costly_per_hour.into(), 1),
            ("uploads.max_files", uploads.max_files, 1),
            ("uploads.max_kept_files", uploads.max_kept_files, 1),
            ("applications.drafts_per_hour", applications.drafts_per_hour.into(), 1),
            ("applications.amendments_per_day", applications.amendments_per_day.into(), 1),
            ("applications.messages_per_hour", applications.messages_per_hour.into(), 1),
            ("applications.result_within_minutes", applications.result_within_minutes.into(), 0),
            ("mail.timeout_seconds", long(self.mail.timeout_seconds), 1),
            ("bank.poll_seconds", bank.poll_seconds.into(), 1),
            ("audit.seal_within_hours", audit.seal_within_hours.into(), 1),
            ("egress.connect_seconds", long(egress.connect_seconds), 1),
            ("egress.total_seconds", long(egress.total_seconds), 1),
            ("jobs.parallel", count(jobs.parallel), 1),
            ("jobs.poll_ms", long(jobs.poll_ms), 10),
            // A job is stopped five seconds before its lease ends; what it waits for takes some of the rest.
            ("jobs.lease_seconds", jobs.lease_seconds.into(), 10),
        ]
    }

    /// The origin of an address of ours: no trailing slash.
    #[must_use]
    pub fn portal_origin(&self) -> &str {
        self.site.portal_url.trim_end_matches('/')
    }

    #[must_use]
    pub fn desk_origin(&self) -> &str {
        self.site.desk_url.trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused_by_its_name() {
        let refused = |change: fn(&mut Config)| {
            let mut config = Config::load(None).unwrap();
            change(&mut config);
            config.check().unwrap_err().to_string()
        };
        type Spoil = fn(&mut Config);
        let cases: [(&str, Spoil); 10] = [
            ("jobs.parallel", |config| config.jobs.parallel = 0),
            ("jobs.poll_ms", |config| config.jobs.poll_ms = 0),
            ("jobs.lease_seconds", |config| config.jobs.lease_seconds = 5),
            ("auth.block_minutes", |config| config.auth.block_minutes = 0),
            ("auth.code_minutes", |config| config.auth.code_minutes = -1),
            ("auth.session_hours", |config| config.auth.session_hours = 0),
            ("auth.recovery_minutes", |config| config.auth.recovery_minutes = 59),
            ("uploads.under_way_each", |config| config.uploads.under_way_each = 0),
            ("database.pool_size", |config| config.database.pool_size = 1),
            ("site.desk_url", |config| config.site.desk_url = "http://desk.example/x".to_owned()),
        ];
        for (setting, change) in cases {
            let told = refused(change);
            assert!(told.starts_with(&format!("{setting}: ")), "{told}");
        }
    }
}
