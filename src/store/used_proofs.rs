//! Assertions and proofs of possession that have been used.

use super::{Db, Result, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};

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
