//! Secrets of clients that sign with them.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::{AccountId, ClientId};
use crate::model::Sealed;

/// A client's secret as it is kept for verifying what it signs.
#[derive(Clone, Debug)]
pub struct HmacSecret {
    /// The digest that the client's row has of it, in hexadecimal.
    pub secret_id: String,
    /// The secret.
    pub secret: Sealed,
}

impl FromRow for HmacSecret {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            secret_id: row.get("secret_id")?,
            secret: row.sealed("secret")?,
        })
    }
}

/// All of a client's.
pub async fn list(db: &Db, account: &AccountId, client: &ClientId) -> Result<Vec<HmacSecret>> {
    sql("SELECT secret_id, secret FROM client_hmac_secrets WHERE account_id = $1 AND client_id = $2 LIMIT 10")
        .bind(account)
        .bind(client)
        .fetch_all(db)
        .await
}

/// Keeps one more.
pub async fn insert(tx: &mut Tx<'_>, account: &AccountId, client: &ClientId, new: &HmacSecret) -> Result<()> {
    sql("INSERT INTO client_hmac_secrets (account_id, client_id, secret_id, secret) VALUES ($1, $2, $3, $4)")
        .bind(account)
        .bind(client)
        .bind(new.secret_id.as_str())
        .bind(new.secret.clone())
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Forgets all of a client's but these two; there are never more that work.
pub async fn delete_but(
    tx: &mut Tx<'_>,
    account: &AccountId,
    client: &ClientId,
    [first, second]: [&str; 2],
) -> Result<u64> {
    sql("DELETE FROM client_hmac_secrets WHERE account_id = $1 AND client_id = $2 AND secret_id NOT IN ($3, $4)")
        .bind(account)
        .bind(client)
        .bind(first)
        .bind(second)
        .execute_in(tx)
        .await
}
