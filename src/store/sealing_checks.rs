//! A value sealed under the sealing key, to know at start-up whether it is the right one (SEC-150).

use super::{Db, Result, sql};
use crate::base::Timestamp;

/// Every check that is stored, by the id of its key: `(key_id, sealed)`.
pub async fn list(db: &Db) -> Result<Vec<(String, Vec<u8>)>> {
    struct Check(String, Vec<u8>);
    impl super::query::FromRow for Check {
        fn from_row(row: &super::Row<'_>) -> Result<Self> {
            Ok(Self(row.get("key_id")?, row.get("sealed")?))
        }
    }
    let checks: Vec<Check> = sql("SELECT key_id, sealed FROM sealing_checks ORDER BY created_at LIMIT 100")
        .fetch_all(db)
        .await?;
    Ok(checks
        .into_iter()
        .map(|Check(key_id, sealed)| (key_id, sealed))
        .collect())
}

/// Stores the first check. Two nodes that start at once store one.
pub async fn insert(db: &Db, key_id: &str, sealed: Vec<u8>, now: Timestamp) -> Result<()> {
    sql("INSERT INTO sealing_checks (key_id, sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING")
        .bind(key_id)
        .bind(sealed)
        .bind(now)
        .execute(db)
        .await
        .map(|_| ())
}
