//! The record of changes. It is only ever added to: nothing here changes or removes a row (SEC-134).

use super::query::FromRow;
use super::{Db, Result, Row, Tx, audit_chains, sql};
use crate::base::id::Realm;
use crate::base::{Clock, Entropy, Timestamp, id};
use crate::model::audit::{AuditEvent, Entry, Hexed};

/// Writes an event, in the transaction of the change that it tells of (SEC-134), at the end of its realm's chain.
///
/// It comes last in its transaction, and all events of one transaction are of one realm: whoever writes the next event
/// of the realm waits from here to the commit, and must not hold what this transaction still needs.
pub async fn insert(tx: &mut Tx<'_>, event: &AuditEvent, clock: &Clock, entropy: &Entropy) -> Result<()> {
    let head = audit_chains::take(tx, &event.realm).await?;
    let id = id::fresh(clock, entropy);
    let entry = Entry::new(event, id, clock.now(), entropy.bytes(), head);
    let bytes = |hexed: &Option<Hexed>| hexed.as_ref().map(|hexed| hexed.0.clone());
    sql("INSERT INTO audit (audit_id, account_id, at, event, actor, request_id, client_id, sub, ip, outcome, detail,
                            version, seq, ip_salt, ip_digest, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)")
        .bind(entry.audit_id)
        .bind(entry.account_id)
        .bind(entry.at)
        .bind(entry.event)
        .bind(entry.actor)
        .bind(entry.request_id)
        .bind(entry.client_id)
        .bind(entry.sub)
        .bind(entry.ip)
        .bind(entry.outcome)
        .bind(entry.detail)
        .bind(entry.version)
        .bind(entry.seq)
        .bind(bytes(&entry.ip_salt))
        .bind(bytes(&entry.ip_digest))
        .bind(bytes(&entry.previous))
        .bind(bytes(&entry.hash))
        .execute_in(tx)
        .await?;
    if let Some(hash) = &entry.hash {
        audit_chains::set(tx, &event.realm, hash).await?;
    }
    Ok(())
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let bytes = |column| row.get::<Option<Vec<u8>>>(column).map(|bytes| bytes.map(Hexed));
        Ok(Self {
            seq: row.get("seq")?,
            account_id: row.get("account_id")?,
            audit_id: row.get("audit_id")?,
            at: row.time("at")?,
            event: row.get("event")?,
            actor: row.get("actor")?,
            request_id: row.get("request_id")?,
            client_id: row.get("client_id")?,
            sub: row.get("sub")?,
            ip: row.get("ip")?,
            ip_salt: bytes("ip_salt")?,
            ip_digest: bytes("ip_digest")?,
            outcome: row.get("outcome")?,
            detail: row.get("detail")?,
            version: row.get("version")?,
            previous: bytes("previous")?,
            hash: bytes("hash")?,
        })
    }
}

/// At most `limit` entries of a chain after a place in it, in their order.
pub async fn list_chain(db: &Db, realm: &Realm, after: i64, limit: i64) -> Result<Vec<Entry>> {
    sql(
        "SELECT audit_id, account_id, at, event, actor, request_id, client_id, sub, ip, outcome, detail,
                version, seq, ip_salt, ip_digest, previous, hash
         FROM audit WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(realm)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// A place in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Which of those at that instant.
    pub audit_id: String,
}

/// At most `limit` entries from before a realm's chain began, after `after`, oldest first.
pub async fn list_before_chain(
    db: &Db,
    realm: &Realm,
    after: Option<&Moment>,
    limit: i64,
) -> Result<Vec<Entry>> {
    sql(
        "SELECT audit_id, account_id, at, event, actor, request_id, client_id, sub, ip, outcome, detail,
                version, seq, ip_salt, ip_digest, previous, hash
         FROM audit WHERE account_id = $1 AND seq IS NULL AND (at > $2 OR (at = $2 AND audit_id > $3))
         ORDER BY at, audit_id LIMIT $4",
    )
    .bind(realm)
    .bind(after.map_or(i64::MIN, |moment| moment.at.millis()))
    .bind(after.map_or("", |moment| moment.audit_id.as_str()))
    .bind(limit)
    .fetch_all(db)
    .await
}

/// How many entries stand before a realm's chain.
pub async fn count_before_chain(db: &Db, realm: &Realm) -> Result<i64> {
    sql("SELECT COUNT(*) FROM audit WHERE account_id = $1 AND seq IS NULL")
        .bind(realm)
        .summarize(db)
        .await
        .map(Option::unwrap_or_default)
}

/// Which entries are looked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those from then on.
    pub since: Option<Timestamp>,
    /// Only this event, or all of a kind: `client` stands for `client.created` and the like.
    pub event: Option<String>,
}

/// At most `limit` entries of a realm's chain before a place in it, latest first.
pub async fn list_latest(
    db: &Db,
    realm: &Realm,
    filter: &Filter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>> {
    sql(
        "SELECT audit_id, account_id, at, event, actor, request_id, client_id, sub, ip, outcome, detail,
                version, seq, ip_salt, ip_digest, previous, hash
         FROM audit
         WHERE account_id = $1 AND seq < $2 AND at >= $3
               AND ($4 = '' OR event = $4 OR substr(event, 1, length($4) + 1) = $4 || '.')
         ORDER BY seq DESC LIMIT $5",
    )
    .bind(realm)
    .bind(before.unwrap_or(i64::MAX))
    .bind(filter.since.map_or(i64::MIN, Timestamp::millis))
    .bind(filter.event.as_deref().unwrap_or_default())
    .bind(limit)
    .fetch_all(db)
    .await
}

/// The same of what stands before the chain.
pub async fn list_latest_before_chain(
    db: &Db,
    realm: &Realm,
    filter: &Filter,
    before: Option<&Moment>,
    limit: i64,
) -> Result<Vec<Entry>> {
    sql(
        "SELECT audit_id, account_id, at, event, actor, request_id, client_id, sub, ip, outcome, detail,
                version, seq, ip_salt, ip_digest, previous, hash
         FROM audit
         WHERE account_id = $1 AND seq IS NULL AND (at < $2 OR (at = $2 AND audit_id < $3)) AND at >= $4
               AND ($5 = '' OR event = $5 OR substr(event, 1, length($5) + 1) = $5 || '.')
         ORDER BY at DESC, audit_id DESC LIMIT $6",
    )
    .bind(realm)
    .bind(before.map_or(i64::MAX, |moment| moment.at.millis()))
    .bind(before.map_or("", |moment| moment.audit_id.as_str()))
    .bind(filter.since.map_or(i64::MIN, Timestamp::millis))
    .bind(filter.event.as_deref().unwrap_or_default())
    .bind(limit)
    .fetch_all(db)
    .await
}
