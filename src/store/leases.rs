//! Work that one node at a time may do.

use super::{Db, Result, sql};
use crate::base::Timestamp;

/// Claims `name` for `holder` until `until`, or keeps a claim that it has; tells whether it holds.
pub async fn claim(db: &Db, name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool> {
    let held = sql("INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $4)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
         WHERE leases.holder = excluded.holder OR leases.expires_at <= $3")
    .bind(name)
    .bind(holder)
    .bind(now)
    .bind(until)
    .execute(db)
    .await?;
    Ok(held == 1)
}
