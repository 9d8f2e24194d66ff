//! Administrators' second factors, and what lets them in who have lost theirs. An administrator has one at the most that they
//! have shown a code of.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AdministratorId;
use crate::model::administrator::AdministratorFactor;

impl FromRow for AdministratorFactor {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            factor_id: row.get("factor_id")?,
            administrator_id: row.parse("administrator_id")?,
            seed: row.sealed("seed")?,
            step: row.get("step")?,
            created_at: row.time("created_at")?,
            expires_at: row.time_optional("expires_at")?,
        })
    }
}

/// The factor that an administrator signs in with.
pub async fn find(db: &Db, id: &AdministratorId) -> Result<Option<AdministratorFactor>> {
    sql(
        "SELECT factor_id, administrator_id, seed, step, created_at, expires_at FROM administrator_factors
         WHERE administrator_id = $1 AND expires_at IS NULL",
    )
    .bind(id)
    .fetch_optional(db)
    .await
}

/// Whether an administrator has one, in the transaction that lets them in.
pub async fn is_there(tx: &mut Tx<'_>, id: &AdministratorId) -> Result<bool> {
    let found: Option<String> =
        sql("SELECT factor_id FROM administrator_factors WHERE administrator_id = $1 AND expires_at IS NULL")
            .bind(id)
            .fetch_optional_in(tx)
            .await?;
    Ok(found.is_some())
}

/// One that is being set up, if its time isn't over at `now`.
pub async fn find_pending(db: &Db, factor_id: &str, now: Timestamp) -> Result<Option<AdministratorFactor>> {
    sql(
        "SELECT factor_id, administrator_id, seed, step, created_at, expires_at FROM administrator_factors
         WHERE factor_id = $1 AND expires_at > $2",
    )
    .bind(factor_id)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// One that is to be set up, in the place of what the session has to set up until now; how many it met.
pub async fn put_pending(tx: &mut Tx<'_>, factor: &AdministratorFactor) -> Result<u64> {
    sql(
        "INSERT INTO administrator_factors (factor_id, administrator_id, seed, step, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (factor_id) DO UPDATE
         SET seed = excluded.seed, created_at = excluded.created_at, expires_at = excluded.expires_at
         WHERE administrator_factors.expires_at IS NOT NULL",
    )
    .bind(factor.factor_id.as_str())
    .bind(&factor.administrator_id)
    .bind(factor.seed.clone())
    .bind(factor.step)
    .bind(factor.created_at)
    .bind(factor.expires_at)
    .execute_in(tx)
    .await
}

/// Lets a factor count whose owner has shown the code of a step, while its seed is the one that the code was of; how many it
/// met. [`super::Error::Taken`] where they have another by now.
pub async fn activate(
    tx: &mut Tx<'_>,
    factor: &AdministratorFactor,
    step: i64,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE administrator_factors SET expires_at = NULL, step = $2
         WHERE factor_id = $1 AND expires_at > $3 AND seed = $4")
    .bind(factor.factor_id.as_str())
    .bind(step)
    .bind(now)
    .bind(factor.seed.clone())
    .execute_in(tx)
    .await
}

/// Takes the code of a step, unless it or a later one was taken before (RFC 6238 §5.2); how many it met.
pub async fn take_step(tx: &mut Tx<'_>, factor_id: &str, step: i64) -> Result<u64> {
    sql("UPDATE administrator_factors SET step = $2
         WHERE factor_id = $1 AND expires_at IS NULL AND step < $2")
    .bind(factor_id)
    .bind(step)
    .execute_in(tx)
    .await
}

/// One more recovery code.
pub async fn insert_code(tx: &mut Tx<'_>, id: &AdministratorId, digest: &[u8; 32]) -> Result<()> {
    sql("INSERT INTO administrator_recovery_codes (administrator_id, digest) VALUES ($1, $2)")
        .bind(id)
        .bind(digest.as_slice())
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Uses a recovery code up; how many it met.
pub async fn take_code(tx: &mut Tx<'_>, id: &AdministratorId, digest: &[u8; 32]) -> Result<u64> {
    sql("DELETE FROM administrator_recovery_codes WHERE administrator_id = $1 AND digest = $2")
        .bind(id)
        .bind(digest.as_slice())
        .execute_in(tx)
        .await
}

/// Removes an administrator's factors and recovery codes; how many factors it met.
pub async fn delete_all(tx: &mut Tx<'_>, id: &AdministratorId) -> Result<u64> {
    delete_codes(tx, id).await?;
    sql("DELETE FROM administrator_factors WHERE administrator_id = $1")
        .bind(id)
        .execute_in(tx)
        .await
}

/// Removes an administrator's recovery codes; how many it met.
pub async fn delete_codes(tx: &mut Tx<'_>, id: &AdministratorId) -> Result<u64> {
    sql("DELETE FROM administrator_recovery_codes WHERE administrator_id = $1")
        .bind(id)
        .execute_in(tx)
        .await
}
