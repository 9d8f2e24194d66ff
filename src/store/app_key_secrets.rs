//! What API keys prove themselves with.

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::id::{AccountId, AppKeyId};
use crate::base::{Digest, Timestamp, hex};
use crate::model::app_key::AppKeyPair;

impl FromRow for AppKeyPair {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let token_id: String = row.get("token_id")?;
        let bytes = crate::base::from_hex(&token_id);
        Ok(Self {
            token: bytes
                .and_then(|bytes| Digest::from_stored(&bytes))
                .ok_or_else(|| Error::Corrupt("token_id: not a digest".to_owned()))?,
            secrets: row.sealed("secrets")?,
            created_at: row.time("created_at")?,
            expires_at: row.time_optional("expires_at")?,
        })
    }
}

/// A key's pairs that haven't ended at `now`, the newest first.
pub async fn list(
    db: &Db,
    account: &AccountId,
    app_key: &AppKeyId,
    now: Timestamp,
) -> Result<Vec<AppKeyPair>> {
    sql(
        "SELECT token_id, secrets, created_at, expires_at FROM app_key_secrets
         WHERE account_id = $1 AND app_key = $2 AND (expires_at IS NULL OR expires_at > $3)
         ORDER BY created_at DESC LIMIT 2",
    )
    .bind(account)
    .bind(app_key)
    .bind(now)
    .fetch_all(db)
    .await
}

/// One more.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    app_key: &AppKeyId,
    pair: &AppKeyPair,
) -> Result<()> {
    sql(
        "INSERT INTO app_key_secrets (account_id, token_id, app_key, secrets, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(account)
    .bind(hex(pair.token.as_bytes()))
    .bind(app_key)
    .bind(pair.secrets.clone())
    .bind(pair.created_at)
    .bind(pair.expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Ends a key's newest pair at `end` or when it would have ended, and removes all others: beside the one that comes now
/// there is never more than one.
pub async fn end(tx: &mut Tx<'_>, account: &AccountId, app_key: &AppKeyId, end: Timestamp) -> Result<()> {
    sql("DELETE FROM app_key_secrets WHERE account_id = $1 AND app_key = $2 AND expires_at IS NOT NULL")
        .bind(account)
        .bind(app_key)
        .execute_in(tx)
        .await?;
    sql("UPDATE app_key_secrets SET expires_at = $3 WHERE account_id = $1 AND app_key = $2")
        .bind(account)
        .bind(app_key)
        .bind(end)
        .execute_in(tx)
        .await
        .map(|_| ())
}
