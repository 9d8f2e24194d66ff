//! Users who have shown their password at the console, and must show a second factor next.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::model::UserId;
use crate::model::user_factor::{ConsoleSignIn, SignInStep};

impl FromRow for ConsoleSignIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            user_id: UserId::from_number(row.get("user_id")?),
            password_changed_at: row.time_optional("password_changed_at")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// A new one; whatever sign-in the user had begun before is void.
pub async fn insert(tx: &mut Tx<'_>, sign_in: &ConsoleSignIn) -> Result<()> {
    delete_all(tx, &sign_in.account_id, sign_in.user_id).await?;
    sql(
        "INSERT INTO console_sign_ins (digest, account_id, user_id, password_changed_at, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(sign_in.digest)
    .bind(&sign_in.account_id)
    .bind(sign_in.user_id.number())
    .bind(sign_in.password_changed_at)
    .bind(sign_in.created_at)
    .bind(sign_in.expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// The one of that digest, if it isn't over at `now`.
pub async fn find(
    db: &Db,
    account: &AccountId,
    digest: Digest<SignInStep>,
    now: Timestamp,
) -> Result<Option<ConsoleSignIn>> {
    sql(
        "SELECT digest, account_id, user_id, password_changed_at, created_at, expires_at FROM console_sign_ins
         WHERE account_id = $1 AND digest = $2 AND expires_at > $3",
    )
    .bind(account)
    .bind(digest)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Uses it up; how many it met.
pub async fn take(
    tx: &mut Tx<'_>,
    account: &AccountId,
    digest: Digest<SignInStep>,
    now: Timestamp,
) -> Result<u64> {
    sql("DELETE FROM console_sign_ins WHERE account_id = $1 AND digest = $2 AND expires_at > $3")
        .bind(account)
        .bind(digest)
        .bind(now)
        .execute_in(tx)
        .await
}

/// Ends all that a user has begun; how many it met.
pub async fn delete_all(tx: &mut Tx<'_>, account: &AccountId, user: UserId) -> Result<u64> {
    sql("DELETE FROM console_sign_ins WHERE account_id = $1 AND user_id = $2")
        .bind(account)
        .bind(user.number())
        .execute_in(tx)
        .await
}
