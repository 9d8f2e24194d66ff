//! Assertions and proofs of possession that have been used.

use super::{Db, Result, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};

/// When a proof is taken: never before `from`, never after `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The first moment at which it would have been taken, clocks' differences included.
    pub from: Timestamp,
    /// When its time makes it worthless. Until then it is remembered.
    pub until: Timestamp,
}

impl Taken {
    /// Whether it may have been used after a copy was made that the database was restored from: what the copy doesn't know
    /// counts as used (SEC-154).
    fn is_forgotten(self, db: &Db) -> bool {
        db.restored_at().is_some_and(|restored| self.from <= restored)
    }
}

/// Whether a proof has been used, or may have been.
pub async fn is_used<K>(db: &Db, account: &AccountId, proof: Digest<K>, taken: Taken) -> Result<bool> {
    if taken.is_forgotten(db) {
        return Ok(true);
    }
    let found: Option<i64> = sql("SELECT expires_at FROM used_proofs WHERE digest = $2 AND account_id = $1")
        .bind(account)
        .bind(proof)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Uses a proof up; `false` where it has been used, or may have been. The one statement says yes once, however many nodes ask
/// it (SEC-051, SEC-059).
pub async fn take<K>(db: &Db, account: &AccountId, proof: Digest<K>, taken: Taken) -> Result<bool> {
    if taken.is_forgotten(db) {
        return Ok(false);
    }
    let taken = sql(
        "INSERT INTO used_proofs (digest, account_id, expires_at) VALUES ($2, $1, $3)
                     ON CONFLICT (digest) DO NOTHING",
    )
    .bind(account)
    .bind(proof)
    .bind(taken.until)
    .execute(db)
    .await?;
    Ok(taken == 1)
}
