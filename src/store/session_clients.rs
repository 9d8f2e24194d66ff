//! At which clients a session has logged in: those alone that are to be told of its end, so that nothing is written for
//! any other; and for which clients its consumer signed in, or was chosen among several (SEC-143).

use super::{Db, Query, Result, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, SessionId};

/// Notes that a session has logged in at a client, and until when that is worth knowing.
pub async fn insert(
    db: &Db,
    account: &AccountId,
    sid: &SessionId,
    client: &ClientId,
    expires_at: Timestamp,
) -> Result<()> {
    let noted = noted(account, sid, client, expires_at, false);
    noted.execute(db).await.map(|_| ())
}

/// The same, and has the session stand for its browser at that client from now on.
pub async fn choose(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sid: &SessionId,
    client: &ClientId,
    expires_at: Timestamp,
) -> Result<()> {
    let noted = noted(account, sid, client, expires_at, true);
    noted.execute_in(tx).await.map(|_| ())
}

/// A session that was chosen stays so, however often it logs in there.
fn noted(
    account: &AccountId,
    sid: &SessionId,
    client: &ClientId,
    expires_at: Timestamp,
    chosen: bool,
) -> Query {
    sql(
        "INSERT INTO session_clients (account_id, sid, client_id, expires_at, chosen) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, sid, client_id) DO UPDATE
         SET expires_at = excluded.expires_at, chosen = session_clients.chosen OR excluded.chosen",
    )
    .bind(account)
    .bind(sid)
    .bind(client)
    .bind(expires_at)
    .bind(chosen)
}

/// Keeps what is noted of a session until then: it was renewed, and lasts longer than when it was noted.
pub async fn prolong(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sid: &SessionId,
    expires_at: Timestamp,
) -> Result<u64> {
    sql("UPDATE session_clients SET expires_at = $3 WHERE account_id = $1 AND sid = $2")
        .bind(account)
        .bind(sid)
        .bind(expires_at)
        .execute_in(tx)
        .await
}

/// Takes what is noted of a session, now that it ends: its clients, in the order of their ids.
pub async fn take(tx: &mut Tx<'_>, account: &AccountId, sid: &SessionId) -> Result<Vec<ClientId>> {
    let taken: Vec<String> =
        sql("DELETE FROM session_clients WHERE account_id = $1 AND sid = $2 RETURNING client_id")
            .bind(account)
            .bind(sid)
            .fetch_all_in(tx)
            .await?;
    let mut clients: Vec<ClientId> = taken
        .iter()
        .filter_map(|client| ClientId::parse(client).ok())
        .collect();
    clients.sort();
    Ok(clients)
}

/// Has a session stand for its browser at that client no more: another one of the browser's does.
pub async fn pass_over(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sid: &SessionId,
    client: &ClientId,
) -> Result<u64> {
    sql("UPDATE session_clients SET chosen = FALSE
         WHERE account_id = $1 AND sid = $2 AND client_id = $3 AND chosen")
    .bind(account)
    .bind(sid)
    .bind(client)
    .execute_in(tx)
    .await
}

/// Which of a browser's sessions were chosen for a client: one, none, or more where tabs chose at the same moment. No more
/// than five are looked at.
pub async fn list_chosen(
    db: &Db,
    account: &AccountId,
    client: &ClientId,
    sids: &[&SessionId],
) -> Result<Vec<SessionId>> {
    let nth = |nth: usize| sids.get(nth).map_or("", |sid| sid.as_str());
    let chosen: Vec<String> = sql("SELECT sid FROM session_clients
         WHERE account_id = $1 AND client_id = $2 AND chosen AND sid IN ($3, $4, $5, $6, $7)")
    .bind(account)
    .bind(client)
    .bind(nth(0))
    .bind(nth(1))
    .bind(nth(2))
    .bind(nth(3))
    .bind(nth(4))
    .fetch_all(db)
    .await?;
    Ok(chosen
        .iter()
        .filter_map(|sid| SessionId::parse(sid).ok())
        .collect())
}
