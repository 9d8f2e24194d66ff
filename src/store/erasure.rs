//! What a deleted account leaves behind, and how it is removed (SEC-178).
//!
//! Each statement meets at most [`BATCH`] rows, and none that an earlier one has met: whoever stops in the middle goes on
//! where they were. Codes, interactions and what else expires within a day is left to its retention; an account's row, its
//! consumers' and its public keys stay as marks, so that no id is ever used again, and so does the record of changes,
//! which knows consumers by their subjects alone.

use super::retention::BATCH;
use super::{Db, Query, Result, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};

/// A table whose rows of a deleted account are removed.
pub struct Erasure {
    /// The table.
    pub table: &'static str,
    batch: fn() -> Query,
}

/// Every such table.
pub const ERASED: &[Erasure] = &[
    Erasure {
        table: "consumer_credentials",
        batch: || {
            sql(
                "DELETE FROM consumer_credentials WHERE account_id = $1 AND (sub, kind) IN
                 (SELECT sub, kind FROM consumer_credentials WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "consumer_identifiers",
        batch: || {
            sql(
                "DELETE FROM consumer_identifiers WHERE account_id = $1 AND identifier IN
                 (SELECT identifier FROM consumer_identifiers WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "sessions",
        batch: || {
            sql("DELETE FROM sessions WHERE account_id = $1 AND digest IN
                 (SELECT digest FROM sessions WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "session_clients",
        batch: || {
            sql(
                "DELETE FROM session_clients WHERE account_id = $1 AND (sid, client_id) IN
                 (SELECT sid, client_id FROM session_clients WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "grants",
        batch: || {
            sql("DELETE FROM grants WHERE account_id = $1 AND grant_id IN
                 (SELECT grant_id FROM grants WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "tokens",
        batch: || {
            sql("DELETE FROM tokens WHERE account_id = $1 AND digest IN
                 (SELECT digest FROM tokens WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "login_attempts",
        batch: || {
            sql("DELETE FROM login_attempts WHERE account_id = $1 AND bucket IN
                 (SELECT bucket FROM login_attempts WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "login_sessions",
        batch: || {
            sql("DELETE FROM login_sessions WHERE account_id = $1 AND digest IN
                 (SELECT digest FROM login_sessions WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "users",
        batch: || {
            sql("DELETE FROM users WHERE account_id = $1 AND user_id IN
                 (SELECT user_id FROM users WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "account_entities",
        batch: || {
            sql(
                "DELETE FROM account_entities WHERE account_id = $1 AND (kind, entity_id) IN
                 (SELECT kind, entity_id FROM account_entities WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "account_revisions",
        batch: || sql("DELETE FROM account_revisions WHERE account_id = $1"),
    },
    Erasure {
        table: "administrators",
        batch: || {
            sql(
                "DELETE FROM administrators WHERE account_id = $1 AND administrator_id IN
                 (SELECT administrator_id FROM administrators WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "sso_connections",
        batch: || {
            sql("DELETE FROM sso_connections WHERE account_id = $1 AND name IN
                 (SELECT name FROM sso_connections WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "connectors",
        batch: || {
            sql("DELETE FROM connectors WHERE account_id = $1 AND connector_id IN
                 (SELECT connector_id FROM connectors WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "merged_identities",
        batch: || {
            sql(
                "DELETE FROM merged_identities WHERE account_id = $1 AND anonymous_sub IN
                 (SELECT anonymous_sub FROM merged_identities WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "initial_access_tokens",
        batch: || {
            sql(
                "DELETE FROM initial_access_tokens WHERE account_id = $1 AND digest IN
                 (SELECT digest FROM initial_access_tokens WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "client_hmac_secrets",
        batch: || {
            sql(
                "DELETE FROM client_hmac_secrets WHERE account_id = $1 AND secret_id IN
                 (SELECT secret_id FROM client_hmac_secrets WHERE account_id = $1 LIMIT 1000)",
            )
        },
    },
    Erasure {
        table: "app_key_secrets",
        batch: || {
            sql("DELETE FROM app_key_secrets WHERE account_id = $1 AND token_id IN
                 (SELECT token_id FROM app_key_secrets WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "app_keys",
        batch: || {
            sql("DELETE FROM app_keys WHERE account_id = $1 AND app_key IN
                 (SELECT app_key FROM app_keys WHERE account_id = $1 LIMIT 1000)")
        },
    },
    Erasure {
        table: "clients",
        batch: || {
            sql("DELETE FROM clients WHERE account_id = $1 AND client_id IN
                 (SELECT client_id FROM clients WHERE account_id = $1 LIMIT 1000)")
        },
    },
];

impl Erasure {
    /// Removes one batch; how many rows it met. [`BATCH`] means that there may be more.
    pub async fn erase(&self, db: &Db, account: &AccountId) -> Result<u64> {
        (self.batch)().bind(account).execute(db).await
    }
}

/// Leaves of the next consumers after `after` the mark alone; the last of them, if there are more than they.
pub async fn erase_consumers(
    db: &Db,
    account: &AccountId,
    after: Option<&Subject>,
    now: Timestamp,
) -> Result<Option<Subject>> {
    let after = after.map_or("", Subject::as_str);
    let met: Vec<String> = sql("SELECT sub FROM consumers
         WHERE account_id = $1 AND sub > $2 AND status <> 'deleted' ORDER BY sub LIMIT 1000")
    .bind(account)
    .bind(after)
    .fetch_all(db)
    .await?;
    let Some(last) = met.last() else {
        return Ok(None);
    };
    sql(
        "UPDATE consumers SET status = 'deleted', username = NULL, claims = '{}', customer_info = NULL,
                personal_info = NULL, updated_at = $4
         WHERE account_id = $1 AND sub > $2 AND sub <= $3 AND status <> 'deleted'",
    )
    .bind(account)
    .bind(after)
    .bind(last)
    .bind(now)
    .execute(db)
    .await?;
    if (met.len() as u64) < BATCH {
        return Ok(None);
    }
    Subject::parse(last)
        .map(Some)
        .map_err(|error| super::Error::Corrupt(format!("sub: {error}")))
}
