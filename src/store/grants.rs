//! What consumers have allowed clients.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, Subject};
use crate::model::grant::Grant;

impl FromRow for Grant {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            grant_id: row.parse("grant_id")?,
            sub: row.parse("sub")?,
            client_id: row.parse("client_id")?,
            scope: row.parse("scope")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// What the consumer has allowed the client, if anything.
pub async fn find(db: &Db, account: &AccountId, sub: &Subject, client: &ClientId) -> Result<Option<Grant>> {
    sql(
        "SELECT account_id, grant_id, sub, client_id, scope, created_at, updated_at
         FROM grants WHERE account_id = $1 AND sub = $2 AND client_id = $3 AND revoked_at IS NULL",
    )
    .bind(account)
    .bind(sub)
    .bind(client)
    .fetch_optional(db)
    .await
}

/// All that a consumer has allowed, by client; a hundred at the most.
pub async fn list_of_subject(db: &Db, account: &AccountId, sub: &Subject) -> Result<Vec<Grant>> {
    sql(
        "SELECT account_id, grant_id, sub, client_id, scope, created_at, updated_at
         FROM grants WHERE account_id = $1 AND sub = $2 AND revoked_at IS NULL ORDER BY client_id LIMIT 100",
    )
    .bind(account)
    .bind(sub)
    .fetch_all(db)
    .await
}

/// Stores a grant, or widens the one that is there. `grant` carries the scopes as they are to be.
pub async fn upsert(tx: &mut Tx<'_>, grant: &Grant) -> Result<()> {
    sql(
        "INSERT INTO grants (account_id, grant_id, sub, client_id, scope, created_at, updated_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
         ON CONFLICT (account_id, sub, client_id) WHERE revoked_at IS NULL
         DO UPDATE SET scope = excluded.scope, updated_at = excluded.updated_at",
    )
    .bind(&grant.account_id)
    .bind(&grant.grant_id)
    .bind(&grant.sub)
    .bind(&grant.client_id)
    .bind(grant.scope.to_string())
    .bind(grant.created_at)
    .bind(grant.updated_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Takes back all that a consumer has allowed a client, tokens included, and those that others got in exchange for them; how many grants it met.
pub async fn revoke(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sub: &Subject,
    client: &ClientId,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE tokens SET revoked_at = $4
         WHERE account_id = $1 AND sub = $2 AND revoked_at IS NULL
           AND (client_id = $3 OR grant_id IN (SELECT grant_id FROM grants
                WHERE account_id = $1 AND sub = $2 AND client_id = $3 AND revoked_at IS NULL))")
    .bind(account)
    .bind(sub)
    .bind(client)
    .bind(now)
    .execute_in(tx)
    .await?;
    sql("UPDATE grants SET revoked_at = $4
         WHERE account_id = $1 AND sub = $2 AND client_id = $3 AND revoked_at IS NULL")
    .bind(account)
    .bind(sub)
    .bind(client)
    .bind(now)
    .execute_in(tx)
    .await
}
