//! Administrators: found by their names, which are unique on the whole server.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::{AccountId, AdministratorId};
use crate::model::administrator::{Administrator, AdministratorStatus};
use crate::model::{AccountStatus, Identifier};

impl FromRow for Administrator {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            administrator_id: row.parse("administrator_id")?,
            account_id: row.parse_optional("account_id")?,
            name: row.get("name")?,
            status: row.parse("status")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
            last_login_at: row.time_optional("last_login_at")?,
        })
    }
}

/// What a login needs to know of an administrator.
pub struct Login {
    /// Who.
    pub administrator: Administrator,
    /// The hash of their password.
    pub hash: String,
    /// Whether their account may be used; none where they are the whole server's.
    pub account_status: Option<AccountStatus>,
    /// Whether they have a second factor.
    pub has_factor: bool,
}

impl FromRow for Login {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            administrator: Administrator::from_row(row)?,
            hash: row.get("password")?,
            account_status: row.parse_optional("account_status")?,
            has_factor: row.get("has_factor")?,
        })
    }
}

/// The administrator of that name.
pub async fn find(db: &Db, name: &Identifier) -> Result<Option<Administrator>> {
    sql(
        "SELECT administrator_id, account_id, name, status, created_at, updated_at, last_login_at
         FROM administrators WHERE identifier = $1",
    )
    .bind(name.as_str())
    .fetch_optional(db)
    .await
}

/// The same, with what a login needs.
pub async fn find_login(db: &Db, name: &Identifier) -> Result<Option<Login>> {
    sql(
        "SELECT a.administrator_id, a.account_id, a.name, a.status, a.created_at, a.updated_at, a.last_login_at,
                a.password, o.status AS account_status,
                EXISTS (SELECT 1 FROM administrator_factors AS f
                        WHERE f.administrator_id = a.administrator_id AND f.expires_at IS NULL) AS has_factor
         FROM administrators AS a LEFT JOIN accounts AS o ON o.account_id = a.account_id
         WHERE a.identifier = $1",
    )
    .bind(name.as_str())
    .fetch_optional(db)
    .await
}

/// At most `limit` administrators after a name, of all or of one account, by their names in canonical form.
pub async fn list(
    db: &Db,
    account: Option<&AccountId>,
    after: Option<&Identifier>,
    limit: i64,
) -> Result<Vec<Administrator>> {
    sql(
        "SELECT administrator_id, account_id, name, status, created_at, updated_at, last_login_at
         FROM administrators WHERE ($1 = '' OR account_id = $1) AND identifier > $2 ORDER BY identifier LIMIT $3",
    )
    .bind(account.map_or("", AccountId::as_str))
    .bind(after.map_or("", Identifier::as_str))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A new administrator. [`super::Error::Taken`] where the name is another's.
pub async fn insert(
    tx: &mut Tx<'_>,
    administrator: &Administrator,
    name: &Identifier,
    hash: &str,
) -> Result<()> {
    sql(
        "INSERT INTO administrators (administrator_id, account_id, name, identifier, status, password, created_at,
                                     updated_at, last_login_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&administrator.administrator_id)
    .bind(administrator.account_id.as_ref())
    .bind(&administrator.name)
    .bind(name.as_str())
    .bind(administrator.status.as_str())
    .bind(hash)
    .bind(administrator.created_at)
    .bind(administrator.updated_at)
    .bind(administrator.last_login_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Lets an administrator sign in, or not; how many it met.
pub async fn set_status(
    tx: &mut Tx<'_>,
    id: &AdministratorId,
    status: AdministratorStatus,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE administrators SET status = $2, updated_at = $3 WHERE administrator_id = $1")
        .bind(id)
        .bind(status.as_str())
        .bind(now)
        .execute_in(tx)
        .await
}

/// Sets the password to what has that hash; how many it met.
pub async fn set_password(tx: &mut Tx<'_>, id: &AdministratorId, hash: &str, now: Timestamp) -> Result<u64> {
    sql("UPDATE administrators SET password = $2, updated_at = $3 WHERE administrator_id = $1")
        .bind(id)
        .bind(hash)
        .bind(now)
        .execute_in(tx)
        .await
}

/// Notes that somebody has signed in; how many it met.
pub async fn set_last_login(tx: &mut Tx<'_>, id: &AdministratorId, now: Timestamp) -> Result<u64> {
    sql("UPDATE administrators SET last_login_at = $2 WHERE administrator_id = $1 AND status = 'active'")
        .bind(id)
        .bind(now)
        .execute_in(tx)
        .await
}

/// Replaces the hash of the same password by a better one, unless the password has changed since it was read (SEC-084).
/// Tells whether it did.
pub async fn replace_password(db: &Db, id: &AdministratorId, former: &str, hash: &str) -> Result<bool> {
    sql("UPDATE administrators SET password = $3 WHERE administrator_id = $1 AND password = $2")
        .bind(id)
        .bind(former)
        .bind(hash)
        .execute(db)
        .await
        .map(|replaced| replaced == 1)
}

/// Removes an administrator, with their sessions and tokens; how many it met.
pub async fn delete(tx: &mut Tx<'_>, id: &AdministratorId) -> Result<u64> {
    sql("DELETE FROM administrators WHERE administrator_id = $1")
        .bind(id)
        .execute_in(tx)
        .await
}
