//! How long rows are kept, a line for each table that expires (SEC-173).

use std::time::Duration;

use super::query::FromRow;
use super::{Db, Query, Result, Row, sql};
use crate::base::Timestamp;

/// The most rows that one statement removes, so that no transaction holds up others.
pub const BATCH: u64 = 1000;

/// A table's rule: its name, and the statements that find the oldest row that expired before `$1`, and remove at most
/// [`BATCH`] of them.
pub struct Retention {
    /// The table.
    pub table: &'static str,
    /// How long a row is kept after it has expired, in seconds.
    pub keep: u64,
    oldest: fn() -> Query,
    purge: fn() -> Query,
}

/// Every table that expires.
pub const RETENTION: &[Retention] = &[
    Retention {
        table: "sessions",
        keep: 24 * 3600,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM sessions WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM sessions WHERE digest IN
                 (SELECT digest FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "session_clients",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM session_clients WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM session_clients WHERE (account_id, sid, client_id) IN
                 (SELECT account_id, sid, client_id FROM session_clients WHERE expires_at < $1
                  ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "delegations",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM delegations WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM delegations WHERE digest IN
                 (SELECT digest FROM delegations WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "sso_attempts",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM sso_attempts WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM sso_attempts WHERE digest IN
                 (SELECT digest FROM sso_attempts WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "logout_notices",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM logout_notices WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM logout_notices WHERE (account_id, sid, client_id) IN
                 (SELECT account_id, sid, client_id FROM logout_notices WHERE expires_at < $1
                  ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "initial_access_tokens",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM initial_access_tokens WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM initial_access_tokens WHERE digest IN
                 (SELECT digest FROM initial_access_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "interactions",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM interactions WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM interactions WHERE digest IN
                 (SELECT digest FROM interactions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "pushed_requests",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM pushed_requests WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM pushed_requests WHERE digest IN
                 (SELECT digest FROM pushed_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "admin_sessions",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM admin_sessions WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM admin_sessions WHERE digest IN
                 (SELECT digest FROM admin_sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    // An hour longer than it works: the replay of a code is recognised as long as the row of what it bought stands.
    Retention {
        table: "tokens",
        keep: 3600,
        oldest: || {
            sql("SELECT MIN(CASE WHEN id_token_expires_at > expires_at THEN id_token_expires_at ELSE expires_at END)
                        AS oldest
                 FROM tokens
                 WHERE (CASE WHEN id_token_expires_at > expires_at THEN id_token_expires_at ELSE expires_at END) < $1")
        },
        purge: || {
            sql("DELETE FROM tokens WHERE digest IN
                 (SELECT digest FROM tokens
                  WHERE (CASE WHEN id_token_expires_at > expires_at THEN id_token_expires_at ELSE expires_at END) < $1
                  LIMIT 1000)")
        },
    },
    Retention {
        table: "used_proofs",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM used_proofs WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM used_proofs WHERE digest IN
                 (SELECT digest FROM used_proofs WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "app_key_secrets",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM app_key_secrets WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM app_key_secrets WHERE (account_id, token_id) IN
                 (SELECT account_id, token_id FROM app_key_secrets WHERE expires_at < $1
                  ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "idempotency_keys",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM idempotency_keys WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM idempotency_keys WHERE (account_id, digest) IN
                 (SELECT account_id, digest FROM idempotency_keys WHERE expires_at < $1
                  ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "login_sessions",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM login_sessions WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM login_sessions WHERE digest IN
                 (SELECT digest FROM login_sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "console_sign_ins",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM console_sign_ins WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM console_sign_ins WHERE digest IN
                 (SELECT digest FROM console_sign_ins WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "user_factors",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM user_factors WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM user_factors WHERE (account_id, factor_id) IN
                 (SELECT account_id, factor_id FROM user_factors WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "administrator_factors",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM administrator_factors WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM administrator_factors WHERE factor_id IN
                 (SELECT factor_id FROM administrator_factors WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    // An hour longer than it works: whoever asks too late is told so.
    Retention {
        table: "device_authorizations",
        keep: 3600,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM device_authorizations WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM device_authorizations WHERE digest IN
                 (SELECT digest FROM device_authorizations WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "backchannel_requests",
        keep: 3600,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM backchannel_requests WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM backchannel_requests WHERE digest IN
                 (SELECT digest FROM backchannel_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "sign_in_tickets",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM sign_in_tickets WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM sign_in_tickets WHERE digest IN
                 (SELECT digest FROM sign_in_tickets WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "jwks_readers",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM jwks_readers WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM jwks_readers WHERE (account_id, reader) IN
                 (SELECT account_id, reader FROM jwks_readers WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "codes",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM codes WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM codes WHERE digest IN
                 (SELECT digest FROM codes WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
    Retention {
        table: "login_attempts",
        keep: 0,
        oldest: || sql("SELECT MIN(expires_at) AS oldest FROM login_attempts WHERE expires_at < $1"),
        purge: || {
            sql("DELETE FROM login_attempts WHERE (account_id, bucket) IN
                 (SELECT account_id, bucket FROM login_attempts WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)")
        },
    },
];

impl Retention {
    /// Removes one batch; how many rows it met. [`BATCH`] means that there may be more.
    pub async fn purge(&self, db: &Db, now: Timestamp) -> Result<u64> {
        (self.purge)().bind(self.before(now)).execute(db).await
    }

    /// How long the oldest row that is to be removed has been waiting for it.
    pub async fn lag(&self, db: &Db, now: Timestamp) -> Result<Duration> {
        let before = self.before(now);
        let oldest: Option<Oldest> = (self.oldest)().bind(before).fetch_optional(db).await?;
        Ok(oldest
            .and_then(|Oldest(oldest)| oldest)
            .map_or(Duration::ZERO, |oldest| before.since(oldest)))
    }

    fn before(&self, now: Timestamp) -> Timestamp {
        now - Duration::from_secs(self.keep)
    }
}

/// The one column of a row that always is, and holds nothing where no row of the table matched.
struct Oldest(Option<Timestamp>);

impl FromRow for Oldest {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.time_optional("oldest")?))
    }
}
