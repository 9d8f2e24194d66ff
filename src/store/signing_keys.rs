//! Signing keys. Private halves come here sealed.

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::signing_key::SigningKey;

impl FromRow for SigningKey {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            kid: row.parse("kid")?,
            alg: row
                .get::<String>("alg")?
                .parse()
                .map_err(|_| Error::Corrupt("alg: not an algorithm that we know".to_owned()))?,
            state: row.parse("state")?,
            public_jwk: row.get("public_jwk")?,
            private_key: row.get("private_key")?,
            created_at: row.time("created_at")?,
            activate_at: row.time_optional("activate_at")?,
            activated_at: row.time_optional("activated_at")?,
            retire_at: row.time_optional("retire_at")?,
            retired_at: row.time_optional("retired_at")?,
        })
    }
}

/// The keys of an account that are not retired, oldest first.
pub async fn list_published(db: &Db, account: &AccountId) -> Result<Vec<SigningKey>> {
    sql(
        "SELECT account_id, kid, alg, state, public_jwk, private_key, created_at, activate_at, activated_at,
                retire_at, retired_at
         FROM signing_keys WHERE account_id = $1 AND state <> 'retired' ORDER BY created_at, kid",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// All keys of an account, oldest first.
pub async fn list(db: &Db, account: &AccountId) -> Result<Vec<SigningKey>> {
    sql(
        "SELECT account_id, kid, alg, state, public_jwk, private_key, created_at, activate_at, activated_at,
                retire_at, retired_at
         FROM signing_keys WHERE account_id = $1 ORDER BY created_at, kid LIMIT 1000",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// A new key. [`Error::Taken`] where the account has one of that algorithm in that state.
pub async fn insert(tx: &mut Tx<'_>, key: &SigningKey) -> Result<()> {
    sql("INSERT INTO signing_keys (account_id, kid, alg, state, public_jwk, private_key, created_at, activate_at,
                                   activated_at, retire_at, retired_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        .bind(&key.account_id)
        .bind(&key.kid)
        .bind(key.alg.as_str())
        .bind(key.state.as_str())
        .bind(&key.public_jwk)
        .bind(key.private_key.clone())
        .bind(key.created_at)
        .bind(key.activate_at)
        .bind(key.activated_at)
        .bind(key.retire_at)
        .bind(key.retired_at)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Destroys all private keys of an account that is gone, and unpublishes the public ones; how many keys it met.
pub async fn retire_all(tx: &mut Tx<'_>, account: &AccountId, now: Timestamp) -> Result<u64> {
    sql(
        "UPDATE signing_keys SET state = 'retired', private_key = NULL, retired_at = $2
         WHERE account_id = $1 AND state <> 'retired'",
    )
    .bind(account)
    .bind(now)
    .execute_in(tx)
    .await
}
