//! Secrets of the whole server, which all nodes share. They come here sealed.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::model::Sealed;

struct Secret(Sealed);

impl FromRow for Secret {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        row.sealed("secret").map(Self)
    }
}

/// The secret of that name.
pub async fn find(db: &Db, name: &str) -> Result<Option<Sealed>> {
    let found = sql("SELECT secret FROM server_secrets WHERE name = $1")
        .bind(name)
        .fetch_optional(db)
        .await?;
    Ok(found.map(|Secret(sealed)| sealed))
}

/// Stores a secret, unless another node was first: then that one's stands.
pub async fn insert(tx: &mut Tx<'_>, name: &str, secret: Sealed, now: Timestamp) -> Result<()> {
    sql("INSERT INTO server_secrets (name, secret, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(secret)
        .bind(now)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Puts a secret in the place of the one that was there.
pub async fn replace(tx: &mut Tx<'_>, name: &str, secret: Sealed, now: Timestamp) -> Result<()> {
    sql("UPDATE server_secrets SET secret = $2, created_at = $3 WHERE name = $1")
        .bind(name)
        .bind(secret)
        .bind(now)
        .execute_in(tx)
        .await
        .map(|_| ())
}
