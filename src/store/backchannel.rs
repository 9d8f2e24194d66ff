//! Requests of clients that wait for a consumer who is somewhere else.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, devices, sql};
use crate::base::id::{AccountId, ClientId, Subject};
use crate::base::{Digest, Timestamp};
use crate::model::backchannel::{AuthReqId, BackchannelRequest};
use crate::model::device::Decision;

impl FromRow for BackchannelRequest {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            handle: row.get("handle")?,
            client_id: row.parse("client_id")?,
            sub: row.parse("sub")?,
            scope: row.parse("scope")?,
            acr_values: row
                .get::<String>("acr_values")?
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            binding_message: row.get("binding_message")?,
            ping: row.sealed_optional("ping")?,
            interval: row.get("interval_seconds")?,
            asked_at: row.time_optional("asked_at")?,
            decision: devices::decision(row)?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// A new request.
pub async fn insert(tx: &mut Tx<'_>, request: &BackchannelRequest) -> Result<()> {
    sql(
        "INSERT INTO backchannel_requests (digest, account_id, handle, client_id, sub, scope, binding_message, ping,
                                           interval_seconds, created_at, expires_at, acr_values)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(request.digest)
    .bind(&request.account_id)
    .bind(request.handle.as_str())
    .bind(&request.client_id)
    .bind(&request.sub)
    .bind(request.scope.to_string())
    .bind(request.binding_message.clone())
    .bind(request.ping.clone())
    .bind(request.interval)
    .bind(request.created_at)
    .bind(request.expires_at)
    .bind(request.acr_values.join(" "))
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// The request of that `auth_req_id`, expired or not.
pub async fn find(db: &Db, account: &AccountId, id: Digest<AuthReqId>) -> Result<Option<BackchannelRequest>> {
    sql(
        "SELECT digest, account_id, handle, client_id, sub, scope, binding_message, ping, interval_seconds, asked_at,
                decision, sid, auth_time, login, grant_id, acr_values, created_at, expires_at
         FROM backchannel_requests WHERE digest = $2 AND account_id = $1",
    )
    .bind(account)
    .bind(id)
    .fetch_optional(db)
    .await
}

/// How many requests of a client wait for a consumer.
pub async fn count_undecided(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    sub: &Subject,
    now: Timestamp,
) -> Result<i64> {
    sql("SELECT COUNT(*) FROM backchannel_requests
         WHERE account_id = $1 AND sub = $2 AND client_id = $3 AND decision IS NULL AND expires_at > $4")
    .bind(account)
    .bind(sub)
    .bind(client)
    .bind(now)
    .fetch_optional_in(tx)
    .await
    .map(Option::unwrap_or_default)
}

/// The request that a consumer's page calls so, while it waits for that consumer.
pub async fn find_undecided(
    db: &Db,
    account: &AccountId,
    sub: &Subject,
    handle: &str,
    now: Timestamp,
) -> Result<Option<BackchannelRequest>> {
    sql(
        "SELECT digest, account_id, handle, client_id, sub, scope, binding_message, ping, interval_seconds, asked_at,
                decision, sid, auth_time, login, grant_id, acr_values, created_at, expires_at
         FROM backchannel_requests
         WHERE account_id = $1 AND sub = $2 AND handle = $3 AND decision IS NULL AND expires_at > $4",
    )
    .bind(account)
    .bind(sub)
    .bind(handle)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// What waits for a consumer, the oldest first.
pub async fn list_undecided(
    db: &Db,
    account: &AccountId,
    sub: &Subject,
    now: Timestamp,
) -> Result<Vec<BackchannelRequest>> {
    sql(
        "SELECT digest, account_id, handle, client_id, sub, scope, binding_message, ping, interval_seconds, asked_at,
                decision, sid, auth_time, login, grant_id, acr_values, created_at, expires_at
         FROM backchannel_requests
         WHERE account_id = $1 AND sub = $2 AND decision IS NULL AND expires_at > $3 ORDER BY created_at, handle LIMIT 20",
    )
    .bind(account)
    .bind(sub)
    .bind(now)
    .fetch_all(db)
    .await
}

/// Notes that the client asks at `now`, and that it waits `interval` seconds from then on; `false` where another of its
/// questions came in between.
pub async fn note_question(
    db: &Db,
    request: &BackchannelRequest,
    now: Timestamp,
    interval: i64,
) -> Result<bool> {
    let noted = sql(
        "UPDATE backchannel_requests SET asked_at = $3, interval_seconds = $4
         WHERE digest = $2 AND account_id = $1 AND COALESCE(asked_at, 0) = $5",
    )
    .bind(&request.account_id)
    .bind(request.digest)
    .bind(now)
    .bind(interval)
    .bind(request.asked_at.map_or(0, Timestamp::millis))
    .execute(db)
    .await?;
    Ok(noted == 1)
}

/// Writes the decision of the one who is asked; `false` where there was one, or it is too late: only one is ever made.
pub async fn decide(
    tx: &mut Tx<'_>,
    request: &BackchannelRequest,
    decision: &Decision,
    now: Timestamp,
) -> Result<bool> {
    let (said, allowed) = match decision {
        Decision::Allowed(allowed) => ("allowed", Some(allowed)),
        Decision::Denied => ("denied", None),
    };
    let decided = sql(
        "UPDATE backchannel_requests SET decision = $3, sid = $5, auth_time = $6, grant_id = $7, login = $9
         WHERE digest = $2 AND account_id = $1 AND sub = $4 AND decision IS NULL AND expires_at > $8",
    )
    .bind(&request.account_id)
    .bind(request.digest)
    .bind(said)
    .bind(&request.sub)
    .bind(allowed.map(|it| &it.sid))
    .bind(allowed.map(|it| it.auth_time))
    .bind(allowed.and_then(|it| it.grant_id.as_ref()))
    .bind(now)
    .bind(devices::login(allowed)?)
    .execute_in(tx)
    .await?;
    Ok(decided == 1)
}
