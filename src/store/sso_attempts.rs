//! Browsers on their way to an identity provider: each step is taken once.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::{AccountId, SsoName};
use crate::base::{Digest, Timestamp};
use crate::model::UserId;
use crate::model::sso::{SsoAttempt, SsoState, SsoTicket, SsoTicketHolder};

impl FromRow for SsoAttempt {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            connection: row.parse("connection")?,
            return_to: row.get("return_to")?,
            app_state: row.get("app_state")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

impl FromRow for SsoTicketHolder {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            connection: row.parse("connection")?,
            user_id: UserId::from_number(row.get("user_id")?),
        })
    }
}

/// Sends a browser on its way.
pub async fn insert(db: &Db, attempt: &SsoAttempt) -> Result<()> {
    sql(
        "INSERT INTO sso_attempts (digest, account_id, connection, return_to, app_state, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(attempt.digest)
    .bind(&attempt.account_id)
    .bind(&attempt.connection)
    .bind(attempt.return_to.clone())
    .bind(attempt.app_state.clone())
    .bind(attempt.created_at)
    .bind(attempt.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// Takes the state that a browser brought back, if it isn't used and not too old: only one browser ever gets it.
pub async fn take(
    db: &Db,
    account: &AccountId,
    digest: Digest<SsoState>,
    now: Timestamp,
) -> Result<Option<SsoAttempt>> {
    sql("UPDATE sso_attempts SET used_at = $3
         WHERE digest = $2 AND account_id = $1 AND used_at IS NULL AND expires_at > $3
         RETURNING digest, account_id, connection, return_to, app_state, created_at, expires_at")
    .bind(account)
    .bind(digest)
    .bind(now)
    .write_optional(db)
    .await
}

/// Notes whom a browser that came back logs in, by a ticket that is good until `expires_at`.
pub async fn give_ticket(
    db: &Db,
    (account, digest): (&AccountId, Digest<SsoState>),
    ticket: Digest<SsoTicket>,
    user: UserId,
    expires_at: Timestamp,
) -> Result<()> {
    sql("UPDATE sso_attempts SET ticket = $3, user_id = $4, expires_at = $5 WHERE digest = $2 AND account_id = $1")
        .bind(account)
        .bind(digest)
        .bind(ticket)
        .bind(user.number())
        .bind(expires_at)
        .execute(db)
        .await
        .map(|_| ())
}

/// Takes a ticket, if it isn't too old: only one caller ever gets it.
pub async fn take_ticket(
    db: &Db,
    account: &AccountId,
    ticket: Digest<SsoTicket>,
    now: Timestamp,
) -> Result<Option<SsoTicketHolder>> {
    sql(
        "DELETE FROM sso_attempts WHERE ticket = $2 AND account_id = $1 AND expires_at > $3
         RETURNING connection, user_id",
    )
    .bind(account)
    .bind(ticket)
    .bind(now)
    .write_optional(db)
    .await
}

/// Forgets the browsers that are on their way to a connection, and the tickets that came of it; how many.
pub async fn delete_all(tx: &mut Tx<'_>, account: &AccountId, connection: &SsoName) -> Result<u64> {
    sql("DELETE FROM sso_attempts WHERE account_id = $1 AND connection = $2")
        .bind(account)
        .bind(connection)
        .execute_in(tx)
        .await
}
