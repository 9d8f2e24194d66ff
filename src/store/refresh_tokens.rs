//! Refresh tokens: rows of `tokens` of the kind `refresh`.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::model::token::{NewRefreshToken, RefreshToken, StoredRefreshToken, Token};

impl FromRow for StoredRefreshToken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            token: Token::from_row(row)?,
            authentication: row.json("authentication")?,
            ends_at: row.time("ends_at")?,
            uses: row.get::<Option<i64>>("uses")?.unwrap_or(0),
            used_at: row.time_optional("used_at")?,
            passed: row.get("passed")?,
        })
    }
}

/// The refresh token of that digest, alive or not.
pub async fn find(
    db: &Db,
    account: &AccountId,
    digest: Digest<RefreshToken>,
) -> Result<Option<StoredRefreshToken>> {
    sql("SELECT account_id, family, client_id, sub, sid, grant_id, scope, resource, cnf, authorization_details, claims,
                created_at, expires_at, revoked_at, kid, authentication, ends_at, uses, used_at,
                used_at IS NOT NULL AND EXISTS (SELECT 1 FROM tokens AS next WHERE next.account_id = $1
                    AND next.family = tokens.family AND next.parent = $2 AND next.used_at IS NOT NULL) AS passed
         FROM tokens WHERE digest = $2 AND account_id = $1 AND kind = 'refresh'")
        .bind(account)
        .bind(digest)
        .fetch_optional(db)
        .await
}

/// A new refresh token.
pub async fn insert(tx: &mut Tx<'_>, new: &NewRefreshToken) -> Result<()> {
    let NewRefreshToken {
        digest,
        parent,
        token,
        authentication,
        ends_at,
    } = new;
    sql(
        "INSERT INTO tokens (digest, account_id, kind, family, client_id, sub, sid, grant_id, scope, resource, cnf,
                             authorization_details, created_at, expires_at, authentication, ends_at, parent, uses)
         VALUES ($1, $2, 'refresh', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0)",
    )
    .bind(*digest)
    .bind(&token.account_id)
    .bind(token.family.as_str())
    .bind(&token.client_id)
    .bind(token.sub.as_ref())
    .bind(token.sid.as_ref())
    .bind(token.grant_id.as_ref())
    .bind(token.scope.to_string())
    .bind(super::tokens::names(&token.resource)?)
    .bind(token.cnf.as_ref().map(super::to_json).transpose()?)
    .bind(token.authorization_details.clone())
    .bind(token.created_at)
    .bind(token.expires_at)
    .bind(super::to_json(authentication)?)
    .bind(*ends_at)
    .bind(*parent)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// How often, and for how long after its first use, a token that is exchanged at each use may be used: by several requests
/// at once, and by one whose answer was lost (SEC-045).
#[derive(Clone, Copy, Debug)]
pub struct Grace {
    /// A first use before this is too long ago.
    pub since: Timestamp,
    /// How many uses there may be.
    pub uses: i64,
}

/// Uses a token that is exchanged at each use, at `now`: the one statement decides, however many try and on however many
/// nodes. A token is usable once, and within its grace again, until one that was given in its place is used. Nothing is
/// used whose consent was taken back.
pub async fn take(
    tx: &mut Tx<'_>,
    account: &AccountId,
    digest: Digest<RefreshToken>,
    now: Timestamp,
    grace: Grace,
) -> Result<bool> {
    let taken = sql(
        "UPDATE tokens SET uses = uses + 1, used_at = CASE WHEN used_at IS NULL THEN $3 ELSE used_at END
         WHERE account_id = $1 AND digest = $2 AND kind = 'refresh' AND revoked_at IS NULL AND expires_at > $3
           AND (used_at IS NULL OR (used_at > $4 AND uses < $5 AND NOT EXISTS (SELECT 1 FROM tokens AS next
                WHERE next.account_id = $1 AND next.family = tokens.family AND next.parent = $2
                  AND next.used_at IS NOT NULL)))
           AND (grant_id IS NULL OR EXISTS (SELECT 1 FROM grants
                WHERE grants.grant_id = tokens.grant_id AND grants.account_id = $1 AND grants.revoked_at IS NULL))",
    )
    .bind(account)
    .bind(digest)
    .bind(now)
    .bind(grace.since)
    .bind(grace.uses)
    .execute_in(tx)
    .await?;
    Ok(taken == 1)
}

/// Uses a token that stays the same: its idle end moves to `expires_at`. Nothing is used whose consent was taken back.
pub async fn touch(
    tx: &mut Tx<'_>,
    account: &AccountId,
    digest: Digest<RefreshToken>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool> {
    let touched = sql(
        "UPDATE tokens SET uses = uses + 1, expires_at = $4
         WHERE account_id = $1 AND digest = $2 AND kind = 'refresh' AND revoked_at IS NULL AND expires_at > $3
           AND (used_at IS NULL OR NOT EXISTS (SELECT 1 FROM tokens AS next
                WHERE next.account_id = $1 AND next.family = tokens.family AND next.parent = $2
                  AND next.used_at IS NOT NULL))
           AND (grant_id IS NULL OR EXISTS (SELECT 1 FROM grants
                WHERE grants.grant_id = tokens.grant_id AND grants.account_id = $1 AND grants.revoked_at IS NULL))",
    )
    .bind(account)
    .bind(digest)
    .bind(now)
    .bind(expires_at)
    .execute_in(tx)
    .await?;
    Ok(touched == 1)
}
