//! Tokens by which clients manage their own registration. They go with their client.

use super::{Db, Result, Tx, sql};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Digest, Timestamp};
use crate::model::registration::RegistrationToken;

/// A client's first token.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    token: Digest<RegistrationToken>,
    now: Timestamp,
) -> Result<()> {
    sql("INSERT INTO registration_tokens (account_id, client_id, digest, created_at) VALUES ($1, $2, $3, $4)")
        .bind(account)
        .bind(client)
        .bind(token)
        .bind(now)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Whether that is the client's token.
pub async fn is_its(
    db: &Db,
    account: &AccountId,
    client: &ClientId,
    token: Digest<RegistrationToken>,
) -> Result<bool> {
    let found: Option<i64> = sql("SELECT created_at FROM registration_tokens
         WHERE account_id = $1 AND client_id = $2 AND digest = $3")
    .bind(account)
    .bind(client)
    .bind(token)
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Puts another token in the place of the one that was used; tells whether that was still the client's (SEC-063).
pub async fn rotate(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    used: Digest<RegistrationToken>,
    next: Digest<RegistrationToken>,
    now: Timestamp,
) -> Result<bool> {
    let rotated = sql("UPDATE registration_tokens SET digest = $4, created_at = $5
         WHERE account_id = $1 AND client_id = $2 AND digest = $3")
    .bind(account)
    .bind(client)
    .bind(used)
    .bind(next)
    .bind(now)
    .execute_in(tx)
    .await?;
    Ok(rotated == 1)
}
