//! Users' second factors. A user has one at the most that they have shown a code of.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::UserId;
use crate::model::user_factor::UserFactor;

impl FromRow for UserFactor {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            factor_id: row.get("factor_id")?,
            user_id: UserId::from_number(row.get("user_id")?),
            seed: row.sealed("seed")?,
            step: row.get("step")?,
            created_at: row.time("created_at")?,
            expires_at: row.time_optional("expires_at")?,
        })
    }
}

/// The factor that a user signs in with.
pub async fn find(db: &Db, account: &AccountId, user: UserId) -> Result<Option<UserFactor>> {
    sql(
        "SELECT account_id, factor_id, user_id, seed, step, created_at, expires_at FROM user_factors
         WHERE account_id = $1 AND user_id = $2 AND expires_at IS NULL",
    )
    .bind(account)
    .bind(user.number())
    .fetch_optional(db)
    .await
}

/// One that is being set up, if its time isn't over at `now`.
pub async fn find_pending(
    db: &Db,
    account: &AccountId,
    factor_id: &str,
    now: Timestamp,
) -> Result<Option<UserFactor>> {
    sql(
        "SELECT account_id, factor_id, user_id, seed, step, created_at, expires_at FROM user_factors
         WHERE account_id = $1 AND factor_id = $2 AND expires_at > $3",
    )
    .bind(account)
    .bind(factor_id)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// One that is to be set up, in the place of what the sign-in has to set up until now; how many it met.
pub async fn put_pending(tx: &mut Tx<'_>, factor: &UserFactor) -> Result<u64> {
    sql(
        "INSERT INTO user_factors (account_id, factor_id, user_id, seed, step, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account_id, factor_id) DO UPDATE
         SET seed = excluded.seed, created_at = excluded.created_at, expires_at = excluded.expires_at
         WHERE user_factors.expires_at IS NOT NULL",
    )
    .bind(&factor.account_id)
    .bind(&factor.factor_id)
    .bind(factor.user_id.number())
    .bind(factor.seed.clone())
    .bind(factor.step)
    .bind(factor.created_at)
    .bind(factor.expires_at)
    .execute_in(tx)
    .await
}

/// Lets a factor count whose owner has shown the code of a step, while its seed is the one that the code was of; how many it
/// met. [`super::Error::Taken`] where the user has another by now.
pub async fn activate(
    tx: &mut Tx<'_>,
    account: &AccountId,
    factor: &UserFactor,
    step: i64,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE user_factors SET expires_at = NULL, step = $3
         WHERE account_id = $1 AND factor_id = $2 AND expires_at > $4 AND seed = $5")
    .bind(account)
    .bind(factor.factor_id.as_str())
    .bind(step)
    .bind(now)
    .bind(factor.seed.clone())
    .execute_in(tx)
    .await
}

/// Takes the code of a step, unless it or a later one was taken before (RFC 6238 §5.2); how many it met.
pub async fn take_step(tx: &mut Tx<'_>, account: &AccountId, factor_id: &str, step: i64) -> Result<u64> {
    sql("UPDATE user_factors SET step = $3
         WHERE account_id = $1 AND factor_id = $2 AND expires_at IS NULL AND step < $3")
    .bind(account)
    .bind(factor_id)
    .bind(step)
    .execute_in(tx)
    .await
}
