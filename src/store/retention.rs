//! How long rows are kept, a line for each table that expires (SEC-173).

use super::{Db, Query, Result, sql};
use crate::base::Timestamp;

/// A table's rule: its name, and the statement that removes at most a thousand rows that expired before `$1`.
pub struct Retention {
    /// The table.
    pub table: &'static str,
    /// How long a row is kept after it has expired, in seconds.
    pub keep: u64,
    purge: fn() -> Query,
}

/// Every table that expires.
pub const RETENTION: &[Retention] = &[
    Retention {
        table: "sessions",
        keep: 24 * 3600,
        purge: || {
            sql("DELETE FROM sessions WHERE digest IN
                 (SELECT digest FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "interactions",
        keep: 0,
        purge: || {
            sql("DELETE FROM interactions WHERE digest IN
                 (SELECT digest FROM interactions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    // An hour longer than it works: the replay of a code is recognised as long as the row of what it bought stands.
    Retention {
        table: "tokens",
        keep: 3600,
        purge: || {
            sql("DELETE FROM tokens WHERE digest IN
                 (SELECT digest FROM tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "codes",
        keep: 0,
        purge: || {
            sql("DELETE FROM codes WHERE digest IN
                 (SELECT digest FROM codes WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "login_attempts",
        keep: 0,
        purge: || {
            sql("DELETE FROM login_attempts WHERE (account_id, bucket) IN
                 (SELECT account_id, bucket FROM login_attempts WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
];

impl Retention {
    /// Removes one batch; how many rows it met. A thousand means that there may be more.
    pub async fn purge(&self, db: &Db, now: Timestamp) -> Result<u64> {
        let before = now - std::time::Duration::from_secs(self.keep);
        (self.purge)().bind(before).execute(db).await
    }
}
