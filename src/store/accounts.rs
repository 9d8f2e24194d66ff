//! Accounts: the one table whose rows are found by something other than their account.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::{AccountSettings, AccountStatus};

/// An account as it is stored: its issuer only where it has one of its own.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its id.
    pub account_id: AccountId,
    /// Served at the public URL itself.
    pub is_default: bool,
    /// An issuer of its own.
    pub issuer: Option<String>,
    /// Whether it may be used.
    pub status: AccountStatus,
    /// What administrators set.
    pub settings: AccountSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl FromRow for AccountRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            is_default: row.get("is_default")?,
            issuer: row.get("issuer")?,
            status: row.parse("status")?,
            settings: row.json("settings")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The account of that id, whatever its status.
pub async fn find(db: &Db, account: &AccountId) -> Result<Option<AccountRow>> {
    sql(
        "SELECT account_id, is_default, issuer, status, settings, created_at, updated_at
         FROM accounts WHERE account_id = $1",
    )
    .bind(account)
    .fetch_optional(db)
    .await
}

/// The account that is served at the public URL itself.
pub async fn find_default(db: &Db) -> Result<Option<AccountRow>> {
    sql(
        "SELECT account_id, is_default, issuer, status, settings, created_at, updated_at
         FROM accounts WHERE is_default AND status <> 'deleted'",
    )
    .fetch_optional(db)
    .await
}

/// The accounts that have an issuer of their own.
pub async fn list_with_issuer(db: &Db) -> Result<Vec<AccountRow>> {
    sql(
        "SELECT account_id, is_default, issuer, status, settings, created_at, updated_at
         FROM accounts WHERE issuer IS NOT NULL AND status <> 'deleted' ORDER BY account_id LIMIT 10000",
    )
    .fetch_all(db)
    .await
}

/// A page of accounts after `after`, deleted ones left out.
pub async fn list(db: &Db, after: Option<&AccountId>, limit: i64) -> Result<Vec<AccountRow>> {
    sql(
        "SELECT account_id, is_default, issuer, status, settings, created_at, updated_at
         FROM accounts WHERE status <> 'deleted' AND account_id > $1 ORDER BY account_id LIMIT $2",
    )
    .bind(after.map_or("", AccountId::as_str))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Deleted accounts, changed at `before` at the latest, of which something is left.
pub async fn list_unerased(db: &Db, before: Timestamp) -> Result<Vec<AccountId>> {
    let rows: Vec<AccountRow> = sql(
        "SELECT account_id, is_default, issuer, status, settings, created_at, updated_at
         FROM accounts WHERE status = 'deleted' AND settings <> '{}' AND updated_at <= $1 ORDER BY account_id LIMIT 1000",
    )
    .bind(before)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| row.account_id).collect())
}

/// Removes what a deleted account was set to, after all else of it; how many accounts it met.
pub async fn erase(tx: &mut Tx<'_>, account: &AccountId) -> Result<u64> {
    sql("UPDATE accounts SET settings = '{}' WHERE account_id = $1 AND status = 'deleted' AND settings <> '{}'")
        .bind(account)
        .execute_in(tx)
        .await
}

/// A new account. [`super::Error::Taken`] where the id was ever used, or the issuer is another's.
pub async fn insert(tx: &mut Tx<'_>, account: &AccountRow) -> Result<()> {
    sql(
        "INSERT INTO accounts (account_id, is_default, issuer, status, settings, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&account.account_id)
    .bind(account.is_default)
    .bind(account.issuer.clone())
    .bind(account.status.as_str())
    .bind(super::to_json(&account.settings)?)
    .bind(account.created_at)
    .bind(account.updated_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Writes all but the id, unless somebody changed the account since `former`, its last change when it was read; how
/// many accounts it met. A deleted one stays as it is.
pub async fn update(tx: &mut Tx<'_>, account: &AccountRow, former: Timestamp) -> Result<u64> {
    sql(
        "UPDATE accounts SET issuer = $2, status = $3, settings = $4, updated_at = $5, is_default = $6
         WHERE account_id = $1 AND updated_at = $7 AND status <> 'deleted'",
    )
    .bind(&account.account_id)
    .bind(account.issuer.clone())
    .bind(account.status.as_str())
    .bind(super::to_json(&account.settings)?)
    .bind(account.updated_at)
    .bind(account.is_default)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Every account that there is or was, with its status.
pub async fn list_every(db: &Db) -> Result<Vec<(AccountId, AccountStatus)>> {
    struct Marked(AccountId, AccountStatus);
    impl FromRow for Marked {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            Ok(Self(row.parse("account_id")?, row.parse("status")?))
        }
    }
    let every: Vec<Marked> = sql("SELECT account_id, status FROM accounts ORDER BY account_id")
        .fetch_all(db)
        .await?;
    Ok(every
        .into_iter()
        .map(|Marked(account, status)| (account, status))
        .collect())
}

/// Every account that is in use.
pub async fn list_ids(db: &Db) -> Result<Vec<AccountId>> {
    struct Id(AccountId);
    impl FromRow for Id {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            Ok(Self(row.parse("account_id")?))
        }
    }
    let ids: Vec<Id> = sql("SELECT account_id FROM accounts WHERE status <> 'deleted' ORDER BY account_id")
        .fetch_all(db)
        .await?;
    Ok(ids.into_iter().map(|Id(account)| account).collect())
}
