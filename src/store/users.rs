//! An account's users. Each change of them moves the account's revision.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql, to_json};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::{Identifier, User, UserId};

impl FromRow for User {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            user_id: UserId::from_number(row.get("user_id")?),
            kind: row.parse("kind")?,
            login_name: row.get("login_name")?,
            full_name: row.get("full_name")?,
            pid: row.get("pid")?,
            is_enabled: row.get("enabled")?,
            deleted: row.get("deleted")?,
            password_changed_at: row.time_optional("password_changed_at")?,
            must_change_password: row.get("must_change_password")?,
            profile: row.json("profile")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
            last_login_at: row.time_optional("last_login_at")?,
        })
    }
}

/// What a login needs to know of a user.
pub struct Login {
    /// The user.
    pub user: User,
    /// The password's hash, where there is one.
    pub hash: Option<String>,
}

impl FromRow for Login {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            user: User::from_row(row)?,
            hash: row.get("password")?,
        })
    }
}

/// The user of that id, deleted or not.
pub async fn find(db: &Db, account: &AccountId, id: UserId) -> Result<Option<User>> {
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users WHERE account_id = $1 AND user_id = $2",
    )
    .bind(account)
    .bind(id.number())
    .fetch_optional(db)
    .await
}

/// Whoever logs in with that name.
pub async fn find_login(db: &Db, account: &AccountId, identifier: &Identifier) -> Result<Option<Login>> {
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users WHERE account_id = $1 AND identifier = $2",
    )
    .bind(account)
    .bind(identifier.as_str())
    .fetch_optional(db)
    .await
}

/// At most `limit` users after `after`, by their ids.
pub async fn list(
    db: &Db,
    account: &AccountId,
    deleted_too: bool,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users WHERE account_id = $1 AND user_id > $2 AND (deleted = FALSE OR $3) ORDER BY user_id LIMIT $4",
    )
    .bind(account)
    .bind(after.map_or(0, UserId::number))
    .bind(deleted_too)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A new user, with the hash of its password.
pub async fn insert(tx: &mut Tx<'_>, user: &User, hash: Option<&str>) -> Result<()> {
    sql(
        "INSERT INTO users (account_id, user_id, kind, login_name, identifier, full_name, unique_full_name, pid, enabled,
                            deleted, password, password_changed_at, must_change_password, profile, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, FALSE, $9, $10, $11, $12, $13, $14)",
    )
    .bind(&user.account_id)
    .bind(user.user_id.number())
    .bind(user.kind.as_str())
    .bind(&user.login_name)
    .bind(identifier(user))
    .bind(&user.full_name)
    .bind(user.pid.clone())
    .bind(user.is_enabled)
    .bind(hash)
    .bind(user.password_changed_at)
    .bind(user.must_change_password)
    .bind(to_json(&user.profile)?)
    .bind(user.created_at)
    .bind(user.updated_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Writes all but the id and the password, unless somebody changed the user since `former`, its last change when it was
/// read; how many it met.
pub async fn update(tx: &mut Tx<'_>, user: &User, former: Timestamp) -> Result<u64> {
    sql(
        "UPDATE users SET kind = $3, login_name = $4, identifier = $5, full_name = $6, unique_full_name = $6, pid = $7,
                enabled = $8, must_change_password = $9, profile = $10, updated_at = $11
         WHERE account_id = $1 AND user_id = $2 AND updated_at = $12 AND deleted = FALSE",
    )
    .bind(&user.account_id)
    .bind(user.user_id.number())
    .bind(user.kind.as_str())
    .bind(&user.login_name)
    .bind(identifier(user))
    .bind(&user.full_name)
    .bind(user.pid.clone())
    .bind(user.is_enabled)
    .bind(user.must_change_password)
    .bind(to_json(&user.profile)?)
    .bind(user.updated_at)
    .bind(former)
    .execute_in(tx)
    .await
}

/// Sets or takes away a password; how many users it met.
pub async fn set_password(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: UserId,
    hash: Option<&str>,
    must_change: bool,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "UPDATE users SET password = $3, password_changed_at = $4, must_change_password = $5
         WHERE account_id = $1 AND user_id = $2 AND deleted = FALSE",
    )
    .bind(account)
    .bind(id.number())
    .bind(hash)
    .bind(hash.map(|_| now))
    .bind(must_change)
    .execute_in(tx)
    .await
}

/// Replaces the hash of a password by another of the same, unless the password was changed; how many users it met.
pub async fn replace_password(
    db: &Db,
    account: &AccountId,
    id: UserId,
    former: &str,
    better: &str,
) -> Result<u64> {
    sql("UPDATE users SET password = $4 WHERE account_id = $1 AND user_id = $2 AND password = $3")
        .bind(account)
        .bind(id.number())
        .bind(former)
        .bind(better)
        .execute(db)
        .await
}

/// Notes a login, and holds the user's row until the transaction ends: logins of one user take turns. How many users it
/// met that may log in, and whose password is the one of `proven`, when it was set as the login read it.
pub async fn set_last_login(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: UserId,
    proven: Option<Timestamp>,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE users SET last_login_at = $3
         WHERE account_id = $1 AND user_id = $2 AND enabled AND deleted = FALSE
               AND (password_changed_at = $4 OR (password_changed_at IS NULL AND CAST($4 AS BIGINT) IS NULL))")
    .bind(account)
    .bind(id.number())
    .bind(now)
    .bind(proven)
    .execute_in(tx)
    .await
}

/// Leaves a mark of a user: the id stays, the names are free, the password is gone. How many it met.
pub async fn delete(tx: &mut Tx<'_>, account: &AccountId, id: UserId, now: Timestamp) -> Result<u64> {
    sql(
        "UPDATE users SET deleted = TRUE, enabled = FALSE, identifier = NULL, unique_full_name = NULL, pid = NULL,
                password = NULL, password_changed_at = NULL, updated_at = $3
         WHERE account_id = $1 AND user_id = $2 AND deleted = FALSE",
    )
    .bind(account)
    .bind(id.number())
    .bind(now)
    .execute_in(tx)
    .await
}

/// How often the account's users, skills, profiles and groups have changed.
pub async fn revision(db: &Db, account: &AccountId) -> Result<i64> {
    let found: Option<i64> = sql("SELECT revision FROM account_revisions WHERE account_id = $1")
        .bind(account)
        .fetch_optional(db)
        .await?;
    Ok(found.unwrap_or(0))
}

/// Counts a change, unless the revision is another than `expected`; the new one. Changes of one account take turns from
/// here to the end of the transaction.
pub async fn advance(tx: &mut Tx<'_>, account: &AccountId, expected: Option<i64>) -> Result<Option<i64>> {
    sql("INSERT INTO account_revisions (account_id, revision) VALUES ($1, 0) ON CONFLICT DO NOTHING")
        .bind(account)
        .execute_in(tx)
        .await?;
    sql("UPDATE account_revisions SET revision = revision + 1
         WHERE account_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR revision = $2) RETURNING revision")
    .bind(account)
    .bind(expected)
    .fetch_optional_in(tx)
    .await
}

fn identifier(user: &User) -> Option<String> {
    let parsed = Identifier::parse(&user.login_name).ok();
    parsed.map(|identifier| identifier.as_str().to_owned())
}
