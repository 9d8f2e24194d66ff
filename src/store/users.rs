//! An account's users. Each change of them moves the account's revision.

mod batch;

pub use batch::{
    Change, Password, delete_all, delete_factors, end_sessions, find_all, forget_guesses, hold, insert_all,
    update_all,
};

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::{Identifier, User, UserId, UserProfile};

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

/// At most `limit` users after `after`, by their ids, with the hashes of their passwords; deleted ones are left out.
pub async fn list_logins(
    db: &Db,
    account: &AccountId,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<Login>> {
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users WHERE account_id = $1 AND user_id > $2 AND deleted = FALSE ORDER BY user_id LIMIT $3",
    )
    .bind(account)
    .bind(after.map_or(0, UserId::number))
    .bind(limit)
    .fetch_all(db)
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

/// The same of those whose login name (in canonical form) or whole name holds a text.
pub async fn search(
    db: &Db,
    account: &AccountId,
    text: &str,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    let literal = |text: &str| {
        let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        format!("%{escaped}%")
    };
    let identifier =
        Identifier::parse(text).map_or_else(|_| text.to_lowercase(), |it| it.as_str().to_owned());
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users WHERE account_id = $1 AND user_id > $2 AND deleted = FALSE
              AND (identifier LIKE $3 ESCAPE '!' OR LOWER(full_name) LIKE $4 ESCAPE '!')
         ORDER BY user_id LIMIT $5",
    )
    .bind(account)
    .bind(after.map_or(0, UserId::number))
    .bind(literal(&identifier))
    .bind(literal(&text.to_lowercase()))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// At most `limit` users after `after` whose last change came after the account's revision `since`, by their ids; deleted
/// ones too.
pub async fn list_changed(
    db: &Db,
    account: &AccountId,
    since: i64,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    // The signs keep SQLite from reading all users in the order of their ids, instead of those that have changed.
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users WHERE account_id = $1 AND revision > $2 AND +user_id > $3 ORDER BY +user_id LIMIT $4",
    )
    .bind(account)
    .bind(since)
    .bind(after.map_or(0, UserId::number))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// At most `limit` people after `after` who may log in, and neither have done so nor were changed since `before`, by their ids.
pub async fn list_inactive(
    db: &Db,
    account: &AccountId,
    before: Timestamp,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<User>> {
    sql(
        "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password_changed_at,
                must_change_password, profile, created_at, updated_at, last_login_at
         FROM users
         WHERE account_id = $1 AND user_id > $2 AND enabled AND deleted = FALSE AND kind = 'human' AND updated_at < $3
               AND (last_login_at IS NULL OR last_login_at < $3)
         ORDER BY user_id LIMIT $4",
    )
    .bind(account)
    .bind(after.map_or(0, UserId::number))
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// How many users have a profile.
pub struct Assigned {
    /// The profile.
    pub profile_id: i64,
    /// How many have it.
    pub users: i64,
}

impl FromRow for Assigned {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            profile_id: row.get("profile_id")?,
            users: row.get("users")?,
        })
    }
}

/// How many users have each profile that any of them has. It looks at all users of the account.
pub async fn assigned(db: &Db, account: &AccountId) -> Result<Vec<Assigned>> {
    sql(
        "SELECT CAST(CAST(given.value AS TEXT) AS BIGINT) AS profile_id, COUNT(*) AS users
         FROM users, json_each('[' || users.profile || ']') AS of_user,
              json_each(of_user.value ->> 'profileIds') AS given
         WHERE users.account_id = $1 AND users.deleted = FALSE
         GROUP BY CAST(CAST(given.value AS TEXT) AS BIGINT)",
    )
    .bind(account)
    .fetch_all(db)
    .await
}

/// Which profiles a user has who may log in.
pub struct Profiled {
    /// The user.
    pub user_id: UserId,
    /// The profiles among all else.
    pub profile: UserProfile,
}

impl FromRow for Profiled {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            user_id: UserId::from_number(row.get("user_id")?),
            profile: row.json("profile")?,
        })
    }
}

/// At most `limit` users after `after` who may log in, by their ids.
pub async fn list_enabled_in(
    tx: &mut Tx<'_>,
    account: &AccountId,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<Profiled>> {
    sql("SELECT user_id, profile FROM users
         WHERE account_id = $1 AND user_id > $2 AND enabled AND deleted = FALSE ORDER BY user_id LIMIT $3")
    .bind(account)
    .bind(after.map_or(0, UserId::number))
    .bind(limit)
    .fetch_all_in(tx)
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
