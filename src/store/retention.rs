//! How long rows are kept, a line for each table that expires (SEC-173).

use std::time::Duration;

use super::query::FromRow;
use super::{Db, Result, Row, sql};
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
    /// When the oldest row expired, of those that did before `$1`.
    pub oldest: &'static str,
    /// Removes at most [`BATCH`] of them.
    pub purge: &'static str,
}

/// The rule of a table whose rows have that key and expire at that instant.
macro_rules! expiring {
    ($table:literal, $key:literal, kept $keep:expr) => {
        expiring!($table, $key, at "expires_at", kept $keep)
    };
    ($table:literal, $key:literal, at $instant:literal, kept $keep:expr) => {
        Retention {
            table: $table,
            keep: $keep,
            oldest: concat!("SELECT MIN(", $instant, ") AS oldest FROM ", $table, " WHERE ", $instant, " < $1"),
            purge: concat!(
                "DELETE FROM ", $table, " WHERE (", $key, ") IN (SELECT ", $key, " FROM ", $table,
                " WHERE ", $instant, " < $1 ORDER BY ", $instant, " LIMIT 1000)"
            ),
        }
    };
}

/// Every table that expires.
pub const RETENTION: &[Retention] = &[
    expiring!("sessions", "digest", kept 24 * 3600),
    expiring!("session_clients", "account_id, sid, client_id", kept 0),
    expiring!("delegations", "digest", kept 0),
    expiring!("connector_key_sets", "account_id, connector_id", kept 0),
    expiring!("sso_attempts", "digest", kept 0),
    expiring!("logout_notices", "account_id, sid, client_id", kept 0),
    // An hour longer than it is tried: that it is given up is told by who tries.
    expiring!("mails", "account_id, mail_id", kept 3600),
    expiring!("initial_access_tokens", "digest", kept 0),
    expiring!("interactions", "digest", kept 0),
    expiring!("pushed_requests", "digest", kept 0),
    expiring!("admin_sessions", "digest", kept 0),
    // An hour longer than it works: the replay of a code is recognised as long as the row of what it bought stands.
    expiring!(
        "tokens",
        "digest",
        at "(CASE WHEN id_token_expires_at > expires_at THEN id_token_expires_at ELSE expires_at END)",
        kept 3600
    ),
    expiring!("signed_windows", "account_id, kid, client_id, expires_at", kept 0),
    expiring!("used_proofs", "digest", kept 0),
    expiring!("app_key_secrets", "account_id, token_id", kept 0),
    expiring!("idempotency_keys", "account_id, digest", kept 0),
    expiring!("login_sessions", "digest", kept 0),
    expiring!("console_sign_ins", "digest", kept 0),
    expiring!("user_factors", "account_id, factor_id", kept 0),
    expiring!("administrator_factors", "factor_id", kept 0),
    // An hour longer than it works: whoever asks too late is told so.
    expiring!("device_authorizations", "digest", kept 3600),
    expiring!("backchannel_requests", "digest", kept 3600),
    expiring!("sign_in_tickets", "digest", kept 0),
    expiring!("challenges", "digest", kept 0),
    expiring!("jwks_readers", "account_id, reader", kept 0),
    expiring!("codes", "digest", kept 0),
    expiring!("login_attempts", "account_id, bucket", kept 0),
];

impl Retention {
    /// Removes one batch; how many rows it met. [`BATCH`] means that there may be more.
    pub async fn purge(&self, db: &Db, now: Timestamp) -> Result<u64> {
        sql(self.purge).bind(self.before(now)).execute(db).await
    }

    /// How long the oldest row that is to be removed has been waiting for it.
    pub async fn lag(&self, db: &Db, now: Timestamp) -> Result<Duration> {
        let before = self.before(now);
        let oldest: Option<Oldest> = sql(self.oldest).bind(before).fetch_optional(db).await?;
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
