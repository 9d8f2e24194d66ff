//! Connections of users' single sign-on.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, SsoName};
use crate::model::sso::SsoConnection;

impl FromRow for SsoConnection {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            name: row.parse("name")?,
            kind: row.parse("kind")?,
            enabled: row.get("enabled")?,
            configuration: row.json("configuration")?,
            secret: row.sealed_optional("secret")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The connection of that name in that account.
pub async fn find(db: &Db, account: &AccountId, name: &SsoName) -> Result<Option<SsoConnection>> {
    sql(
        "SELECT account_id, name, kind, enabled, configuration, secret, created_at, updated_at
         FROM sso_connections WHERE account_id = $1 AND name = $2",
    )
    .bind(account)
    .bind(name)
    .fetch_optional(db)
    .await
}

/// All connections of an account, by their names. There are few: [`insert`] is held to a number by its caller.
pub async fn list(db: &Db, account: &AccountId) -> Result<Vec<SsoConnection>> {
    sql(
        "SELECT account_id, name, kind, enabled, configuration, secret, created_at, updated_at
         FROM sso_connections WHERE account_id = $1 ORDER BY name LIMIT 1000",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// A new connection.
pub async fn insert(tx: &mut Tx<'_>, connection: &SsoConnection) -> Result<()> {
    sql(
        "INSERT INTO sso_connections (account_id, name, kind, enabled, configuration, secret, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&connection.account_id)
    .bind(&connection.name)
    .bind(connection.kind.as_str())
    .bind(connection.enabled)
    .bind(super::to_json(&connection.configuration)?)
    .bind(connection.secret.clone())
    .bind(connection.created_at)
    .bind(connection.updated_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Writes all but the name, the protocol and the secret, unless somebody changed the connection since `former`, its last
/// change when it was read; how many it met.
pub async fn update(tx: &mut Tx<'_>, connection: &SsoConnection, former: Timestamp) -> Result<u64> {
    sql(
        "UPDATE sso_connections SET enabled = $3, configuration = $4, updated_at = $5
         WHERE account_id = $1 AND name = $2 AND updated_at = $6",
    )
    .bind(&connection.account_id)
    .bind(&connection.name)
    .bind(connection.enabled)
    .bind(super::to_json(&connection.configuration)?)
    .bind(connection.updated_at)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Writes its secret.
pub async fn update_secret(tx: &mut Tx<'_>, connection: &SsoConnection) -> Result<()> {
    sql("UPDATE sso_connections SET secret = $3 WHERE account_id = $1 AND name = $2")
        .bind(&connection.account_id)
        .bind(&connection.name)
        .bind(connection.secret.clone())
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Deletes a connection, if nobody changed it since `former`; how many it met.
pub async fn delete(tx: &mut Tx<'_>, account: &AccountId, name: &SsoName, former: Timestamp) -> Result<u64> {
    sql("DELETE FROM sso_connections WHERE account_id = $1 AND name = $2 AND updated_at = $3")
        .bind(account)
        .bind(name)
        .bind(former)
        .execute_in(tx)
        .await
}
