//! API keys.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, AppKeyId};
use crate::model::app_key::{AppKey, MOST};

impl FromRow for AppKey {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            app_key: row.parse("app_key")?,
            enabled: row.get("enabled")?,
            settings: row.json("settings")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
            last_used_at: row.time_optional("last_used_at")?,
        })
    }
}

/// The key of that name in that account.
pub async fn find(db: &Db, account: &AccountId, app_key: &AppKeyId) -> Result<Option<AppKey>> {
    sql(
        "SELECT account_id, app_key, enabled, settings, created_at, updated_at, last_used_at
         FROM app_keys WHERE account_id = $1 AND app_key = $2",
    )
    .bind(account)
    .bind(app_key)
    .fetch_optional(db)
    .await
}

/// All of an account's, in the order of their making; there are never more than [`MOST`].
pub async fn list(db: &Db, account: &AccountId) -> Result<Vec<AppKey>> {
    sql(
        "SELECT account_id, app_key, enabled, settings, created_at, updated_at, last_used_at
         FROM app_keys WHERE account_id = $1 ORDER BY number LIMIT 100",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// A new key; `false` where the account has [`MOST`] already. Two that are made at the same moment take the same number,
/// and the later one is refused as taken.
pub async fn insert(tx: &mut Tx<'_>, key: &AppKey) -> Result<bool> {
    let inserted = sql(
        "INSERT INTO app_keys (account_id, app_key, number, enabled, settings, created_at, updated_at)
         SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), COALESCE(MAX(number), 0) + 1, CAST($3 AS BOOLEAN),
                CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT)
         FROM app_keys WHERE account_id = $1 HAVING COALESCE(MAX(number), 0) < $7",
    )
    .bind(&key.account_id)
    .bind(&key.app_key)
    .bind(key.enabled)
    .bind(super::to_json(&key.settings)?)
    .bind(key.created_at)
    .bind(key.updated_at)
    .bind(MOST)
    .execute_in(tx)
    .await?;
    Ok(inserted == 1)
}

/// Writes what can change, unless somebody changed the key since `former`, its last change when it was read; how many
/// keys it met.
pub async fn update(tx: &mut Tx<'_>, key: &AppKey, former: Timestamp) -> Result<u64> {
    sql("UPDATE app_keys SET enabled = $3, settings = $4, updated_at = $5
         WHERE account_id = $1 AND app_key = $2 AND updated_at = $6")
    .bind(&key.account_id)
    .bind(&key.app_key)
    .bind(key.enabled)
    .bind(super::to_json(&key.settings)?)
    .bind(key.updated_at)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Notes when a key was used; how many keys it met.
pub async fn set_last_used(db: &Db, account: &AccountId, app_key: &AppKeyId, at: Timestamp) -> Result<u64> {
    sql("UPDATE app_keys SET last_used_at = $3
         WHERE account_id = $1 AND app_key = $2 AND (last_used_at IS NULL OR last_used_at < $3)")
    .bind(account)
    .bind(app_key)
    .bind(at)
    .execute(db)
    .await
}
