//! Requests that were asked for under a key of their sender's: none is done twice, on any number of nodes.

use super::query::FromRow;
use super::{Db, Result, Row, sql};
use crate::base::id::Realm;
use crate::base::{Digest, Timestamp};
use crate::model::idempotency::{Attempt, IdempotencyKey, KeptAnswer};

impl FromRow for Attempt {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            fingerprint: row.digest("fingerprint")?,
            created_at: row.time("created_at")?,
            answer: row.json_optional("answer")?,
        })
    }
}

/// Takes a key for a request; false where a request has it, that one or another. A key whose time is up is as good as new.
pub async fn claim(
    db: &Db,
    realm: &Realm,
    key: Digest<IdempotencyKey>,
    attempt: &Attempt,
    expires_at: Timestamp,
) -> Result<bool> {
    let met = sql(
        "INSERT INTO idempotency_keys (account_id, digest, fingerprint, created_at, expires_at, answer)
         VALUES ($1, $2, $3, $4, $5, NULL)
         ON CONFLICT (account_id, digest)
         DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at,
                       expires_at = excluded.expires_at, answer = NULL
         WHERE idempotency_keys.expires_at <= $4",
    )
    .bind(realm)
    .bind(key)
    .bind(attempt.fingerprint)
    .bind(attempt.created_at)
    .bind(expires_at)
    .execute(db)
    .await?;
    Ok(met == 1)
}

/// The request that has a key.
pub async fn find(db: &Db, realm: &Realm, key: Digest<IdempotencyKey>) -> Result<Option<Attempt>> {
    sql("SELECT fingerprint, created_at, answer FROM idempotency_keys WHERE account_id = $1 AND digest = $2")
        .bind(realm)
        .bind(key)
        .fetch_optional(db)
        .await
}

/// Keeps how a request was answered.
pub async fn update(db: &Db, realm: &Realm, key: Digest<IdempotencyKey>, answer: &KeptAnswer) -> Result<u64> {
    sql("UPDATE idempotency_keys SET answer = $3 WHERE account_id = $1 AND digest = $2")
        .bind(realm)
        .bind(key)
        .bind(super::to_json(answer)?)
        .execute(db)
        .await
}

/// Gives a key back: what was asked for under it was refused.
pub async fn delete(db: &Db, realm: &Realm, key: Digest<IdempotencyKey>) -> Result<u64> {
    sql("DELETE FROM idempotency_keys WHERE account_id = $1 AND digest = $2")
        .bind(realm)
        .bind(key)
        .execute(db)
        .await
}
