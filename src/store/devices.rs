//! Requests of devices that wait for a consumer at another screen.

use super::query::FromRow;
use super::{Db, Error, Result, Row, Tx, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::model::device::{Allowed, Decision, DeviceAuthorization, DeviceCode, UserCode};

impl FromRow for DeviceAuthorization {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            user_code: row.digest("user_code_digest")?,
            client_id: row.parse("client_id")?,
            scope: row.parse("scope")?,
            interval: row.get("interval_seconds")?,
            asked_at: row.time_optional("asked_at")?,
            decision: decision(row)?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// What the columns of a decision say.
pub(super) fn decision(row: &Row<'_>) -> Result<Option<Decision>> {
    let said: Option<String> = row.get("decision")?;
    let missing = |column: &str| Error::Corrupt(format!("{column}: missing in a decision"));
    Ok(match said.as_deref() {
        None => None,
        Some("denied") => Some(Decision::Denied),
        Some("allowed") => Some(Decision::Allowed(Allowed {
            sub: row.parse_optional("sub")?.ok_or_else(|| missing("sub"))?,
            sid: row.parse_optional("sid")?.ok_or_else(|| missing("sid"))?,
            auth_time: row
                .time_optional("auth_time")?
                .ok_or_else(|| missing("auth_time"))?,
            login: row.json_optional("login")?,
            grant_id: row.parse_optional("grant_id")?,
        })),
        Some(_) => return Err(Error::Corrupt("decision: neither allowed nor denied".to_owned())),
    })
}

/// A new request. [`Error::Taken`] where its user code is in use.
pub async fn insert(db: &Db, device: &DeviceAuthorization) -> Result<()> {
    sql(
        "INSERT INTO device_authorizations (digest, account_id, user_code_digest, client_id, scope,
                                            interval_seconds, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(device.digest)
    .bind(&device.account_id)
    .bind(device.user_code)
    .bind(&device.client_id)
    .bind(device.scope.to_string())
    .bind(device.interval)
    .bind(device.created_at)
    .bind(device.expires_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// The request of that device code, expired or not.
pub async fn find(
    db: &Db,
    account: &AccountId,
    code: Digest<DeviceCode>,
) -> Result<Option<DeviceAuthorization>> {
    sql(
        "SELECT digest, account_id, user_code_digest, client_id, scope, interval_seconds, asked_at, decision,
                sub, sid, auth_time, login, grant_id, created_at, expires_at
         FROM device_authorizations WHERE digest = $2 AND account_id = $1",
    )
    .bind(account)
    .bind(code)
    .fetch_optional(db)
    .await
}

/// The request of that user code, if nobody has decided it and it has not expired.
pub async fn find_undecided(
    db: &Db,
    account: &AccountId,
    code: Digest<UserCode>,
    now: Timestamp,
) -> Result<Option<DeviceAuthorization>> {
    sql(
        "SELECT digest, account_id, user_code_digest, client_id, scope, interval_seconds, asked_at, decision,
                sub, sid, auth_time, login, grant_id, created_at, expires_at
         FROM device_authorizations
         WHERE user_code_digest = $2 AND account_id = $1 AND decision IS NULL AND expires_at > $3",
    )
    .bind(account)
    .bind(code)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Notes that the device asks at `now`, and that it waits `interval` seconds from then on; `false` where another of its
/// questions came in between.
pub async fn note_question(
    db: &Db,
    device: &DeviceAuthorization,
    now: Timestamp,
    interval: i64,
) -> Result<bool> {
    let noted = sql(
        "UPDATE device_authorizations SET asked_at = $3, interval_seconds = $4
         WHERE digest = $2 AND account_id = $1 AND COALESCE(asked_at, 0) = $5",
    )
    .bind(&device.account_id)
    .bind(device.digest)
    .bind(now)
    .bind(interval)
    .bind(device.asked_at.map_or(0, Timestamp::millis))
    .execute(db)
    .await?;
    Ok(noted == 1)
}

/// Writes a decision down; `false` where there was one, or it is too late: only one is ever made.
pub async fn decide(
    tx: &mut Tx<'_>,
    account: &AccountId,
    code: Digest<UserCode>,
    decision: &Decision,
    now: Timestamp,
) -> Result<bool> {
    let (said, allowed) = match decision {
        Decision::Allowed(allowed) => ("allowed", Some(allowed)),
        Decision::Denied => ("denied", None),
    };
    let decided = sql(
        "UPDATE device_authorizations SET decision = $3, sub = $4, sid = $5, auth_time = $6, grant_id = $7, login = $9
         WHERE user_code_digest = $2 AND account_id = $1 AND decision IS NULL AND expires_at > $8",
    )
    .bind(account)
    .bind(code)
    .bind(said)
    .bind(allowed.map(|it| &it.sub))
    .bind(allowed.map(|it| &it.sid))
    .bind(allowed.map(|it| it.auth_time))
    .bind(allowed.and_then(|it| it.grant_id.as_ref()))
    .bind(now)
    .bind(login(allowed)?)
    .execute_in(tx)
    .await?;
    Ok(decided == 1)
}

/// What an allowed login was worth, as it is kept.
pub(super) fn login(allowed: Option<&Allowed>) -> Result<Option<String>> {
    let login = allowed.and_then(|allowed| allowed.login.as_ref());
    login.map(super::to_json).transpose()
}
