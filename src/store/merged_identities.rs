//! Anonymous identities that became a consumer's.

use super::{Db, Result, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;

/// The most that are told of one consumer: the newest.
pub const MOST: usize = 20;

/// Makes the anonymous identity that consumer's; `false` where it is somebody's already. The one statement says yes once,
/// however many nodes ask it.
pub async fn take(
    tx: &mut Tx<'_>,
    account: &AccountId,
    anonymous_sub: &str,
    consumer_id: &str,
    now: Timestamp,
) -> Result<bool> {
    let taken = sql(
        "INSERT INTO merged_identities (account_id, anonymous_sub, consumer_id, merged_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, anonymous_sub) DO NOTHING",
    )
    .bind(account)
    .bind(anonymous_sub)
    .bind(consumer_id)
    .bind(now)
    .execute_in(tx)
    .await?;
    Ok(taken == 1)
}

/// Whose the anonymous identity is by now.
pub async fn find(db: &Db, account: &AccountId, anonymous_sub: &str) -> Result<Option<String>> {
    sql("SELECT consumer_id FROM merged_identities WHERE account_id = $1 AND anonymous_sub = $2")
        .bind(account)
        .bind(anonymous_sub)
        .fetch_optional(db)
        .await
}

/// Who that consumer was before, newest first, at most [`MOST`].
pub async fn list(db: &Db, account: &AccountId, consumer_id: &str) -> Result<Vec<String>> {
    sql(
        "SELECT anonymous_sub FROM merged_identities WHERE account_id = $1 AND consumer_id = $2
         ORDER BY merged_at DESC, anonymous_sub LIMIT 20",
    )
    .bind(account)
    .bind(consumer_id)
    .fetch_all(db)
    .await
}
