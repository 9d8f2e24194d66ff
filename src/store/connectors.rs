//! Connectors. One that is deleted stays as a mark, without its secret.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ConnectorId};
use crate::model::connector::{Connector, ConnectorConfiguration, ConnectorKind};

impl FromRow for Connector {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            connector_id: row.parse("connector_id")?,
            name: row.get("name")?,
            kind: row.parse("type")?,
            enabled: row.get("enabled")?,
            configuration: ConnectorConfiguration {
                // The column is what the database keeps unique.
                preferred: row.get("preferred")?,
                ..row.json("configuration")?
            },
            secret: row.sealed_optional("secret")?,
            deleted: row.get("deleted")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The connector of that id in that account; a deleted one is none.
pub async fn find(db: &Db, account: &AccountId, connector: &ConnectorId) -> Result<Option<Connector>> {
    let found = find_even_deleted(db, account, connector).await?;
    Ok(found.filter(|connector| !connector.deleted))
}

/// The connector of that id in that account, even if it is deleted.
pub async fn find_even_deleted(
    db: &Db,
    account: &AccountId,
    connector: &ConnectorId,
) -> Result<Option<Connector>> {
    sql(
        "SELECT account_id, connector_id, name, type, enabled, configuration, secret, deleted, preferred, created_at,
                updated_at
         FROM connectors WHERE account_id = $1 AND connector_id = $2",
    )
    .bind(account)
    .bind(connector)
    .fetch_optional(db)
    .await
}

/// The account's first choice of a type.
pub async fn find_preferred(db: &Db, account: &AccountId, kind: ConnectorKind) -> Result<Option<Connector>> {
    sql(
        "SELECT account_id, connector_id, name, type, enabled, configuration, secret, deleted, preferred, created_at,
                updated_at
         FROM connectors WHERE account_id = $1 AND type = $2 AND preferred AND NOT deleted",
    )
    .bind(account)
    .bind(kind.as_str())
    .fetch_optional(db)
    .await
}

/// At most `limit` connectors of an account after `after`, by their ids; with those that are deleted if so asked.
pub async fn list(
    db: &Db,
    account: &AccountId,
    after: Option<&ConnectorId>,
    limit: i64,
    even_deleted: bool,
) -> Result<Vec<Connector>> {
    sql(
        "SELECT account_id, connector_id, name, type, enabled, configuration, secret, deleted, preferred, created_at,
                updated_at
         FROM connectors WHERE account_id = $1 AND connector_id > $2 AND (NOT deleted OR $3)
         ORDER BY connector_id LIMIT $4",
    )
    .bind(account)
    .bind(after.map_or("", ConnectorId::as_str))
    .bind(even_deleted)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A new connector.
pub async fn insert(tx: &mut Tx<'_>, connector: &Connector) -> Result<()> {
    sql("INSERT INTO connectors (account_id, connector_id, name, type, enabled, configuration, secret, preferred,
                                 created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
        .bind(&connector.account_id)
        .bind(&connector.connector_id)
        .bind(&connector.name)
        .bind(connector.kind.as_str())
        .bind(connector.enabled)
        .bind(super::to_json(&connector.configuration)?)
        .bind(connector.secret.clone())
        .bind(connector.configuration.preferred)
        .bind(connector.created_at)
        .bind(connector.updated_at)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Writes all but the id and the secret, unless somebody changed the connector since `former`, its last change when it
/// was read; how many connectors it met.
pub async fn update(tx: &mut Tx<'_>, connector: &Connector, former: Timestamp) -> Result<u64> {
    sql(
        "UPDATE connectors SET name = $3, type = $4, enabled = $5, configuration = $6, updated_at = $7, preferred = $8
         WHERE account_id = $1 AND connector_id = $2 AND updated_at = $9 AND NOT deleted",
    )
    .bind(&connector.account_id)
    .bind(&connector.connector_id)
    .bind(&connector.name)
    .bind(connector.kind.as_str())
    .bind(connector.enabled)
    .bind(super::to_json(&connector.configuration)?)
    .bind(connector.updated_at)
    .bind(connector.configuration.preferred)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Writes its secret.
pub async fn update_secret(tx: &mut Tx<'_>, connector: &Connector) -> Result<()> {
    sql("UPDATE connectors SET secret = $3 WHERE account_id = $1 AND connector_id = $2")
        .bind(&connector.account_id)
        .bind(&connector.connector_id)
        .bind(connector.secret.clone())
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Takes the mark of the first choice from whichever connector of a type has it but `but`; how many it met.
pub async fn unprefer(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: ConnectorKind,
    but: &ConnectorId,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE connectors SET preferred = FALSE, updated_at = $4
         WHERE account_id = $1 AND type = $2 AND connector_id <> $3 AND preferred")
    .bind(account)
    .bind(kind.as_str())
    .bind(but)
    .bind(now)
    .execute_in(tx)
    .await
}

/// Holds a row as it was read until the transaction ends: nobody changes it meanwhile. None where its last change is another
/// one; how many it met.
pub async fn hold(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connector: &ConnectorId,
    read: Timestamp,
) -> Result<u64> {
    sql("UPDATE connectors SET updated_at = updated_at WHERE account_id = $1 AND connector_id = $2 AND updated_at = $3")
        .bind(account)
        .bind(connector)
        .bind(read)
        .execute_in(tx)
        .await
}

/// Deletes a connector, and its secret for ever; how many it met.
pub async fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    connector: &ConnectorId,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "UPDATE connectors SET deleted = TRUE, enabled = FALSE, preferred = FALSE, secret = NULL, updated_at = $3
         WHERE account_id = $1 AND connector_id = $2 AND NOT deleted",
    )
    .bind(account)
    .bind(connector)
    .bind(now)
    .execute_in(tx)
    .await
}
