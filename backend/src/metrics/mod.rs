//! What happened in this process, counted for Prometheus: requests and jobs, with how long they took.

pub mod door;
mod now;

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use now::Now;

/// Upper bounds of the times that are told apart, seconds: a read from the cache to a slow bank.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The counters of one process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Family<RouteLabels, Histogram, Times>,
    jobs: Family<JobLabels, Counter>,
    job_seconds: Family<KindLabels, Histogram, Times>,
    now: Now,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    /// The pattern of the path, so that ids do not make labels.
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: String,
    outcome: &'static str,
}

/// Makes the histograms of a family, all with the same bounds.
#[derive(Clone)]
struct Times;

impl MetricConstructor<Histogram> for Times {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

impl Metrics {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("prichal");
        let requests = Family::default();
        let request_seconds = Family::new_with_constructor(Times);
        let jobs = Family::default();
        let job_seconds = Family::new_with_constructor(Times);
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time until the answer began", request_seconds.clone());
        registry.register("jobs", "Jobs run, by how they ended", jobs.clone());
        registry.register("job_seconds", "Time a job took", job_seconds.clone());
        let now = Now::register(&mut registry);
        Self(Arc::new(Inner { registry, requests, request_seconds, jobs, job_seconds, now }))
    }

    /// A request was answered. `route` is the pattern it fitted, or `-`.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = known(method);
        let labels = RequestLabels { method, route: route.to_owned(), status };
        self.0.requests.get_or_create(&labels).inc();
        let RequestLabels { method, route, .. } = labels;
        self.0.request_seconds.get_or_create(&RouteLabels { method, route }).observe(took.as_secs_f64());
    }

    /// A job was run. `outcome` is `done`, `again`, `failed` or `parked`.
    pub(crate) fn job(&self, kind: &str, outcome: &'static str, took: Duration) {
        self.0.jobs.get_or_create(&JobLabels { kind: kind.to_owned(), outcome }).inc();
        self.0.job_seconds.get_or_create(&KindLabels { kind: kind.to_owned() }).observe(took.as_secs_f64());
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

/// Whoever calls may name any method; only those of HTTP become labels.
fn known(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}
