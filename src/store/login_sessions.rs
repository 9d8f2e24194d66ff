//! Users' sessions, from the Login Service: found by the digest of their cookie, or of their bearer.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::{AccountId, SsoName};
use crate::base::{Digest, Timestamp};
use crate::model::user::{Bearer, LoginCookie, LoginSession};
use crate::model::{User, UserId};

/// A session with its user.
pub struct Found {
    /// The session.
    pub session: LoginSession,
    /// The user, who may be logged in.
    pub user: User,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let user = User::from_row(row)?;
        Ok(Self {
            session: LoginSession {
                digest: row.digest("digest")?,
                bearer: row.digest("bearer")?,
                csrf: row.digest("csrf")?,
                account_id: user.account_id.clone(),
                user_id: user.user_id,
                app_key: row.get("app_key")?,
                second_factor: row.get("second_factor")?,
                factor_shown: row.get("factor_shown")?,
                created_at: row.time("session_created_at")?,
                idle_expires_at: row.time("idle_expires_at")?,
                expires_at: row.time("expires_at")?,
            },
            user,
        })
    }
}

impl FromRow for LoginSession {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            bearer: row.digest("bearer")?,
            csrf: row.digest("csrf")?,
            account_id: row.parse("account_id")?,
            user_id: UserId::from_number(row.get("user_id")?),
            app_key: row.get("app_key")?,
            second_factor: row.get("second_factor")?,
            factor_shown: row.get("factor_shown")?,
            created_at: row.time("created_at")?,
            idle_expires_at: row.time("idle_expires_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// The session of a cookie, alive or not, where its user may be logged in.
pub async fn find(db: &Db, account: &AccountId, digest: Digest<LoginCookie>) -> Result<Option<Found>> {
    sql(
        "SELECT s.digest, s.bearer, s.csrf, s.app_key, s.second_factor, s.factor_shown, s.created_at AS session_created_at, s.idle_expires_at, s.expires_at,
                u.account_id, u.user_id, u.kind, u.login_name, u.full_name, u.pid, u.enabled, u.deleted,
                u.password_changed_at, u.must_change_password, u.profile, u.created_at, u.updated_at, u.last_login_at
         FROM login_sessions AS s JOIN users AS u ON u.account_id = s.account_id AND u.user_id = s.user_id
         WHERE s.account_id = $1 AND s.digest = $2 AND u.enabled AND u.deleted = FALSE",
    )
    .bind(account)
    .bind(digest)
    .fetch_optional(db)
    .await
}

/// The session of a bearer, likewise.
pub async fn find_by_bearer(db: &Db, account: &AccountId, bearer: Digest<Bearer>) -> Result<Option<Found>> {
    sql(
        "SELECT s.digest, s.bearer, s.csrf, s.app_key, s.second_factor, s.factor_shown, s.created_at AS session_created_at, s.idle_expires_at, s.expires_at,
                u.account_id, u.user_id, u.kind, u.login_name, u.full_name, u.pid, u.enabled, u.deleted,
                u.password_changed_at, u.must_change_password, u.profile, u.created_at, u.updated_at, u.last_login_at
         FROM login_sessions AS s JOIN users AS u ON u.account_id = s.account_id AND u.user_id = s.user_id
         WHERE s.account_id = $1 AND s.bearer = $2 AND u.enabled AND u.deleted = FALSE",
    )
    .bind(account)
    .bind(bearer)
    .fetch_optional(db)
    .await
}

/// At most `limit` living sessions of an account's users after `after`, by their digests.
pub async fn list(
    db: &Db,
    account: &AccountId,
    after: Option<Digest<LoginCookie>>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<LoginSession>> {
    sql(
        "SELECT digest, bearer, csrf, account_id, user_id, app_key, second_factor, factor_shown, created_at, idle_expires_at, expires_at
         FROM login_sessions
         WHERE account_id = $1 AND ($2 OR digest > $3) AND idle_expires_at > $4 AND expires_at > $4
         ORDER BY digest LIMIT $5",
    )
    .bind(account)
    .bind(after.is_none())
    .bind(after)
    .bind(now)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A user's living sessions, the newest first; a hundred at the most.
pub async fn list_of_user(
    db: &Db,
    account: &AccountId,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<LoginSession>> {
    sql("SELECT digest, bearer, csrf, account_id, user_id, app_key, second_factor, factor_shown, created_at, idle_expires_at, expires_at
         FROM login_sessions WHERE account_id = $1 AND user_id = $2 AND idle_expires_at > $3 AND expires_at > $3
         ORDER BY created_at DESC, digest LIMIT 100")
    .bind(account)
    .bind(user.number())
    .bind(now)
    .fetch_all(db)
    .await
}

/// A new session.
pub async fn insert(tx: &mut Tx<'_>, session: &LoginSession) -> Result<()> {
    sql(
        "INSERT INTO login_sessions (digest, bearer, csrf, account_id, user_id, app_key, second_factor, factor_shown,
                                     created_at, idle_expires_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(session.digest)
    .bind(session.bearer)
    .bind(session.csrf)
    .bind(&session.account_id)
    .bind(session.user_id.number())
    .bind(session.app_key.clone())
    .bind(session.second_factor)
    .bind(session.factor_shown)
    .bind(session.created_at)
    .bind(session.idle_expires_at)
    .bind(session.expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Notes by which connection the user of a new session logged in.
pub async fn note_sso(
    tx: &mut Tx<'_>,
    account: &AccountId,
    digest: Digest<LoginCookie>,
    connection: &SsoName,
) -> Result<u64> {
    sql("UPDATE login_sessions SET sso = $3 WHERE account_id = $1 AND digest = $2")
        .bind(account)
        .bind(digest)
        .bind(connection)
        .execute_in(tx)
        .await
}

/// Ends the sessions of those who logged in by a connection; how many.
pub async fn delete_of_sso(tx: &mut Tx<'_>, account: &AccountId, connection: &SsoName) -> Result<u64> {
    sql("DELETE FROM login_sessions WHERE account_id = $1 AND sso = $2")
        .bind(account)
        .bind(connection)
        .execute_in(tx)
        .await
}

/// Leaves a user's newest `most` living sessions; how many it ended.
pub async fn delete_oldest(
    tx: &mut Tx<'_>,
    account: &AccountId,
    user: UserId,
    most: i64,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "DELETE FROM login_sessions WHERE account_id = $1 AND user_id = $2 AND digest NOT IN
         (SELECT digest FROM login_sessions
          WHERE account_id = $1 AND user_id = $2 AND idle_expires_at > $4 AND expires_at > $4
          ORDER BY created_at DESC, idle_expires_at DESC LIMIT $3)",
    )
    .bind(account)
    .bind(user.number())
    .bind(most)
    .bind(now)
    .execute_in(tx)
    .await
}

/// Moves a session's idle end, if it is alive still; how many it met.
pub async fn touch(
    db: &Db,
    account: &AccountId,
    digest: Digest<LoginCookie>,
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> Result<u64> {
    sql("UPDATE login_sessions SET idle_expires_at = $4
         WHERE account_id = $1 AND digest = $2 AND idle_expires_at > $3 AND expires_at > $3")
    .bind(account)
    .bind(digest)
    .bind(now)
    .bind(idle_expires_at)
    .execute(db)
    .await
}

/// Ends one session; how many it met.
pub async fn delete(tx: &mut Tx<'_>, account: &AccountId, digest: Digest<LoginCookie>) -> Result<u64> {
    sql("DELETE FROM login_sessions WHERE account_id = $1 AND digest = $2")
        .bind(account)
        .bind(digest)
        .execute_in(tx)
        .await
}
