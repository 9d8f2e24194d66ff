//! What lets users in who have lost their second factor, by the digests of it.

use super::{Db, Result, Tx, sql};
use crate::base::id::AccountId;
use crate::model::UserId;

/// One more.
pub async fn insert(tx: &mut Tx<'_>, account: &AccountId, user: UserId, digest: &[u8; 32]) -> Result<()> {
    sql("INSERT INTO user_recovery_codes (account_id, user_id, digest) VALUES ($1, $2, $3)")
        .bind(account)
        .bind(user.number())
        .bind(digest.as_slice())
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Uses one up; how many it met.
pub async fn take(tx: &mut Tx<'_>, account: &AccountId, user: UserId, digest: &[u8; 32]) -> Result<u64> {
    sql("DELETE FROM user_recovery_codes WHERE account_id = $1 AND user_id = $2 AND digest = $3")
        .bind(account)
        .bind(user.number())
        .bind(digest.as_slice())
        .execute_in(tx)
        .await
}

/// How many a user has left.
pub async fn count(db: &Db, account: &AccountId, user: UserId) -> Result<i64> {
    let found: Option<i64> =
        sql("SELECT COUNT(*) FROM user_recovery_codes WHERE account_id = $1 AND user_id = $2")
            .bind(account)
            .bind(user.number())
            .fetch_optional(db)
            .await?;
    Ok(found.unwrap_or(0))
}

/// Removes all of a user's; how many it met.
pub async fn delete_all(tx: &mut Tx<'_>, account: &AccountId, user: UserId) -> Result<u64> {
    sql("DELETE FROM user_recovery_codes WHERE account_id = $1 AND user_id = $2")
        .bind(account)
        .bind(user.number())
        .execute_in(tx)
        .await
}
