//! Where the chains of the record of changes stand.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::Realm;
use crate::model::audit::{GENESIS, Head, Hexed};

impl FromRow for Head {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            hash: Hexed(row.get("hash")?),
        })
    }
}

/// Takes the next place in a chain, and returns where it stood. From here to the end of the transaction nobody else takes
/// one: on any number of nodes there are no gaps and no forks.
pub(super) async fn take(tx: &mut Tx<'_>, realm: &Realm) -> Result<Head> {
    sql(
        "INSERT INTO audit_chains (account_id, seq, hash) VALUES ($1, 1, $2)
         ON CONFLICT (account_id) DO UPDATE SET seq = audit_chains.seq + 1
         RETURNING seq - 1 AS seq, hash",
    )
    .bind(realm)
    .bind(GENESIS.as_slice())
    .fetch_optional_in(tx)
    .await?
    .ok_or_else(|| super::Error::Fault("a chain without a head".to_owned()))
}

/// Sets the hash of the entry whose place was taken.
pub(super) async fn set(tx: &mut Tx<'_>, realm: &Realm, hash: &Hexed) -> Result<u64> {
    sql("UPDATE audit_chains SET hash = $2 WHERE account_id = $1")
        .bind(realm)
        .bind(hash.0.as_slice())
        .execute_in(tx)
        .await
}

/// Where a chain stands; `None` where it has not begun.
pub async fn find(db: &Db, realm: &Realm) -> Result<Option<Head>> {
    sql("SELECT seq, hash FROM audit_chains WHERE account_id = $1")
        .bind(realm)
        .fetch_optional(db)
        .await
}
