//! What brands have published last, by the connector that names the place.

use super::query::FromRow;
use super::{Db, Result, Row, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ConnectorId};

/// What was published, and when it was read.
#[derive(Clone, Debug)]
pub struct KeySet {
    /// A JWK set.
    pub jwks: String,
    /// When.
    pub read_at: Timestamp,
}

impl FromRow for KeySet {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            jwks: row.get("jwks")?,
            read_at: row.time("read_at")?,
        })
    }
}

/// What the connector's brand published there, unless it is too old by now.
pub async fn find(
    db: &Db,
    account: &AccountId,
    connector: &ConnectorId,
    endpoint: &str,
    now: Timestamp,
) -> Result<Option<KeySet>> {
    sql("SELECT jwks, read_at FROM connector_key_sets
         WHERE account_id = $1 AND connector_id = $2 AND endpoint = $3 AND expires_at > $4")
    .bind(account)
    .bind(connector)
    .bind(endpoint)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Keeps it until then, in the place of what was read before.
pub async fn keep(
    db: &Db,
    (account, connector): (&AccountId, &ConnectorId),
    endpoint: &str,
    set: &KeySet,
    expires_at: Timestamp,
) -> Result<()> {
    sql(
        "INSERT INTO connector_key_sets (account_id, connector_id, endpoint, jwks, read_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id, connector_id) DO UPDATE SET endpoint = excluded.endpoint, jwks = excluded.jwks,
             read_at = excluded.read_at, expires_at = excluded.expires_at
         WHERE connector_key_sets.read_at <= excluded.read_at",
    )
    .bind(account)
    .bind(connector)
    .bind(endpoint)
    .bind(&set.jwks)
    .bind(set.read_at)
    .bind(expires_at)
    .execute(db)
    .await
    .map(|_| ())
}
