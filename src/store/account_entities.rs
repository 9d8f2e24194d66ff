//! An account's skills, agent groups and profiles: a number, a name that is unique among its kind, and the rest as JSON.

use serde_json::{Map, Value};

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql, to_json};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::account_entity::{AccountEntity, EntityKind};

impl FromRow for AccountEntity {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            kind: row.parse("kind")?,
            entity_id: row.get("entity_id")?,
            name: row.get("name")?,
            deleted: row.get("deleted")?,
            content: row.json::<Map<String, Value>>("content")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The one of that number, deleted or not.
pub async fn find(db: &Db, account: &AccountId, kind: EntityKind, id: i64) -> Result<Option<AccountEntity>> {
    sql(
        "SELECT account_id, kind, entity_id, name, deleted, content, created_at, updated_at FROM account_entities
         WHERE account_id = $1 AND kind = $2 AND entity_id = $3",
    )
    .bind(account)
    .bind(kind.as_str())
    .bind(id)
    .fetch_optional(db)
    .await
}

/// All of a kind, by their numbers; at most ten thousand.
pub async fn list(
    db: &Db,
    account: &AccountId,
    kind: EntityKind,
    deleted_too: bool,
) -> Result<Vec<AccountEntity>> {
    sql(
        "SELECT account_id, kind, entity_id, name, deleted, content, created_at, updated_at FROM account_entities
         WHERE account_id = $1 AND kind = $2 AND (deleted = FALSE OR $3) ORDER BY entity_id LIMIT 10000",
    )
    .bind(account)
    .bind(kind.as_str())
    .bind(deleted_too)
    .fetch_all(db)
    .await
}

/// Those of a kind that aren't deleted, as the transaction sees them; at most ten thousand.
pub async fn list_in(tx: &mut Tx<'_>, account: &AccountId, kind: EntityKind) -> Result<Vec<AccountEntity>> {
    sql(
        "SELECT account_id, kind, entity_id, name, deleted, content, created_at, updated_at FROM account_entities
         WHERE account_id = $1 AND kind = $2 AND deleted = FALSE ORDER BY entity_id LIMIT 10000",
    )
    .bind(account)
    .bind(kind.as_str())
    .fetch_all_in(tx)
    .await
}

/// How many of a kind there are that aren't deleted.
pub async fn count(tx: &mut Tx<'_>, account: &AccountId, kind: EntityKind) -> Result<i64> {
    sql("SELECT COUNT(*) FROM account_entities WHERE account_id = $1 AND kind = $2 AND deleted = FALSE")
        .bind(account)
        .bind(kind.as_str())
        .fetch_optional_in(tx)
        .await
        .map(Option::unwrap_or_default)
}

/// A new one.
pub async fn insert(tx: &mut Tx<'_>, entity: &AccountEntity) -> Result<()> {
    sql(
        "INSERT INTO account_entities (account_id, kind, entity_id, name, unique_name, deleted, content, created_at,
                                       updated_at)
         VALUES ($1, $2, $3, $4, $4, FALSE, $5, $6, $7)",
    )
    .bind(&entity.account_id)
    .bind(entity.kind.as_str())
    .bind(entity.entity_id)
    .bind(&entity.name)
    .bind(to_json(&entity.content)?)
    .bind(entity.created_at)
    .bind(entity.updated_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Writes name and content, unless somebody changed it since `former`, its last change when it was read; how many it met.
pub async fn update(tx: &mut Tx<'_>, entity: &AccountEntity, former: Timestamp) -> Result<u64> {
    sql(
        "UPDATE account_entities SET name = $4, unique_name = $4, content = $5, updated_at = $6
         WHERE account_id = $1 AND kind = $2 AND entity_id = $3 AND updated_at = $7 AND deleted = FALSE",
    )
    .bind(&entity.account_id)
    .bind(entity.kind.as_str())
    .bind(entity.entity_id)
    .bind(&entity.name)
    .bind(to_json(&entity.content)?)
    .bind(entity.updated_at)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Leaves a mark of one: the number stays, the name is free. How many it met.
pub async fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    kind: EntityKind,
    id: i64,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "UPDATE account_entities SET deleted = TRUE, unique_name = NULL, updated_at = $4
         WHERE account_id = $1 AND kind = $2 AND entity_id = $3 AND deleted = FALSE",
    )
    .bind(account)
    .bind(kind.as_str())
    .bind(id)
    .bind(now)
    .execute_in(tx)
    .await
}
