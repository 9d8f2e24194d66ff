//! Many users in a statement: their rows go as a JSON array, which both databases read by the same text.

use serde::Serialize;

use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::{Identifier, User, UserId};
use crate::store::{Db, Result, Tx, login_attempts, sql, to_json};

/// Users of one statement.
const TOGETHER: usize = 500;

/// A user as it is to be written.
#[derive(Clone, Debug)]
pub struct Change {
    /// The user.
    pub user: User,
    /// When it was last changed when it was read; nothing is written where that isn't so any more. `None` for a new one.
    pub former: Option<Timestamp>,
    /// What becomes of the password.
    pub password: Password,
}

/// What becomes of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// It stays.
    Kept,
    /// There is none.
    None,
    /// One of that hash.
    Hash(String),
}

#[derive(Serialize)]
struct Sent<'c> {
    user_id: i64,
    former: Option<i64>,
    kind: &'static str,
    login_name: &'c str,
    identifier: Option<String>,
    full_name: &'c str,
    pid: Option<&'c str>,
    enabled: bool,
    keeps_password: bool,
    password: Option<&'c str>,
    password_changed_at: Option<i64>,
    must_change_password: bool,
    profile: String,
    created_at: i64,
    updated_at: i64,
}

impl<'c> Sent<'c> {
    fn of(change: &'c Change) -> Result<Self> {
        let user = &change.user;
        let identifier = Identifier::parse(&user.login_name).ok();
        let password = match &change.password {
            Password::Hash(hash) => Some(hash.as_str()),
            Password::Kept | Password::None => None,
        };
        Ok(Self {
            user_id: user.user_id.number(),
            former: change.former.map(Timestamp::millis),
            kind: user.kind.as_str(),
            login_name: &user.login_name,
            identifier: identifier.map(|identifier| identifier.as_str().to_owned()),
            full_name: &user.full_name,
            pid: user.pid.as_deref(),
            enabled: user.is_enabled,
            keeps_password: change.password == Password::Kept,
            password,
            password_changed_at: password.and(user.password_changed_at).map(Timestamp::millis),
            must_change_password: user.must_change_password,
            profile: to_json(&user.profile)?,
            created_at: user.created_at.millis(),
            updated_at: user.updated_at.millis(),
        })
    }
}

fn sent(changes: &[Change]) -> Result<String> {
    let rows: Vec<Sent<'_>> = changes.iter().map(Sent::of).collect::<Result<_>>()?;
    to_json(&rows)
}

fn numbers(ids: &[UserId]) -> Result<String> {
    to_json(&ids.iter().map(|id| id.number()).collect::<Vec<_>>())
}

/// The users of those ids that there are, deleted or not, in no order.
pub async fn find_all(db: &Db, account: &AccountId, ids: &[UserId]) -> Result<Vec<User>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(TOGETHER) {
        let page: Vec<User> = sql(
            "SELECT account_id, user_id, kind, login_name, full_name, pid, enabled, deleted, password_changed_at,
                    must_change_password, profile, created_at, updated_at, last_login_at
             FROM users
             WHERE account_id = $1
                   AND user_id IN (SELECT CAST(CAST(sent.value AS TEXT) AS BIGINT) FROM json_each($2) AS sent)",
        )
        .bind(account)
        .bind(numbers(some)?)
        .fetch_all(db)
        .await?;
        found.extend(page);
    }
    Ok(found)
}

/// New users of an account at that revision.
pub async fn insert_all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    changes: &[Change],
    revision: i64,
) -> Result<()> {
    for some in changes.chunks(TOGETHER) {
        sql(
            "INSERT INTO users (account_id, user_id, kind, login_name, identifier, full_name, unique_full_name, pid,
                                enabled, deleted, password, password_changed_at, must_change_password, profile,
                                created_at, updated_at, revision)
             SELECT $1, CAST(sent.value ->> 'user_id' AS BIGINT), sent.value ->> 'kind', sent.value ->> 'login_name',
                    sent.value ->> 'identifier', sent.value ->> 'full_name', sent.value ->> 'full_name',
                    sent.value ->> 'pid', CAST(sent.value ->> 'enabled' AS BOOLEAN), FALSE, sent.value ->> 'password',
                    CAST(sent.value ->> 'password_changed_at' AS BIGINT),
                    CAST(sent.value ->> 'must_change_password' AS BOOLEAN), sent.value ->> 'profile',
                    CAST(sent.value ->> 'created_at' AS BIGINT), CAST(sent.value ->> 'updated_at' AS BIGINT),
                    CAST($3 AS BIGINT)
             FROM json_each($2) AS sent",
        )
        .bind(account)
        .bind(sent(some)?)
        .bind(revision)
        .execute_in(tx)
        .await?;
    }
    Ok(())
}

/// Writes all but the ids of users, who are then as of that revision; how many it met that nobody has changed since they were
/// read.
pub async fn update_all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    changes: &[Change],
    revision: i64,
) -> Result<u64> {
    let mut met = 0;
    for some in changes.chunks(TOGETHER) {
        // That the account is compared by way of what was sent makes SQLite look each user up by its key: it would read all users
        // of the account, and for each all that was sent.
        met += sql(
            "UPDATE users SET kind = sent.value ->> 'kind', login_name = sent.value ->> 'login_name',
                    identifier = sent.value ->> 'identifier', full_name = sent.value ->> 'full_name',
                    unique_full_name = sent.value ->> 'full_name', pid = sent.value ->> 'pid',
                    enabled = CAST(sent.value ->> 'enabled' AS BOOLEAN),
                    password = CASE WHEN CAST(sent.value ->> 'keeps_password' AS BOOLEAN) THEN users.password
                                    ELSE sent.value ->> 'password' END,
                    password_changed_at = CASE WHEN CAST(sent.value ->> 'keeps_password' AS BOOLEAN)
                                               THEN users.password_changed_at
                                               ELSE CAST(sent.value ->> 'password_changed_at' AS BIGINT) END,
                    must_change_password = CAST(sent.value ->> 'must_change_password' AS BOOLEAN),
                    profile = sent.value ->> 'profile', updated_at = CAST(sent.value ->> 'updated_at' AS BIGINT),
                    revision = CAST($3 AS BIGINT)
             FROM json_each($2) AS sent
             WHERE users.account_id = CASE WHEN sent.value IS NOT NULL THEN $1 END
                   AND users.user_id = CAST(sent.value ->> 'user_id' AS BIGINT)
                   AND users.updated_at = CAST(sent.value ->> 'former' AS BIGINT) AND users.deleted = FALSE",
        )
        .bind(account)
        .bind(sent(some)?)
        .bind(revision)
        .execute_in(tx)
        .await?;
    }
    Ok(met)
}

/// Holds a row as it was read until the transaction ends: nobody changes it meanwhile. None where its last change is another
/// one; how many it met.
pub async fn hold(tx: &mut Tx<'_>, account: &AccountId, user: UserId, read: Timestamp) -> Result<u64> {
    sql("UPDATE users SET updated_at = updated_at WHERE account_id = $1 AND user_id = $2 AND updated_at = $3")
        .bind(account)
        .bind(user.number())
        .bind(read)
        .execute_in(tx)
        .await
}

/// Leaves marks of users: the ids stay, the names are free, the passwords are gone. How many it met.
pub async fn delete_all(
    tx: &mut Tx<'_>,
    account: &AccountId,
    ids: &[UserId],
    now: Timestamp,
    revision: i64,
) -> Result<u64> {
    let mut met = 0;
    for some in ids.chunks(TOGETHER) {
        met += sql(
            "UPDATE users SET deleted = TRUE, enabled = FALSE, identifier = NULL, unique_full_name = NULL, pid = NULL,
                    password = NULL, password_changed_at = NULL, updated_at = $3, revision = $4
             WHERE account_id = $1 AND deleted = FALSE
                   AND user_id IN (SELECT CAST(CAST(sent.value AS TEXT) AS BIGINT) FROM json_each($2) AS sent)",
        )
        .bind(account)
        .bind(numbers(some)?)
        .bind(now)
        .bind(revision)
        .execute_in(tx)
        .await?;
    }
    Ok(met)
}

/// Ends all sessions of users; how many.
pub async fn end_sessions(tx: &mut Tx<'_>, account: &AccountId, ids: &[UserId]) -> Result<u64> {
    let mut met = 0;
    for some in ids.chunks(TOGETHER) {
        met += sql(
            "DELETE FROM login_sessions
             WHERE account_id = $1
                   AND user_id IN (SELECT CAST(CAST(sent.value AS TEXT) AS BIGINT) FROM json_each($2) AS sent)",
        )
        .bind(account)
        .bind(numbers(some)?)
        .execute_in(tx)
        .await?;
    }
    Ok(met)
}

/// Removes users' second factors with all that belongs to them; how many factors.
pub async fn delete_factors(tx: &mut Tx<'_>, account: &AccountId, ids: &[UserId]) -> Result<u64> {
    let mut met = 0;
    for some in ids.chunks(TOGETHER) {
        let some = numbers(some)?;
        sql(
            "DELETE FROM console_sign_ins
             WHERE account_id = $1
                   AND user_id IN (SELECT CAST(CAST(sent.value AS TEXT) AS BIGINT) FROM json_each($2) AS sent)",
        )
        .bind(account)
        .bind(some.clone())
        .execute_in(tx)
        .await?;
        sql(
            "DELETE FROM user_recovery_codes
             WHERE account_id = $1
                   AND user_id IN (SELECT CAST(CAST(sent.value AS TEXT) AS BIGINT) FROM json_each($2) AS sent)",
        )
        .bind(account)
        .bind(some.clone())
        .execute_in(tx)
        .await?;
        met += sql(
            "DELETE FROM user_factors
             WHERE account_id = $1
                   AND user_id IN (SELECT CAST(CAST(sent.value AS TEXT) AS BIGINT) FROM json_each($2) AS sent)",
        )
        .bind(account)
        .bind(some)
        .execute_in(tx)
        .await?;
    }
    Ok(met)
}

/// Forgets the guesses at users' passwords; at how many.
pub async fn forget_guesses(tx: &mut Tx<'_>, account: &AccountId, ids: &[UserId]) -> Result<u64> {
    let mut met = 0;
    for some in ids.chunks(TOGETHER) {
        let buckets: Vec<_> = some
            .iter()
            .map(|id| serde_json::json!({"bucket": login_attempts::of_user(*id)}))
            .collect();
        met += sql("DELETE FROM login_attempts
             WHERE account_id = $1
                   AND bucket IN (SELECT sent.value ->> 'bucket' FROM json_each($2) AS sent)")
        .bind(account)
        .bind(to_json(&buckets)?)
        .execute_in(tx)
        .await?;
    }
    Ok(met)
}
