//! Administrators' sessions of the console, and their tokens of the admin API.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AdministratorId;
use crate::model::AccountStatus;
use crate::model::administrator::{AdminSession, Administrator, AdministratorStatus, Credential};

/// A session with its administrator.
struct Found {
    administrator: Administrator,
    account_status: Option<AccountStatus>,
    second_factor: bool,
    times: [Timestamp; 4],
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            administrator: Administrator::from_row(row)?,
            account_status: row.parse_optional("account_status")?,
            second_factor: row.get("second_factor")?,
            times: [
                row.time("auth_time")?,
                row.time("last_seen_at")?,
                row.time("idle_expires_at")?,
                row.time("expires_at")?,
            ],
        })
    }
}

/// The session that a credential is of, alive or not, with its administrator, where they may still be signed in: they and
/// their account are active (SEC-089, SEC-140).
pub async fn find(db: &Db, credential: Credential) -> Result<Option<(AdminSession, Administrator)>> {
    let found: Option<Found> = sql(
        "SELECT s.auth_time, s.second_factor, s.last_seen_at, s.idle_expires_at, s.expires_at, a.administrator_id, a.account_id, a.name,
                a.status, a.created_at, a.updated_at, a.last_login_at, o.status AS account_status
         FROM admin_sessions AS s JOIN administrators AS a ON a.administrator_id = s.administrator_id
              LEFT JOIN accounts AS o ON o.account_id = a.account_id
         WHERE s.digest = $1 AND s.kind = $2",
    )
    .bind(credential.as_bytes().as_slice())
    .bind(credential.kind())
    .fetch_optional(db)
    .await?;
    let may = |found: &Found| {
        found.administrator.status == AdministratorStatus::Active
            && found
                .account_status
                .is_none_or(|status| status == AccountStatus::Active)
    };
    Ok(found.filter(may).map(|found| {
        let [auth_time, last_seen_at, idle_expires_at, expires_at] = found.times;
        let session = AdminSession {
            credential,
            administrator_id: found.administrator.administrator_id.clone(),
            auth_time,
            second_factor: found.second_factor,
            last_seen_at,
            idle_expires_at,
            expires_at,
        };
        (session, found.administrator)
    }))
}

/// A new session.
pub async fn insert(tx: &mut Tx<'_>, session: &AdminSession) -> Result<()> {
    sql(
        "INSERT INTO admin_sessions (digest, administrator_id, kind, auth_time, second_factor, last_seen_at,
                                     idle_expires_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(session.credential.as_bytes().as_slice())
    .bind(&session.administrator_id)
    .bind(session.credential.kind())
    .bind(session.auth_time)
    .bind(session.second_factor)
    .bind(session.last_seen_at)
    .bind(session.idle_expires_at)
    .bind(session.expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Moves a session's idle end; how many it met.
pub async fn touch(
    db: &Db,
    credential: Credential,
    now: Timestamp,
    idle_expires_at: Timestamp,
) -> Result<u64> {
    sql("UPDATE admin_sessions SET last_seen_at = $2, idle_expires_at = $3 WHERE digest = $1")
        .bind(credential.as_bytes().as_slice())
        .bind(now)
        .bind(idle_expires_at)
        .execute(db)
        .await
}

/// Ends one session; how many it met.
pub async fn delete(tx: &mut Tx<'_>, credential: Credential) -> Result<u64> {
    sql("DELETE FROM admin_sessions WHERE digest = $1")
        .bind(credential.as_bytes().as_slice())
        .execute_in(tx)
        .await
}

/// Ends all sessions of an administrator; how many it met.
pub async fn delete_all(tx: &mut Tx<'_>, id: &AdministratorId) -> Result<u64> {
    sql("DELETE FROM admin_sessions WHERE administrator_id = $1")
        .bind(id)
        .execute_in(tx)
        .await
}
