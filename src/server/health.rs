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

use crate::context::Degraded;

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(2);

type Ask = dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync;

/// What must work for this node to be sent requests, and what is told beside it.
#[derive(Clone, Default)]
pub struct Readiness {
    checks: Vec<(&'static str, Arc<Ask>)>,
    degraded: Degraded,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.checks.iter().map(|(name, _)| name))
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
        self.checks.push((name, Arc::new(move || Box::pin(ask()))));
        self
    }

    /// Tells what doesn't work beside the checks. A node where it doesn't is sent requests all the same (SEC-176).
    #[must_use]
    pub fn beside(mut self, degraded: Degraded) -> Self {
        self.degraded = degraded;
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
        for (name, ask) in &self.checks {
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
            .checks
            .extend(self.degraded.list().into_iter().map(|name| Check {
                name,
                status: "degraded",
            }));
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
