//! How much waits right now: read when Prometheus asks, so that nothing is counted while nobody looks.

use std::sync::atomic::AtomicU64;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Double};
use diesel_async::RunQueryDsl;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::error::Result;
use crate::history::late;

/// What is measured at the moment of a scrape.
pub(super) struct Now {
    connections_used: Gauge,
    connections_waiting: Gauge,
    jobs_due: Gauge,
    oldest_due_seconds: Gauge<f64, AtomicU64>,
    jobs_parked: Gauge,
    alarms_open: Gauge,
    decisions_stopped: Gauge,
    reconciled_at: Gauge<f64, AtomicU64>,
    differences: Gauge,
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    due: i64,
    #[diesel(sql_type = Double)]
    oldest: f64,
    #[diesel(sql_type = BigInt)]
    parked: i64,
    #[diesel(sql_type = BigInt)]
    alarms: i64,
    #[diesel(sql_type = Double)]
    reconciled_at: f64,
    #[diesel(sql_type = BigInt)]
    differences: i64,
}

/// Each count is over a partial index of few rows, each last row at the end of one.
const WAITING: &str = "select \
    (select count(*) from jobs where state = 'ready' and run_at <= now()) as due, \
    (select coalesce(extract(epoch from now() - min(run_at)), 0)::float8 from jobs \
       where state = 'ready' and run_at <= now()) as oldest, \
    (select count(*) from jobs where state = 'parked') as parked, \
    (select count(*) from alarms where closed_at is null) as alarms, \
    (select coalesce(extract(epoch from max(at)), 0)::float8 from reconciliations) as reconciled_at, \
    (select coalesce((select differences from reconciliations order by at desc limit 1), 0)::bigint) as differences";

impl Now {
    pub fn register(registry: &mut Registry) -> Self {
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let now = Self {
            connections_used: gauge("db_connections_used", "Database connections of this process in use"),
            connections_waiting: gauge("db_connections_waiting", "Requests that wait for a connection"),
            jobs_due: gauge("jobs_due", "Jobs whose time has come, all processes together"),
            oldest_due_seconds: Gauge::default(),
            jobs_parked: gauge("jobs_parked", "Jobs that gave up"),
            alarms_open: gauge("alarms_open", "Alarms nobody has closed"),
            decisions_stopped: gauge(
                "decisions_stopped",
                "1: histories have not been sealed for so long that nothing may be decided",
            ),
            reconciled_at: Gauge::default(),
            differences: gauge(
                "reconciliation_differences",
                "Payments and books that did not agree when the bank was last compared with them",
            ),
        };
        registry.register(
            "reconciled_timestamp_seconds",
            "When the bank's payments were last compared with ours; 0: never",
            now.reconciled_at.clone(),
        );
        registry.register(
            "jobs_oldest_due_seconds",
            "How long the oldest due job has waited",
            now.oldest_due_seconds.clone(),
        );
        now
    }

    pub async fn read(&self, app: &App) -> Result<()> {
        let (used, waiting) = app.db.usage();
        self.connections_used.set(i64::try_from(used).unwrap_or(i64::MAX));
        self.connections_waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        let mut conn = app.db.read().await?;
        let rows: Waiting = diesel::sql_query(WAITING).get_result(&mut conn).await?;
        self.jobs_due.set(rows.due);
        self.oldest_due_seconds.set(rows.oldest);
        self.jobs_parked.set(rows.parked);
        self.alarms_open.set(rows.alarms);
        let stopped = late::is_late(&conn, app.config.audit.seal_within_hours).await?;
        self.decisions_stopped.set(stopped.into());
        self.reconciled_at.set(rows.reconciled_at);
        self.differences.set(rows.differences);
        Ok(())
    }
}
