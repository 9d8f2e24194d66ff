//! Figures for Prometheus (text exposition, at `/metrics`).

use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use http::header::CONTENT_TYPE;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::http::figures;

const DURATION: &str = "signet_http_request_duration_seconds";
/// Upper bounds of the histogram's buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// The recorder. There is one a process: the `metrics` facade wants it so.
#[derive(Clone)]
pub struct Figures(Option<PrometheusHandle>);

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Figures(kept: {})", self.0.is_some())
    }
}

impl Figures {
    /// Nothing is kept.
    pub const fn off() -> Self {
        Self(None)
    }

    /// Begins to keep figures, or goes on with those that are kept.
    pub fn keep() -> Self {
        static KEPT: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        Self(KEPT.get_or_init(install).clone())
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        self.0.as_ref().map(PrometheusHandle::render).unwrap_or_default()
    }

    /// Sorts what was measured into its buckets. To be called every few seconds, or memory grows.
    pub fn tidy(&self) {
        if let Some(handle) = &self.0 {
            handle.run_upkeep();
        }
    }

    /// `/metrics`.
    pub fn routes(&self) -> Router {
        let Some(handle) = self.0.clone() else {
            return Router::new();
        };
        let answer = move || {
            let text = handle.render();
            async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
        };
        Router::new().route("/metrics", get(answer))
    }
}

fn install() -> Option<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .ok()?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    describe_histogram!(
        DURATION,
        "Requests by route, method and class of status; _count is their number"
    );
    // The version is told to nobody (SEC-136).
    describe_gauge!("signet_up", "1 while the process serves");
    describe_gauge!(
        "signet_clock_skew_seconds",
        "How far this node's clock is away from the database's"
    );
    describe_counter!(
        "signet_connections_refused_total",
        "Connections closed before their first request"
    );
    describe_counter!(
        "signet_log_lines_lost_total",
        "Log lines lost because nobody read them fast enough"
    );
    describe_counter!(
        "signet_log_events_dropped_total",
        "Events that strangers cause, not told because there were too many of them in a minute, by event"
    );
    describe_counter!(
        "signet_http_malformed_total",
        "What peers sent that is no HTTP, or a flood of it, by reason"
    );
    figures::describe();
    gauge!("signet_up").set(1.0);
    Some(handle)
}

/// A request was answered.
pub(super) fn request(method: &'static str, route: &str, status: u16, took: Duration) {
    let class = match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    histogram!(DURATION, "route" => route.to_owned(), "method" => method, "status" => class)
        .record(took.as_secs_f64());
}

/// A peer sent what is no HTTP.
pub(super) fn malformed(reason: &'static str) {
    counter!("signet_http_malformed_total", "reason" => reason).increment(1);
}

/// Log lines were lost.
pub(super) fn lines_lost(lines: u64) {
    counter!("signet_log_lines_lost_total").increment(lines);
}
