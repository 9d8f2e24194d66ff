//! Assertions and proofs of possession that have been used.

use super::{Db, Result, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};

/// Whether a proof has been used.
pub async fn is_used<K>(db: &Db, account: &AccountId, proof: Digest<K>) -> Result<bool> {
    let found: Option<i64> = sql("SELECT expires_at FROM used_proofs WHERE digest = $2 AND account_id = $1")
        .bind(account)
        .bind(proof)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Uses a proof up; `false` where it has been used. The one statement says yes once, however many nodes ask it
/// (SEC-051, SEC-059). It is remembered until `expires_at`, when its time makes it worthless.
pub async fn take<K>(db: &Db, account: &AccountId, proof: Digest<K>, expires_at: Timestamp) -> Result<bool> {
    let taken = sql(
        "INSERT INTO used_proofs (digest, account_id, expires_at) VALUES ($2, $1, $3)
                     ON CONFLICT (digest) DO NOTHING",
    )
    .bind(account)
    .bind(proof)
    .bind(expires_at)
    .execute(db)
    .await?;
    Ok(taken == 1)
}
