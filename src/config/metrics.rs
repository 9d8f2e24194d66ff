use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
        let taken = server.listen.addresses();
        complaints.unless(
            self.listen
                .iter()
                .flat_map(Listen::addresses)
                .all(|own| own.port() == 0 || !taken.contains(own)),
            "metrics.listen",
            "addresses that server.listen doesn't have",
        );
    }
}
