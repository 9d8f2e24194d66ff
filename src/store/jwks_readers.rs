//! Who reads the JWK set.

use super::query::FromRow;
use super::{Db, Result, Row, sql};
use crate::base::id::AccountId;
use crate::model::jwks_reader::JwksReader;

/// The most readers that are remembered of an account without being registered: nobody fills the table by changing
/// their name (SEC-173).
pub const MOST_UNREGISTERED: usize = 1000;

impl FromRow for JwksReader {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            reader: row.get("reader")?,
            client_id: row.parse_optional("client_id")?,
            address: row.get("address")?,
            user_agent: row.get("user_agent")?,
            kids: row.json("kids")?,
            seen_at: row.time("seen_at")?,
            copy_until: row.time("copy_until")?,
            stale_until: row.time_optional("stale_until")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// Remembers what a reader was given last, and how long copies that were given out before may last. One that isn't
/// registered is remembered while there is room.
pub async fn upsert(db: &Db, reader: &JwksReader) -> Result<()> {
    sql("INSERT INTO jwks_readers (account_id, reader, client_id, address, user_agent, kids, seen_at, copy_until, expires_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
         WHERE CAST($3 AS TEXT) IS NOT NULL
            OR EXISTS (SELECT 1 FROM jwks_readers WHERE account_id = $1 AND reader = $2)
            OR (SELECT COUNT(*) FROM jwks_readers WHERE account_id = $1 AND client_id IS NULL) < 1000
         ON CONFLICT (account_id, reader) DO UPDATE SET kids = $6, seen_at = $7, expires_at = $9,
             copy_until = CASE WHEN jwks_readers.kids = $6 AND jwks_readers.copy_until > $8
                               THEN jwks_readers.copy_until ELSE $8 END,
             stale_until = CASE WHEN jwks_readers.kids = $6 OR jwks_readers.stale_until > jwks_readers.copy_until
                                THEN jwks_readers.stale_until ELSE jwks_readers.copy_until END")
    .bind(&reader.account_id)
    .bind(&reader.reader)
    .bind(reader.client_id.as_ref())
    .bind(&reader.address)
    .bind(&reader.user_agent)
    .bind(super::to_json(&reader.kids)?)
    .bind(reader.seen_at)
    .bind(reader.copy_until)
    .bind(reader.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// All readers of an account's set, the latest first.
pub async fn list(db: &Db, account: &AccountId) -> Result<Vec<JwksReader>> {
    sql(
        "SELECT account_id, reader, client_id, address, user_agent, kids, seen_at, copy_until, stale_until, expires_at
         FROM jwks_readers WHERE account_id = $1 ORDER BY seen_at DESC, reader LIMIT 10000",
    )
    .bind(account)
    .fetch_all(db)
    .await
}
