use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::server::apart;
use super::{Complaints, Listen, Server};

/// Figures for Prometheus, at `/metrics`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Whether figures are kept and served.
    pub enabled: bool,
    /// Addresses of their own, plain HTTP. Left out, `/metrics` is served beside everything else.
    pub listen: Option<Listen>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: None,
        }
    }
}

impl Metrics {
    pub(super) fn check(&self, server: &Server, complaints: &mut Complaints) {
        let taken = [
            Some(&server.listen),
            server.mtls.listen.as_ref(),
            server.admin.listen.as_ref(),
        ];
        complaints.unless(
            apart(self.listen.as_ref(), &taken),
            "metrics.listen",
            "addresses that the server doesn't listen on for something else",
        );
    }
}
