//! Keys that clients encrypt their request objects to. Private halves come here sealed.

use jose::KeyManagement;

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, KeyId};
use crate::model::DecryptionKey;

impl FromRow for DecryptionKey {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let alg: String = row.get("alg")?;
        Ok(Self {
            account_id: row.parse("account_id")?,
            kid: row.parse("kid")?,
            alg: alg
                .parse::<KeyManagement>()
                .map_err(|_| Error::Corrupt("alg: not a key management that we know".to_owned()))?,
            private_key: row.sealed("private_key")?,
            created_at: row.time("created_at")?,
            replaced_at: row.time_optional("replaced_at")?,
        })
    }
}

/// An account's keys, newest first: those that are published, and those that still decrypt.
pub async fn list(db: &Db, account: &AccountId) -> Result<Vec<DecryptionKey>> {
    sql(
        "SELECT account_id, kid, alg, private_key, created_at, replaced_at FROM decryption_keys
         WHERE account_id = $1 ORDER BY created_at DESC, alg DESC, kid LIMIT 100",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// One key.
pub async fn find(db: &Db, account: &AccountId, kid: &KeyId) -> Result<Option<DecryptionKey>> {
    sql(
        "SELECT account_id, kid, alg, private_key, created_at, replaced_at FROM decryption_keys
         WHERE account_id = $1 AND kid = $2",
    )
    .bind(account)
    .bind(kid)
    .fetch_optional(db)
    .await
}

/// A new key, published. [`Error::Taken`] where the account publishes another one of its `alg`.
pub async fn insert(tx: &mut Tx<'_>, key: &DecryptionKey) -> Result<()> {
    sql(
        "INSERT INTO decryption_keys (account_id, kid, alg, private_key, created_at, replaced_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&key.account_id)
    .bind(&key.kid)
    .bind(key.alg.as_str())
    .bind(key.private_key.clone())
    .bind(key.created_at)
    .bind(key.replaced_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// The key isn't published any more; whether it was until now.
pub async fn replace(tx: &mut Tx<'_>, account: &AccountId, kid: &KeyId, now: Timestamp) -> Result<bool> {
    sql("UPDATE decryption_keys SET replaced_at = $3 WHERE account_id = $1 AND kid = $2 AND replaced_at IS NULL")
        .bind(account)
        .bind(kid)
        .bind(now)
        .execute_in(tx)
        .await
        .map(|met| met == 1)
}

/// Destroys a key that isn't published; whether there was such a one.
pub async fn delete_replaced(tx: &mut Tx<'_>, account: &AccountId, kid: &KeyId) -> Result<bool> {
    sql("DELETE FROM decryption_keys WHERE account_id = $1 AND kid = $2 AND replaced_at IS NOT NULL")
        .bind(account)
        .bind(kid)
        .execute_in(tx)
        .await
        .map(|met| met == 1)
}

/// Destroys all keys of an account that is gone; how many it met.
pub async fn delete_all(tx: &mut Tx<'_>, account: &AccountId) -> Result<u64> {
    sql("DELETE FROM decryption_keys WHERE account_id = $1")
        .bind(account)
        .execute_in(tx)
        .await
}
