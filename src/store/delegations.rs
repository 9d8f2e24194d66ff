//! Delegations: each step is taken once.

use oauth::Scope;

use super::query::FromRow;
use super::{Db, Result, Row, sql};
use crate::base::id::{AccountId, ClientId, ConnectorId};
use crate::base::{Digest, Timestamp};
use crate::model::Sealed;
use crate::model::delegation::{Delegation, DelegationState};

/// Begins one.
pub async fn insert(db: &Db, delegation: &Delegation) -> Result<()> {
    sql(
        "INSERT INTO delegations (digest, account_id, delegation_id, connector_id, client_id, scope, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(delegation.digest)
    .bind(&delegation.account_id)
    .bind(&delegation.delegation_id)
    .bind(&delegation.connector_id)
    .bind(&delegation.client_id)
    .bind(delegation.scope.to_string())
    .bind(delegation.created_at)
    .bind(delegation.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// What is known of one whose browser has come back.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What the program calls it.
    pub delegation_id: String,
    /// At whose brand.
    pub connector_id: ConnectorId,
}

impl FromRow for Taken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            delegation_id: row.get("delegation_id")?,
            connector_id: row.parse("connector_id")?,
        })
    }
}

/// What is known of one whose browser is about to go to the brand.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// At whose brand.
    pub connector_id: ConnectorId,
    /// What the program wants to be allowed.
    pub scope: Scope,
}

impl FromRow for Awaited {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            connector_id: row.parse("connector_id")?,
            scope: row.parse("scope")?,
        })
    }
}

/// Who waits for that state, if it isn't used and not too old: it costs no writer a turn, however often strangers make one up.
pub async fn find_awaited(
    db: &Db,
    account: &AccountId,
    digest: Digest<DelegationState>,
    now: Timestamp,
) -> Result<Option<Awaited>> {
    sql("SELECT connector_id, scope FROM delegations
         WHERE digest = $2 AND account_id = $1 AND used_at IS NULL AND expires_at > $3")
    .bind(account)
    .bind(digest)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Takes the state of one, if it isn't used and not too old: only one browser ever gets it.
pub async fn take(
    db: &Db,
    account: &AccountId,
    digest: Digest<DelegationState>,
    now: Timestamp,
) -> Result<Option<Taken>> {
    sql("UPDATE delegations SET used_at = $3
         WHERE digest = $2 AND account_id = $1 AND used_at IS NULL AND expires_at > $3
         RETURNING delegation_id, connector_id")
    .bind(account)
    .bind(digest)
    .bind(now)
    .write_optional(db)
    .await
}

/// Keeps what the brand gave, until `expires_at`.
pub async fn keep(
    db: &Db,
    account: &AccountId,
    delegation: &str,
    tokens: Sealed,
    expires_at: Timestamp,
) -> Result<()> {
    let (account, delegation) = (account.clone(), delegation.to_owned());
    db.transaction(move |tx| {
        Box::pin(async move {
            sql("UPDATE delegations SET tokens = $3, expires_at = $4 WHERE account_id = $1 AND delegation_id = $2")
                .bind(&account)
                .bind(&delegation)
                .bind(tokens)
                .bind(expires_at)
                .execute_in(tx)
                .await
                .map(|_| ())
        })
    })
    .await
}

struct Tokens(Sealed);

impl FromRow for Tokens {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        row.sealed("tokens").map(Self)
    }
}

/// Gives what the brand gave to the program that began, and forgets it: only one caller ever gets it.
pub async fn fetch(
    db: &Db,
    account: &AccountId,
    delegation: &str,
    (connector, client): (&ConnectorId, &ClientId),
    now: Timestamp,
) -> Result<Option<Sealed>> {
    let found = sql("DELETE FROM delegations
         WHERE account_id = $1 AND delegation_id = $2 AND connector_id = $3 AND client_id = $4
           AND tokens IS NOT NULL AND expires_at > $5
         RETURNING tokens")
    .bind(account)
    .bind(delegation)
    .bind(connector)
    .bind(client)
    .bind(now)
    .write_optional(db)
    .await?;
    Ok(found.map(|Tokens(sealed)| sealed))
}

struct There(bool);

impl FromRow for There {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.time_optional("used_at")?.is_none()))
    }
}

/// Whether the program still waits for the browser to come back; nothing where there is nothing to wait for.
pub async fn waits(
    db: &Db,
    account: &AccountId,
    delegation: &str,
    (connector, client): (&ConnectorId, &ClientId),
    now: Timestamp,
) -> Result<Option<bool>> {
    let found = sql("SELECT used_at FROM delegations
         WHERE account_id = $1 AND delegation_id = $2 AND connector_id = $3 AND client_id = $4 AND expires_at > $5")
    .bind(account)
    .bind(delegation)
    .bind(connector)
    .bind(client)
    .bind(now)
    .fetch_optional(db)
    .await?;
    Ok(found.map(|There(waits)| waits))
}
