//! What a deleted account leaves behind, and how it is removed (SEC-178).
//!
//! Each statement meets at most [`BATCH`] rows, and none that an earlier one has met: whoever stops in the middle goes on
//! where they were. Codes, interactions and what else expires within a day is left to its retention; an account's row, its
//! consumers' and its public keys stay as marks, so that no id is ever used again, and so does the record of changes,
//! which knows consumers by their subjects alone.

use super::retention::BATCH;
use super::{Db, Result, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};

/// A table whose rows of a deleted account are removed.
pub struct Erasure {
    /// The table.
    pub table: &'static str,
    /// Removes at most [`BATCH`] rows of the account `$1`.
    pub batch: &'static str,
}

/// A table whose rows have that key within their account.
macro_rules! erased {
    ($table:literal, $key:literal) => {
        Erasure {
            table: $table,
            batch: concat!(
                "DELETE FROM ",
                $table,
                " WHERE account_id = $1 AND (",
                $key,
                ") IN (SELECT ",
                $key,
                " FROM ",
                $table,
                " WHERE account_id = $1 LIMIT 1000)"
            ),
        }
    };
}

/// Every such table.
pub const ERASED: &[Erasure] = &[
    erased!("consumer_credentials", "sub, kind"),
    erased!("consumer_identifiers", "identifier"),
    erased!("sessions", "digest"),
    erased!("session_clients", "sid, client_id"),
    erased!("grants", "grant_id"),
    erased!("tokens", "digest"),
    erased!("mails", "mail_id"),
    erased!("login_attempts", "bucket"),
    erased!("login_sessions", "digest"),
    erased!("users", "user_id"),
    erased!("account_entities", "kind, entity_id"),
    erased!("account_revisions", "account_id"),
    erased!("administrators", "administrator_id"),
    erased!("sso_connections", "name"),
    erased!("connectors", "connector_id"),
    erased!("merged_identities", "anonymous_sub"),
    erased!("initial_access_tokens", "digest"),
    erased!("client_hmac_secrets", "secret_id"),
    erased!("app_key_secrets", "token_id"),
    erased!("app_keys", "app_key"),
    erased!("clients", "client_id"),
];

impl Erasure {
    /// Removes one batch; how many rows it met. [`BATCH`] means that there may be more.
    pub async fn erase(&self, db: &Db, account: &AccountId) -> Result<u64> {
        sql(self.batch).bind(account).execute(db).await
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
