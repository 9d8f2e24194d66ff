//! Connectors.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ConnectorId};
use crate::model::connector::Connector;

impl FromRow for Connector {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            connector_id: row.parse("connector_id")?,
            name: row.get("name")?,
            kind: row.parse("type")?,
            enabled: row.get("enabled")?,
            configuration: row.json("configuration")?,
            secret: row.sealed_optional("secret")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The connector of that id in that account.
pub async fn find(db: &Db, account: &AccountId, connector: &ConnectorId) -> Result<Option<Connector>> {
    sql(
        "SELECT account_id, connector_id, name, type, enabled, configuration, secret, created_at, updated_at
         FROM connectors WHERE account_id = $1 AND connector_id = $2",
    )
    .bind(account)
    .bind(connector)
    .fetch_optional(db)
    .await
}

/// A new connector.
pub async fn insert(tx: &mut Tx<'_>, connector: &Connector) -> Result<()> {
    sql("INSERT INTO connectors (account_id, connector_id, name, type, enabled, configuration, secret, created_at,
                                 updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(&connector.account_id)
        .bind(&connector.connector_id)
        .bind(&connector.name)
        .bind(connector.kind.as_str())
        .bind(connector.enabled)
        .bind(super::to_json(&connector.configuration)?)
        .bind(connector.secret.clone())
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
        "UPDATE connectors SET name = $3, type = $4, enabled = $5, configuration = $6, updated_at = $7
         WHERE account_id = $1 AND connector_id = $2 AND updated_at = $8",
    )
    .bind(&connector.account_id)
    .bind(&connector.connector_id)
    .bind(&connector.name)
    .bind(connector.kind.as_str())
    .bind(connector.enabled)
    .bind(super::to_json(&connector.configuration)?)
    .bind(connector.updated_at)
    .bind(former)
    .execute_in(tx)
    .await
}
