//! `/health/live` and `/health/ready`, for whatever starts, restarts and sends requests to this process.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(2);

type Ask = dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync;

/// What must work for this node to be sent requests.
#[derive(Clone, Default)]
pub struct Readiness(Vec<(&'static str, Arc<Ask>)>);

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Readiness {
    /// Nothing to check.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check. Its error is for the log; the answer says only that it fails (SEC-136).
    #[must_use]
    pub fn check<F, A>(mut self, name: &'static str, ask: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.0.push((name, Arc::new(move || Box::pin(ask()))));
        self
    }

    /// `/health/live` and `/health/ready`.
    pub fn routes(self) -> Router {
        let ready = move || {
            let readiness = self.clone();
            async move {
                let report = readiness.report().await;
                let status = if report.status == "ready" {
                    StatusCode::OK
                } else {
                    StatusCode::SERVICE_UNAVAILABLE
                };
                (status, Json(report))
            }
        };
        let live = || async {
            Json(Report {
                status: "live",
                checks: Vec::new(),
            })
        };
        Router::new()
            .route("/health/live", get(live))
            .route("/health/ready", get(ready))
    }

    async fn report(&self) -> Report {
        let mut report = Report {
            status: "ready",
            checks: Vec::new(),
        };
        for (name, ask) in &self.0 {
            let found = tokio::time::timeout(PATIENCE, ask())
                .await
                .unwrap_or_else(|_| Err("no answer".to_owned()));
            if let Err(error) = &found {
                tracing::error!(check = name, %error, "not ready");
                report.status = "unready";
            }
            report.checks.push(Check {
                name,
                status: if found.is_ok() { "ok" } else { "failing" },
            });
        }
        report
    }
}

#[derive(Serialize)]
struct Report {
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Check>,
}

#[derive(Serialize)]
struct Check {
    name: &'static str,
    status: &'static str,
}
