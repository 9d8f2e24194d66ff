//! Consumers, what they log in with, and their credentials.

mod login;
mod remove;
pub(super) mod skeletons;
mod write;

pub use login::{Login, find_login, replace_password, set_password};
pub use remove::{delete, end_all, hold};
pub use write::{Clash, Written, insert, update};

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::{AccountId, Subject};
use crate::model::{Consumer, Identifier};

impl FromRow for Consumer {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            sub: row.parse("sub")?,
            status: row.parse("status")?,
            username: row.get("username")?,
            claims: row.json("claims")?,
            customer_info: row.json_optional("customer_info")?,
            personal_info: row.json_optional("personal_info")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

/// The consumer of that subject, whatever their status.
pub async fn find(db: &Db, account: &AccountId, sub: &Subject) -> Result<Option<Consumer>> {
    sql("SELECT account_id, sub, status, username, claims, customer_info, personal_info, created_at, updated_at
         FROM consumers WHERE account_id = $1 AND sub = $2")
        .bind(account)
        .bind(sub)
        .fetch_optional(db)
        .await
}

/// As [`find`], inside a transaction.
pub async fn find_in(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject) -> Result<Option<Consumer>> {
    sql("SELECT account_id, sub, status, username, claims, customer_info, personal_info, created_at, updated_at
         FROM consumers WHERE account_id = $1 AND sub = $2")
        .bind(account)
        .bind(sub)
        .fetch_optional_in(tx)
        .await
}

/// The consumer who logs in with that username or e-mail address.
pub async fn find_by_identifier(
    db: &Db,
    account: &AccountId,
    identifier: &Identifier,
) -> Result<Option<Consumer>> {
    sql(
        "SELECT c.account_id, c.sub, c.status, c.username, c.claims, c.customer_info, c.personal_info, c.created_at,
                c.updated_at
         FROM consumer_identifiers AS i JOIN consumers AS c ON c.account_id = i.account_id AND c.sub = i.sub
         WHERE i.account_id = $1 AND i.identifier = $2",
    )
    .bind(account)
    .bind(identifier.as_str())
    .fetch_optional(db)
    .await
}

/// A page of an account's consumers after `after`, by subject; those that are deleted are left out.
pub async fn list(
    db: &Db,
    account: &AccountId,
    after: Option<&Subject>,
    limit: i64,
) -> Result<Vec<Consumer>> {
    sql("SELECT account_id, sub, status, username, claims, customer_info, personal_info, created_at, updated_at
         FROM consumers WHERE account_id = $1 AND sub > $2 AND status <> 'deleted' ORDER BY sub LIMIT $3")
        .bind(account)
        .bind(after.map_or("", Subject::as_str))
        .bind(limit)
        .fetch_all(db)
        .await
}

/// A consumer with their password's hash, for a complete export.
#[derive(Debug)]
pub struct WithPassword {
    /// Who.
    pub consumer: Consumer,
    /// The hash, in the canonical text of the `passwords` crate.
    pub hash: Option<String>,
}

impl FromRow for WithPassword {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let data = row.get::<Option<String>>("data")?;
        Ok(Self {
            consumer: Consumer::from_row(row)?,
            hash: data.as_deref().map(login::hash_of).transpose()?,
        })
    }
}

/// As [`list`], with the hashes.
pub async fn list_with_passwords(
    db: &Db,
    account: &AccountId,
    after: Option<&Subject>,
    limit: i64,
) -> Result<Vec<WithPassword>> {
    sql(
        "SELECT c.account_id, c.sub, c.status, c.username, c.claims, c.customer_info, c.personal_info, c.created_at,
                c.updated_at, p.data
         FROM consumers AS c LEFT JOIN consumer_credentials AS p
              ON p.account_id = c.account_id AND p.sub = c.sub AND p.kind = 'password'
         WHERE c.account_id = $1 AND c.sub > $2 AND c.status <> 'deleted' ORDER BY c.sub LIMIT $3",
    )
    .bind(account)
    .bind(after.map_or("", Subject::as_str))
    .bind(limit)
    .fetch_all(db)
    .await
}
