//! The sealing keys that the database knows: for each a value sealed under it, to know at start-up whether a key is the
//! right one (SEC-150), and whether it seals or still opens.

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::model::{Sealed, SealingKeyId, SealingKeyState};

/// What the database knows of a sealing key.
#[derive(Clone, Debug)]
pub struct SealingCheck {
    /// The key's id.
    pub key_id: SealingKeyId,
    /// What it is good for.
    pub state: SealingKeyState,
    /// A known text, sealed under it.
    pub sealed: Sealed,
}

impl FromRow for SealingCheck {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            key_id: row.parse("key_id")?,
            state: row.parse("state")?,
            sealed: row.sealed("sealed")?,
        })
    }
}

/// Every key, the oldest first.
pub async fn list(db: &Db) -> Result<Vec<SealingCheck>> {
    sql("SELECT key_id, state, sealed FROM sealing_checks ORDER BY created_at, key_id LIMIT 100")
        .fetch_all(db)
        .await
}

/// Makes a key known; tells whether it was new, and there was none that seals beside it.
pub async fn insert(tx: &mut Tx<'_>, check: &SealingCheck, now: Timestamp) -> Result<bool> {
    let inserted = sql(
        "INSERT INTO sealing_checks (key_id, state, sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(check.key_id.to_string())
    .bind(check.state.as_str())
    .bind(check.sealed.as_bytes())
    .bind(now)
    .execute_in(tx)
    .await?;
    Ok(inserted == 1)
}

/// Lets a key open alone, and no longer seal; tells whether it did seal.
pub async fn demote(tx: &mut Tx<'_>, key: SealingKeyId) -> Result<bool> {
    let demoted = sql("UPDATE sealing_checks SET state = 'opening' WHERE key_id = $1 AND state = 'sealing'")
        .bind(key.to_string())
        .execute_in(tx)
        .await?;
    Ok(demoted == 1)
}

/// Forgets a key that opens alone; tells whether it was known. Whoever is about to write a value under it is awaited
/// first, and whoever comes later is refused.
pub async fn delete(tx: &mut Tx<'_>, key: SealingKeyId) -> Result<bool> {
    let deleted = sql("DELETE FROM sealing_checks WHERE key_id = $1 AND state = 'opening'")
        .bind(key.to_string())
        .execute_in(tx)
        .await?;
    Ok(deleted == 1)
}

/// Keeps a key known until the transaction ends. A value sealed under a key that is being forgotten would be lost with
/// it: such a write is refused, to be tried again under the key that seals now.
pub(super) async fn hold(tx: &mut Tx<'_>, key: SealingKeyId) -> Result<()> {
    let held = sql("UPDATE sealing_checks SET state = state WHERE key_id = $1")
        .bind(key.to_string())
        .execute_unheld_in(tx)
        .await?;
    if held == 1 {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "the sealing key {key} is no longer in use"
    )))
}
