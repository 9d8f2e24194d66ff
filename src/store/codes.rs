//! Failed redemptions of codes. A code itself has no row: see [`super::tokens::insert`].

use super::{Db, Result, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::model::token::Code;

/// Counts a failed redemption by the code's own client and tells how many there were: the fifth burns the code
/// (SEC-043).
pub async fn count_failure(
    db: &Db,
    account: &AccountId,
    code: Digest<Code>,
    expires_at: Timestamp,
) -> Result<i64> {
    let failures: Option<i64> = sql(
        "INSERT INTO codes (digest, account_id, failures, expires_at) VALUES ($2, $1, 1, $3)
         ON CONFLICT (digest) DO UPDATE SET failures = codes.failures + 1 WHERE codes.account_id = $1
         RETURNING failures",
    )
    .bind(account)
    .bind(code)
    .bind(expires_at)
    .write_optional(db)
    .await?;
    Ok(failures.unwrap_or(0))
}
