//! Tokens, and with them the single use of codes.

use super::query::FromRow;
use super::{Db, Query, Result, Row, Tx, Value, sql};
use crate::base::id::{AccountId, ClientId, KeyId, Subject};
use crate::base::{Digest, Timestamp};
use crate::model::token::{AccessToken, Code, NewToken, NewTokens, Token, TokenDigest};

impl FromRow for Token {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            family: row.get("family")?,
            client_id: row.parse("client_id")?,
            sub: row.parse_optional("sub")?,
            sid: row.parse_optional("sid")?,
            grant_id: row.parse_optional("grant_id")?,
            scope: row.parse("scope")?,
            resource: row.json_optional("resource")?.unwrap_or_default(),
            cnf: row.json_optional("cnf")?,
            authorization_details: row.get("authorization_details")?,
            claims: row.get("claims")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            revoked_at: row.time_optional("revoked_at")?,
            kid: row.parse_optional("kid")?,
        })
    }
}

/// Stores a token, or that an id_token was given. Where a code buys it, this is the redemption: the one statement succeeds once for each code,
/// however many try and on however many nodes, and never for a code that failures have burnt, whose session has ended
/// or whose consent was taken back (SEC-040, SEC-042, SEC-043). Tells whether it was stored.
pub async fn insert(db: &Db, new: NewToken) -> Result<bool> {
    Ok(insertion(new)?.execute(db).await? == 1)
}

/// Stores all that one answer gives, or, where the access token is not to be, nothing.
pub async fn insert_all(db: &Db, new: NewTokens) -> Result<bool> {
    if new.id_token.is_none() && new.refresh.is_none() {
        return insert(db, new.access).await;
    }
    db.shared_transaction(move |tx| Box::pin(async move { insert_in(tx, new).await }))
        .await
}

/// The same within a transaction.
pub async fn insert_in(tx: &mut Tx<'_>, new: NewTokens) -> Result<bool> {
    if insertion(new.access)?.execute_in(tx).await? == 0 {
        return Ok(false);
    }
    if let Some(id_token) = new.id_token {
        insertion(id_token)?.execute_in(tx).await?;
    }
    if let Some(refresh) = &new.refresh {
        super::refresh_tokens::insert(tx, refresh).await?;
    }
    Ok(true)
}

fn insertion(new: NewToken) -> Result<Query> {
    let NewToken {
        digest,
        code_digest,
        token,
        id_token_expires_at,
    } = new;
    let (kind, digest) = match digest {
        TokenDigest::Access(digest) => ("access", Value::from(digest)),
        TokenDigest::IdToken(digest) => ("id_token", Value::from(digest)),
    };
    Ok(sql("INSERT INTO tokens (digest, account_id, kind, family, code_digest, client_id, sub, sid, grant_id,
                             scope, claims, created_at, expires_at, kid, id_token_expires_at, resource, cnf,
                             authorization_details)
         SELECT $1, $2, $15, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17, $18
         WHERE NOT EXISTS (SELECT 1 FROM codes WHERE codes.digest = $4 AND codes.account_id = $2 AND codes.failures >= 5)
           AND (CAST($7 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM sessions
                WHERE sessions.sid = $7 AND sessions.account_id = $2 AND sessions.ended_at IS NULL))
           AND (CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM grants
                WHERE grants.grant_id = $8 AND grants.account_id = $2 AND grants.revoked_at IS NULL))
         ON CONFLICT (code_digest) WHERE code_digest IS NOT NULL DO NOTHING")
        .bind(digest)
        .bind(&token.account_id)
        .bind(token.family)
        .bind(code_digest)
        .bind(&token.client_id)
        .bind(token.sub.as_ref())
        .bind(token.sid.as_ref())
        .bind(token.grant_id.as_ref())
        .bind(token.scope.to_string())
        .bind(token.claims)
        .bind(token.created_at)
        .bind(token.expires_at)
        .bind(token.kid.as_ref())
        .bind(id_token_expires_at)
        .bind(kind)
        .bind(names(&token.resource)?)
        .bind(token.cnf.as_ref().map(super::to_json).transpose()?)
        .bind(token.authorization_details))
}

/// Names as a column has them: nothing where there are none.
pub(super) fn names(names: &[String]) -> Result<Option<String>> {
    (!names.is_empty()).then(|| super::to_json(names)).transpose()
}

/// The access token of that digest, alive or not; none whose session has ended or whose consent was taken back, even where
/// it was stored at that very moment (SEC-054).
pub async fn find(db: &Db, account: &AccountId, digest: Digest<AccessToken>) -> Result<Option<Token>> {
    sql("SELECT account_id, family, client_id, sub, sid, grant_id, scope, resource, cnf, authorization_details, claims,
                created_at, expires_at, revoked_at, kid
         FROM tokens WHERE digest = $2 AND account_id = $1 AND kind = 'access'
           AND (sid IS NULL OR NOT EXISTS (SELECT 1 FROM sessions
                WHERE sessions.sid = tokens.sid AND sessions.account_id = $1 AND sessions.ended_at IS NOT NULL))
           AND (grant_id IS NULL OR EXISTS (SELECT 1 FROM grants
                WHERE grants.grant_id = tokens.grant_id AND grants.account_id = $1 AND grants.revoked_at IS NULL))")
        .bind(account)
        .bind(digest)
        .fetch_optional(db)
        .await
}

/// Whether the code has bought a token.
pub async fn was_redeemed(db: &Db, account: &AccountId, code: Digest<Code>) -> Result<bool> {
    let found: Option<i64> = sql("SELECT created_at FROM tokens WHERE code_digest = $2 AND account_id = $1")
        .bind(account)
        .bind(code)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Takes back all that a code has bought, and what came of that (SEC-041); how many tokens it met.
pub async fn revoke_of_code(
    tx: &mut Tx<'_>,
    account: &AccountId,
    code: Digest<Code>,
    now: Timestamp,
) -> Result<u64> {
    let mut met = 0;
    // Once more, until there is nothing: what was stored meanwhile is seen by the next statement alone.
    loop {
        let more = sql("UPDATE tokens SET revoked_at = $3
             WHERE account_id = $1 AND revoked_at IS NULL
               AND family IN (SELECT family FROM tokens WHERE code_digest = $2 AND account_id = $1)")
        .bind(account)
        .bind(code)
        .bind(now)
        .execute_in(tx)
        .await?;
        if more == 0 {
            return Ok(met);
        }
        met += more;
    }
}

/// Takes back one access token; how many it met.
pub async fn revoke(
    db: &Db,
    account: &AccountId,
    digest: Digest<AccessToken>,
    now: Timestamp,
) -> Result<u64> {
    sql("UPDATE tokens SET revoked_at = $3
         WHERE account_id = $1 AND digest = $2 AND kind = 'access' AND revoked_at IS NULL")
    .bind(account)
    .bind(digest)
    .bind(now)
    .execute(db)
    .await
}

/// Takes back an access token that had no row: from now on it has one, which says so.
pub async fn insert_revoked(
    db: &Db,
    token: &Token,
    digest: Digest<AccessToken>,
    now: Timestamp,
) -> Result<u64> {
    sql(
        "INSERT INTO tokens (digest, account_id, kind, family, client_id, scope, created_at, expires_at, revoked_at)
         VALUES ($1, $2, 'access', $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest)
    .bind(&token.account_id)
    .bind(token.family.as_str())
    .bind(&token.client_id)
    .bind(token.scope.to_string())
    .bind(token.created_at)
    .bind(token.expires_at)
    .bind(now)
    .execute(db)
    .await
}

/// Takes back one authorization's tokens; how many it met.
pub async fn revoke_family(
    tx: &mut Tx<'_>,
    account: &AccountId,
    family: &str,
    now: Timestamp,
) -> Result<u64> {
    let mut met = 0;
    loop {
        let more = sql(
            "UPDATE tokens SET revoked_at = $3 WHERE account_id = $1 AND family = $2 AND revoked_at IS NULL",
        )
        .bind(account)
        .bind(family)
        .bind(now)
        .execute_in(tx)
        .await?;
        if more == 0 {
            return Ok(met);
        }
        met += more;
    }
}

/// Takes back at most a thousand tokens of an account that is gone; how many it met. A thousand means that there may
/// be more.
pub async fn revoke_of_account(db: &Db, account: &AccountId, now: Timestamp) -> Result<u64> {
    sql(
        "UPDATE tokens SET revoked_at = $2 WHERE account_id = $1 AND digest IN
         (SELECT digest FROM tokens WHERE account_id = $1 AND revoked_at IS NULL LIMIT 1000)",
    )
    .bind(account)
    .bind(now)
    .execute(db)
    .await
}

/// What a key has signed that still lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Living {
    /// How many tokens.
    pub tokens: i64,
    /// Of how many clients.
    pub clients: i64,
    /// For how many consumers.
    pub subjects: i64,
    /// When the last of them ends.
    pub until: Option<Timestamp>,
}

impl FromRow for Living {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tokens: row.get("tokens")?,
            clients: row.get("clients")?,
            subjects: row.get("subjects")?,
            until: row.time_optional("until")?,
        })
    }
}

/// What `kid` has signed that lives at `now`; of what programs have, those that were counted, and at least one in a window that
/// was begun.
pub async fn count_signed(db: &Db, account: &AccountId, kid: &KeyId, now: Timestamp) -> Result<Living> {
    let living = sql(
        "SELECT CAST(COALESCE(SUM(tokens), 0) AS BIGINT) AS tokens, COUNT(DISTINCT client_id) AS clients,
                COUNT(DISTINCT sub) AS subjects, MAX(until) AS until
         FROM (SELECT 1 AS tokens, client_id, sub, id_token_expires_at AS until FROM tokens
               WHERE account_id = $1 AND kid = $2 AND id_token_expires_at > $3
               UNION ALL
               SELECT CASE WHEN tokens > 0 THEN tokens ELSE 1 END, client_id, NULL, expires_at FROM signed_windows
               WHERE account_id = $1 AND kid = $2 AND expires_at > $3) AS signed",
    )
    .bind(account)
    .bind(kid)
    .bind(now)
    .summarize(db)
    .await?;
    Ok(living.unwrap_or_default())
}

/// Somebody for whom a key signed tokens that live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedFor {
    /// At which client.
    pub client_id: ClientId,
    /// Who.
    pub sub: Subject,
    /// How many tokens.
    pub tokens: i64,
    /// When the last of them ends.
    pub until: Timestamp,
}

impl FromRow for SignedFor {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            client_id: row.parse("client_id")?,
            sub: row.parse("sub")?,
            tokens: row.get("tokens")?,
            until: row.time("until")?,
        })
    }
}

/// A place in the list of those for whom a key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPlace {
    /// The client.
    pub client_id: ClientId,
    /// Who.
    pub sub: Subject,
}

impl From<&SignedFor> for SignedPlace {
    fn from(row: &SignedFor) -> Self {
        Self {
            client_id: row.client_id.clone(),
            sub: row.sub.clone(),
        }
    }
}

/// For whom `kid` signed what lives at `now`: a page after `after`, by client and subject.
pub async fn list_signed(
    db: &Db,
    account: &AccountId,
    kid: &KeyId,
    now: Timestamp,
    after: Option<&SignedPlace>,
    limit: i64,
) -> Result<Vec<SignedFor>> {
    sql(
        "SELECT client_id, sub, COUNT(*) AS tokens, MAX(id_token_expires_at) AS until FROM tokens
         WHERE account_id = $1 AND kid = $2 AND id_token_expires_at > $3 AND sub IS NOT NULL
           AND (client_id, sub) > ($4, $5)
         GROUP BY client_id, sub ORDER BY client_id, sub LIMIT $6",
    )
    .bind(account)
    .bind(kid)
    .bind(now)
    .bind(after.map_or("", |row| row.client_id.as_str()))
    .bind(after.map_or("", |row| row.sub.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}
