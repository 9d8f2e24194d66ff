//! Ends of sessions that clients are still to be told of: an outbox, which outlives restarts. Whoever takes a notice
//! puts it off for a while first, so that another node takes it again only if nothing came of it.

use std::time::Duration;

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, SessionId, Subject};
use crate::model::LogoutNotice;

/// How long a client is tried to be told.
pub const KEPT: Duration = Duration::from_hours(24);

impl FromRow for LogoutNotice {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            sid: row.parse("sid")?,
            client_id: row.parse("client_id")?,
            sub: row.parse("sub")?,
            attempts: row.get("attempts")?,
            created_at: row.time("created_at")?,
        })
    }
}

/// Writes a notice for each client of a session that is about to be ended.
pub async fn insert_of_session(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sid: &SessionId,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "INSERT INTO logout_notices (account_id, sid, client_id, sub, attempts, created_at, due_at, expires_at)
         SELECT at.account_id, at.sid, at.client_id, ending.sub, 0, $3, $3, $4
         FROM session_clients at
         JOIN sessions ending ON ending.account_id = at.account_id AND ending.sid = at.sid
         WHERE at.account_id = $1 AND at.sid = $2 AND ending.ended_at IS NULL
         ON CONFLICT (account_id, sid, client_id) DO NOTHING",
    )
    .bind(account)
    .bind(sid)
    .bind(now)
    .bind(now + KEPT)
    .execute_in(tx)
    .await
}

/// The same for all sessions of a consumer.
pub async fn insert_of_subject(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sub: &Subject,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "INSERT INTO logout_notices (account_id, sid, client_id, sub, attempts, created_at, due_at, expires_at)
         SELECT at.account_id, at.sid, at.client_id, ending.sub, 0, $3, $3, $4
         FROM sessions ending
         JOIN session_clients at ON at.account_id = ending.account_id AND at.sid = ending.sid
         WHERE ending.account_id = $1 AND ending.sub = $2 AND ending.ended_at IS NULL
         ON CONFLICT (account_id, sid, client_id) DO NOTHING",
    )
    .bind(account)
    .bind(sub)
    .bind(now)
    .bind(now + KEPT)
    .execute_in(tx)
    .await
}

/// Whether somebody is to be told now: asked often, and so without a write.
pub async fn any_due(db: &Db, now: Timestamp) -> Result<bool> {
    let due: Option<String> = sql("SELECT account_id FROM logout_notices WHERE due_at <= $1 LIMIT 1")
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(due.is_some())
}

/// Claims at most twenty that are due. Nobody else gets them before `until`.
pub async fn claim(db: &Db, now: Timestamp, until: Timestamp) -> Result<Vec<LogoutNotice>> {
    db.transaction(move |tx| {
        Box::pin(async move {
            // The condition stands twice: a node that waited for another's row looks at it once more.
            sql(
                "UPDATE logout_notices SET due_at = $2, attempts = attempts + 1
                 WHERE due_at <= $1 AND (account_id, sid, client_id) IN
                 (SELECT account_id, sid, client_id FROM logout_notices WHERE due_at <= $1 ORDER BY due_at LIMIT 20)
                 RETURNING account_id, sid, client_id, sub, attempts, created_at",
            )
            .bind(now)
            .bind(until)
            .fetch_all_in(tx)
            .await
        })
    })
    .await
}

/// Puts one off.
pub async fn postpone(db: &Db, notice: &LogoutNotice, due_at: Timestamp) -> Result<u64> {
    sql("UPDATE logout_notices SET due_at = $4 WHERE account_id = $1 AND sid = $2 AND client_id = $3")
        .bind(&notice.account_id)
        .bind(&notice.sid)
        .bind(&notice.client_id)
        .bind(due_at)
        .execute(db)
        .await
}

/// Removes one that is done.
pub async fn delete(db: &Db, notice: &LogoutNotice) -> Result<u64> {
    sql("DELETE FROM logout_notices WHERE account_id = $1 AND sid = $2 AND client_id = $3")
        .bind(&notice.account_id)
        .bind(&notice.sid)
        .bind(&notice.client_id)
        .execute(db)
        .await
}
