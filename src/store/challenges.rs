//! Links that were sent to consumers' addresses: each taken once.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::{AccountId, Subject};
use crate::base::{Digest, Timestamp};
use crate::model::challenge::{Challenge, ChallengeKind};

/// For whom a link is, and where it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// For whom.
    pub sub: Subject,
    /// Where, in canonical form.
    pub address: String,
}

impl FromRow for Sent {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            sub: row.parse("sub")?,
            address: row.get("address")?,
        })
    }
}

/// A new link, in the place of the one of its kind that the consumer had (SEC-091).
pub async fn upsert<K: ChallengeKind>(tx: &mut Tx<'_>, challenge: &Challenge<K>) -> Result<()> {
    sql(
        "INSERT INTO challenges (digest, account_id, kind, sub, address, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id, sub, kind)
         DO UPDATE SET digest = excluded.digest, address = excluded.address, expires_at = excluded.expires_at",
    )
    .bind(challenge.digest)
    .bind(&challenge.account_id)
    .bind(K::NAME)
    .bind(&challenge.sub)
    .bind(&challenge.address)
    .bind(challenge.expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// A link that can still be taken, left as it is.
pub async fn find<K: ChallengeKind>(
    db: &Db,
    account: &AccountId,
    digest: Digest<K>,
    now: Timestamp,
) -> Result<Option<Sent>> {
    sql("SELECT sub, address FROM challenges
         WHERE digest = $2 AND account_id = $1 AND kind = $3 AND expires_at > $4")
    .bind(account)
    .bind(digest)
    .bind(K::NAME)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Takes a link: only one caller ever gets it.
pub async fn take<K: ChallengeKind>(
    tx: &mut Tx<'_>,
    account: &AccountId,
    digest: Digest<K>,
    now: Timestamp,
) -> Result<Option<Sent>> {
    sql("DELETE FROM challenges
         WHERE digest = $2 AND account_id = $1 AND kind = $3 AND expires_at > $4
         RETURNING sub, address")
    .bind(account)
    .bind(digest)
    .bind(K::NAME)
    .bind(now)
    .fetch_optional_in(tx)
    .await
}

/// Ends all links of a consumer: their password or address is another one now (SEC-091).
pub async fn delete_of_subject(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject) -> Result<u64> {
    sql("DELETE FROM challenges WHERE account_id = $1 AND sub = $2")
        .bind(account)
        .bind(sub)
        .execute_in(tx)
        .await
}
