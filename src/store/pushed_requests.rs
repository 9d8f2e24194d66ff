//! Authorization requests that clients have pushed.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::{AccountId, ClientId};
use crate::base::{Digest, Timestamp};
use crate::model::pushed_request::{PushedRequest, RequestUri};

impl FromRow for PushedRequest {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            request: row.json("request")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// A new one.
pub async fn insert(db: &Db, pushed: &PushedRequest) -> Result<()> {
    sql(
        "INSERT INTO pushed_requests (digest, account_id, client_id, request, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(pushed.digest)
    .bind(&pushed.account_id)
    .bind(&pushed.request.client_id)
    .bind(super::to_json(&pushed.request)?)
    .bind(pushed.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// The request of that `request_uri`, if this client pushed it and it has neither ended nor been used. It is used by
/// [`take`] alone.
pub async fn find(
    db: &Db,
    account: &AccountId,
    client: &ClientId,
    digest: Digest<RequestUri>,
    now: Timestamp,
) -> Result<Option<PushedRequest>> {
    sql(
        "SELECT digest, account_id, request, expires_at FROM pushed_requests
         WHERE digest = $3 AND account_id = $1 AND client_id = $2 AND expires_at > $4",
    )
    .bind(account)
    .bind(client)
    .bind(digest)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Uses it up. Only one caller ever gets it, on however many nodes (SEC-027).
pub async fn take(tx: &mut Tx<'_>, account: &AccountId, digest: Digest<RequestUri>) -> Result<bool> {
    let taken = sql("DELETE FROM pushed_requests WHERE digest = $2 AND account_id = $1")
        .bind(account)
        .bind(digest)
        .execute_in(tx)
        .await?;
    Ok(taken == 1)
}
