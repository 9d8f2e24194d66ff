//! Signing keys. Private halves come here sealed.

use jose::Algorithm;

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, KeyId};
use crate::model::signing_key::{KeyState, SigningKey};

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
            private_key: row.sealed_optional("private_key")?,
            created_at: row.time("created_at")?,
            activate_at: row.time_optional("activate_at")?,
            activated_at: row.time_optional("activated_at")?,
            retire_at: row.time_optional("retire_at")?,
            retired_at: row.time_optional("retired_at")?,
            stopped_at: row.time_optional("stopped_at")?,
            burnt_at: row.time_optional("burnt_at")?,
        })
    }
}

/// The keys of an account that are not retired, oldest first.
pub async fn list_published(db: &Db, account: &AccountId) -> Result<Vec<SigningKey>> {
    sql(
        "SELECT account_id, kid, alg, state, public_jwk, private_key, created_at, activate_at, activated_at,
                retire_at, retired_at, stopped_at, burnt_at
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
                retire_at, retired_at, stopped_at, burnt_at
         FROM signing_keys WHERE account_id = $1 ORDER BY created_at, kid LIMIT 1000",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// A new key. [`Error::Taken`] where the account has one of that algorithm in that state.
pub async fn insert(tx: &mut Tx<'_>, key: &SigningKey) -> Result<()> {
    sql("INSERT INTO signing_keys (account_id, kid, alg, state, public_jwk, private_key, created_at, activate_at,
                                   activated_at, retire_at, retired_at, stopped_at, burnt_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
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
        .bind(key.stopped_at)
        .bind(key.burnt_at)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Moves on when a pending key was published, and what follows from that; how many keys it met.
pub async fn publish_anew(tx: &mut Tx<'_>, key: &SigningKey) -> Result<u64> {
    sql("UPDATE signing_keys SET created_at = $3, activate_at = $4
         WHERE account_id = $1 AND kid = $2 AND state = 'pending'")
    .bind(&key.account_id)
    .bind(&key.kid)
    .bind(key.created_at)
    .bind(key.activate_at)
    .execute_in(tx)
    .await
}

/// Keys that were burnt while what they signed may still be shown.
pub async fn list_burnt(db: &Db, account: &AccountId) -> Result<Vec<KeyId>> {
    struct Kid(KeyId);
    impl FromRow for Kid {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            Ok(Self(row.parse("kid")?))
        }
    }
    let kids: Vec<Kid> =
        sql("SELECT kid FROM signing_keys WHERE account_id = $1 AND burnt_at IS NOT NULL LIMIT 1000")
            .bind(account)
            .fetch_all(db)
            .await?;
    Ok(kids.into_iter().map(|Kid(kid)| kid).collect())
}

/// One key.
pub async fn find(db: &Db, account: &AccountId, kid: &KeyId) -> Result<Option<SigningKey>> {
    sql(
        "SELECT account_id, kid, alg, state, public_jwk, private_key, created_at, activate_at, activated_at,
                retire_at, retired_at, stopped_at, burnt_at
         FROM signing_keys WHERE account_id = $1 AND kid = $2",
    )
    .bind(account)
    .bind(kid)
    .fetch_optional(db)
    .await
}

/// The active key of that algorithm stops; how many it met. It is kept until `retire_at`.
pub async fn stop_active(
    tx: &mut Tx<'_>,
    account: &AccountId,
    alg: Algorithm,
    now: Timestamp,
    retire_at: Timestamp,
) -> Result<u64> {
    sql(
        "UPDATE signing_keys SET state = 'retiring', stopped_at = $3, retire_at = $4
         WHERE account_id = $1 AND alg = $2 AND state = 'active'",
    )
    .bind(account)
    .bind(alg.as_str())
    .bind(now)
    .bind(retire_at)
    .execute_in(tx)
    .await
}

/// Whether the key waits to sign.
pub async fn is_pending(tx: &mut Tx<'_>, account: &AccountId, kid: &KeyId) -> Result<bool> {
    // Written, so that on PostgreSQL a second node waits here until the first is done, and then sees what it did.
    sql("UPDATE signing_keys SET state = state WHERE account_id = $1 AND kid = $2 AND state = 'pending'")
        .bind(account)
        .bind(kid)
        .execute_in(tx)
        .await
        .map(|met| met == 1)
}

/// Whether the key is published, and stays so for this transaction.
pub async fn is_published(tx: &mut Tx<'_>, account: &AccountId, kid: &KeyId) -> Result<bool> {
    sql("UPDATE signing_keys SET state = state WHERE account_id = $1 AND kid = $2 AND state <> 'retired'")
        .bind(account)
        .bind(kid)
        .execute_in(tx)
        .await
        .map(|met| met == 1)
}

/// A key that is no longer active signed for the last client that held on to it.
pub async fn signed_last(tx: &mut Tx<'_>, account: &AccountId, kid: &KeyId, now: Timestamp) -> Result<u64> {
    sql("UPDATE signing_keys SET stopped_at = $3 WHERE account_id = $1 AND kid = $2 AND state = 'retiring'")
        .bind(account)
        .bind(kid)
        .bind(now)
        .execute_in(tx)
        .await
}

/// The pending key begins to sign, if it still is the pending one; whether it was.
pub async fn start_pending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kid: &KeyId,
    now: Timestamp,
) -> Result<bool> {
    sql(
        "UPDATE signing_keys SET state = 'active', activate_at = $3, activated_at = $3
         WHERE account_id = $1 AND kid = $2 AND state = 'pending'",
    )
    .bind(account)
    .bind(kid)
    .bind(now)
    .execute_in(tx)
    .await
    .map(|met| met == 1)
}

/// A key that stopped signing before `quiet_since` is unpublished and its private half destroyed, unless a token
/// that it signed lives after `alive_after`, or a client holds on to it; whether it was. A pending key never signed, and
/// goes the same way.
pub async fn retire(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kid: &KeyId,
    now: Timestamp,
    quiet_since: Timestamp,
    alive_after: Timestamp,
) -> Result<bool> {
    sql(
        r#"UPDATE signing_keys SET state = 'retired', private_key = NULL, retired_at = $3
         WHERE account_id = $1 AND kid = $2
           AND (state = 'pending' OR (state = 'retiring' AND COALESCE(stopped_at, 0) <= $4))
           AND NOT EXISTS (SELECT 1 FROM tokens
                WHERE tokens.account_id = $1 AND tokens.kid = $2 AND tokens.id_token_expires_at > $5)
           AND NOT EXISTS (SELECT 1 FROM signed_windows
                WHERE signed_windows.account_id = $1 AND signed_windows.kid = $2 AND signed_windows.expires_at > $5)
           AND NOT EXISTS (SELECT 1 FROM clients
                WHERE clients.account_id = $1 AND clients.settings LIKE '%"pasted_key":"' || $2 || '"%')"#,
    )
    .bind(account)
    .bind(kid)
    .bind(now)
    .bind(quiet_since)
    .bind(alive_after)
    .execute_in(tx)
    .await
    .map(|met| met == 1)
}

/// A key in that state is unpublished at once, its private half destroyed, and what it signed counts no more; whether
/// there was such a key.
pub async fn burn(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kid: &KeyId,
    state: KeyState,
    now: Timestamp,
) -> Result<bool> {
    sql(
        "UPDATE signing_keys SET state = 'retired', private_key = NULL, retired_at = $3, burnt_at = $3,
                stopped_at = COALESCE(stopped_at, $3)
         WHERE account_id = $1 AND kid = $2 AND state = $4",
    )
    .bind(account)
    .bind(kid)
    .bind(now)
    .bind(state.as_str())
    .execute_in(tx)
    .await
    .map(|met| met == 1)
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
