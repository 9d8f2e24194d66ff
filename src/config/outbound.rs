use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AllowedHost, Complaints, Period};

/// Calls that the server makes: clients' key sets, webhooks, other providers (SEC-145, SEC-146).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// A PEM file with certificate authorities that are trusted beside the usual ones.
    pub extra_ca: Option<PathBuf>,
    /// Hosts that may have a private address: `host` on any port, or `host:port`.
    pub allow_hosts: Vec<AllowedHost>,
    /// How long a call may take in all: `100ms` to `30s`.
    pub timeout: Period,
}

impl Default for Outbound {
    fn default() -> Self {
        Self {
            extra_ca: None,
            allow_hosts: Vec::new(),
            timeout: Period::seconds(5),
        }
    }
}

impl Outbound {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        complaints.within(
            "outbound.timeout",
            self.timeout,
            Period::millis(100),
            Period::seconds(30),
        );
    }
}
