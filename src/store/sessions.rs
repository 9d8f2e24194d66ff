//! Consumers' sessions. They outlive restarts and are the same on every node (SEC-071).

use super::query::FromRow;
use super::{Db, Result, Row, Tx, logout_notices, session_clients, sql};
use crate::base::id::{AccountId, ClientId, SessionId, Subject};
use crate::base::{Digest, Timestamp};
use crate::model::Session;
use crate::model::session::SessionCookie;

impl FromRow for Session {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            sid: row.parse("sid")?,
            sub: row.parse("sub")?,
            amr: row.json("amr")?,
            acr: row.get("acr")?,
            auth_time: row.time("auth_time")?,
            last_seen_at: row.time("last_seen_at")?,
            idle_expires_at: row.time("idle_expires_at")?,
            expires_at: row.time("expires_at")?,
            ended_at: row.time_optional("ended_at")?,
        })
    }
}

/// The session of that cookie, alive or not.
pub async fn find(db: &Db, account: &AccountId, cookie: Digest<SessionCookie>) -> Result<Option<Session>> {
    sql("SELECT digest, account_id, sid, sub, amr, acr, auth_time, last_seen_at, idle_expires_at, expires_at, ended_at
         FROM sessions WHERE digest = $2 AND account_id = $1")
        .bind(account)
        .bind(cookie)
        .fetch_optional(db)
        .await
}

/// The session of that name in tokens, alive or not.
pub async fn find_by_sid(db: &Db, account: &AccountId, sid: &SessionId) -> Result<Option<Session>> {
    sql("SELECT digest, account_id, sid, sub, amr, acr, auth_time, last_seen_at, idle_expires_at, expires_at, ended_at
         FROM sessions WHERE sid = $2 AND account_id = $1")
        .bind(account)
        .bind(sid)
        .fetch_optional(db)
        .await
}

/// A consumer's sessions that live, the newest login first; a hundred at the most.
pub async fn list_of_subject(
    db: &Db,
    account: &AccountId,
    sub: &Subject,
    now: Timestamp,
) -> Result<Vec<Session>> {
    sql("SELECT digest, account_id, sid, sub, amr, acr, auth_time, last_seen_at, idle_expires_at, expires_at, ended_at
         FROM sessions WHERE account_id = $1 AND sub = $2 AND ended_at IS NULL AND idle_expires_at > $3 AND expires_at > $3
         ORDER BY auth_time DESC, sid LIMIT 100")
        .bind(account)
        .bind(sub)
        .bind(now)
        .fetch_all(db)
        .await
}

/// At most `limit` living sessions of an account after `after`, by their names in tokens.
pub async fn list(
    db: &Db,
    account: &AccountId,
    after: Option<&SessionId>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Session>> {
    sql("SELECT digest, account_id, sid, sub, amr, acr, auth_time, last_seen_at, idle_expires_at, expires_at, ended_at
         FROM sessions WHERE account_id = $1 AND sid > $2 AND ended_at IS NULL AND idle_expires_at > $3 AND expires_at > $3
         ORDER BY sid LIMIT $4")
        .bind(account)
        .bind(after.map_or("", SessionId::as_str))
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await
}

/// A new session.
pub async fn insert(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    sql("INSERT INTO sessions (digest, account_id, sid, sub, amr, acr, auth_time, last_seen_at, idle_expires_at,
                               expires_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
        .bind(session.digest)
        .bind(&session.account_id)
        .bind(&session.sid)
        .bind(&session.sub)
        .bind(super::to_json(&session.amr)?)
        .bind(session.acr.clone())
        .bind(session.auth_time)
        .bind(session.last_seen_at)
        .bind(session.idle_expires_at)
        .bind(session.expires_at)
        .bind(session.ended_at)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Gives a session a new cookie and a new time of login: the old cookie stops working at once (SEC-069), also one that a login
/// in another tab has given it just now. The clients that are to be told of its end are known for as long as it lasts now.
pub async fn renew(tx: &mut Tx<'_>, account: &AccountId, session: &Session) -> Result<u64> {
    let renewed = sql(
        "UPDATE sessions SET digest = $3, amr = $4, acr = $5, auth_time = $6, last_seen_at = $7,
                idle_expires_at = $8, expires_at = $9
         WHERE account_id = $1 AND sid = $2 AND ended_at IS NULL",
    )
    .bind(account)
    .bind(&session.sid)
    .bind(session.digest)
    .bind(super::to_json(&session.amr)?)
    .bind(session.acr.clone())
    .bind(session.auth_time)
    .bind(session.last_seen_at)
    .bind(session.idle_expires_at)
    .bind(session.expires_at)
    .execute_in(tx)
    .await?;
    if renewed > 0 {
        session_clients::prolong(tx, account, &session.sid, session.expires_at).await?;
    }
    Ok(renewed)
}

/// Gives a session a new cookie in place of that one, and nothing else of it is new; how many it met.
pub async fn reissue(
    tx: &mut Tx<'_>,
    account: &AccountId,
    former: Digest<SessionCookie>,
    cookie: Digest<SessionCookie>,
) -> Result<u64> {
    sql("UPDATE sessions SET digest = $3 WHERE account_id = $1 AND digest = $2 AND ended_at IS NULL")
        .bind(account)
        .bind(former)
        .bind(cookie)
        .execute_in(tx)
        .await
}

/// Moves a session's idle end.
pub async fn touch(db: &Db, session: &Session, now: Timestamp, idle_expires_at: Timestamp) -> Result<u64> {
    sql("UPDATE sessions SET last_seen_at = $3, idle_expires_at = $4
         WHERE account_id = $1 AND digest = $2 AND ended_at IS NULL")
    .bind(&session.account_id)
    .bind(session.digest)
    .bind(now)
    .bind(idle_expires_at)
    .execute(db)
    .await
}

/// What ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// How many sessions: one, or none where it had ended before.
    pub sessions: u64,
    /// The clients that are to be told, in the order of their ids.
    pub clients: Vec<ClientId>,
}

/// Ends one session: takes back the access tokens that were given in it, and leaves a notice for each client that is to
/// be told.
pub async fn end(tx: &mut Tx<'_>, account: &AccountId, sid: &SessionId, now: Timestamp) -> Result<Ended> {
    logout_notices::insert_of_session(tx, account, sid, now).await?;
    let clients = session_clients::take(tx, account, sid).await?;
    let sessions =
        sql("UPDATE sessions SET ended_at = $3 WHERE account_id = $1 AND sid = $2 AND ended_at IS NULL")
            .bind(account)
            .bind(sid)
            .bind(now)
            .execute_in(tx)
            .await?;
    sql("UPDATE tokens SET revoked_at = $3
         WHERE account_id = $1 AND sid = $2 AND kind = 'access' AND revoked_at IS NULL")
    .bind(account)
    .bind(sid)
    .bind(now)
    .execute_in(tx)
    .await?;
    Ok(Ended { sessions, clients })
}

/// Ends all sessions of a consumer (SEC-072), and leaves notices likewise.
pub async fn end_all(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject, now: Timestamp) -> Result<u64> {
    logout_notices::insert_of_subject(tx, account, sub, now).await?;
    sql("UPDATE sessions SET ended_at = $3 WHERE account_id = $1 AND sub = $2 AND ended_at IS NULL")
        .bind(account)
        .bind(sub)
        .bind(now)
        .execute_in(tx)
        .await
}

/// Ends at most a thousand sessions of an account that is gone; how many it met. A thousand means that there may be
/// more.
pub async fn end_of_account(db: &Db, account: &AccountId, now: Timestamp) -> Result<u64> {
    sql(
        "UPDATE sessions SET ended_at = $2 WHERE account_id = $1 AND digest IN
         (SELECT digest FROM sessions WHERE account_id = $1 AND ended_at IS NULL LIMIT 1000)",
    )
    .bind(account)
    .bind(now)
    .execute(db)
    .await
}
