use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Complaints, DatabaseUrl};

/// Where everything is kept.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` (relative to the working directory; `sqlite:///PATH` from the root) or `postgres://…`. A host
    /// that isn't local is reached by TLS with its name verified, and no other `sslmode` is taken for it (SEC-153).
    #[schemars(extend("x-secret" = true))]
    pub url: DatabaseUrl,
    /// A file that holds the URL, in place of `database.url`: for a password that is mounted as a file.
    pub url_file: Option<PathBuf>,
    /// The most connections that are kept (PostgreSQL), or readers (SQLite, at most 8): 1 to 200.
    pub connections: u32,
    /// Whether `serve` brings the schema to its version by itself; otherwise `signet migrate` must have done it.
    pub migrate: bool,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: DatabaseUrl::default(),
            url_file: None,
            connections: 10,
            migrate: true,
        }
    }
}

impl Database {
    pub(super) fn check(&self, complaints: &mut Complaints) {
        complaints.unless(
            (1..=200).contains(&self.connections),
            "database.connections",
            "from 1 to 200",
        );
        complaints.unless(
            !self.url.is_open_to_a_network(),
            "database.url",
            "sslmode=verify-full, or none at all, for a host that isn't this machine",
        );
    }
}
