//! Tokens that let their holders register clients.

use super::{Db, Result, Tx, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::model::registration::InitialAccessToken;

/// A token that may be used so often, until then.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    token: Digest<InitialAccessToken>,
    uses: i64,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    sql(
        "INSERT INTO initial_access_tokens (digest, account_id, uses_left, created_at, expires_at)
         VALUES ($2, $1, $3, $4, $5)",
    )
    .bind(account)
    .bind(token)
    .bind(uses)
    .bind(now)
    .bind(expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Whether a token may be used now: to refuse others before any work is done for them.
pub async fn is_good(
    db: &Db,
    account: &AccountId,
    token: Digest<InitialAccessToken>,
    now: Timestamp,
) -> Result<bool> {
    let found: Option<i64> = sql("SELECT uses_left FROM initial_access_tokens
         WHERE digest = $2 AND account_id = $1 AND uses_left > 0 AND expires_at > $3")
    .bind(account)
    .bind(token)
    .bind(now)
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Uses a token once; tells whether it was still good.
pub async fn take(
    tx: &mut Tx<'_>,
    account: &AccountId,
    token: Digest<InitialAccessToken>,
    now: Timestamp,
) -> Result<bool> {
    let taken = sql("UPDATE initial_access_tokens SET uses_left = uses_left - 1
         WHERE digest = $2 AND account_id = $1 AND uses_left > 0 AND expires_at > $3")
    .bind(account)
    .bind(token)
    .bind(now)
    .execute_in(tx)
    .await?;
    Ok(taken == 1)
}

/// Takes back all tokens of an account; how many it met.
pub async fn delete_all(tx: &mut Tx<'_>, account: &AccountId) -> Result<u64> {
    sql("DELETE FROM initial_access_tokens WHERE account_id = $1")
        .bind(account)
        .execute_in(tx)
        .await
}
