//! Authorization requests that wait for the consumer.

use super::query::FromRow;
use super::{Db, Query, Result, Row, Tx, sql};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::model::interaction::{BrowserCookie, Interaction, InteractionHandle, Progress};

impl FromRow for Interaction {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            digest: row.digest("digest")?,
            account_id: row.parse("account_id")?,
            browser: row.digest("browser_digest")?,
            request: row.json("request")?,
            progress: row.json("progress")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// The interaction of that handle, if this browser began it and it has not ended: the handle alone is worthless.
pub async fn find(
    db: &Db,
    account: &AccountId,
    handle: Digest<InteractionHandle>,
    browser: Digest<BrowserCookie>,
    now: Timestamp,
) -> Result<Option<Interaction>> {
    sql(
        "SELECT digest, account_id, browser_digest, request, progress, created_at, expires_at
         FROM interactions WHERE digest = $2 AND account_id = $1 AND browser_digest = $3 AND expires_at > $4",
    )
    .bind(account)
    .bind(handle)
    .bind(browser)
    .bind(now)
    .fetch_optional(db)
    .await
}

/// Whether the handle is one of an interaction that has not ended, whoever began it: tells a foreign browser from one
/// that comes too late.
pub async fn exists(
    db: &Db,
    account: &AccountId,
    handle: Digest<InteractionHandle>,
    now: Timestamp,
) -> Result<bool> {
    let found: Option<i64> =
        sql("SELECT created_at FROM interactions WHERE digest = $2 AND account_id = $1 AND expires_at > $3")
            .bind(account)
            .bind(handle)
            .bind(now)
            .fetch_optional(db)
            .await?;
    Ok(found.is_some())
}

/// A new interaction.
pub async fn insert(db: &Db, interaction: &Interaction) -> Result<()> {
    insertion(interaction)?.execute(db).await.map(|_| ())
}

/// The same in a transaction.
pub async fn insert_in(tx: &mut Tx<'_>, interaction: &Interaction) -> Result<()> {
    insertion(interaction)?.execute_in(tx).await.map(|_| ())
}

fn insertion(interaction: &Interaction) -> Result<Query> {
    let statement = sql("INSERT INTO interactions (digest, account_id, browser_digest, client_id, request, progress, created_at,
                                   expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(interaction.digest)
        .bind(&interaction.account_id)
        .bind(interaction.browser)
        .bind(&interaction.request.client_id)
        .bind(super::to_json(&interaction.request)?)
        .bind(super::to_json(&interaction.progress)?)
        .bind(interaction.created_at)
        .bind(interaction.expires_at);
    Ok(statement)
}

/// Notes what the consumer has done; how many interactions it met.
pub async fn update(
    tx: &mut Tx<'_>,
    account: &AccountId,
    handle: Digest<InteractionHandle>,
    progress: &Progress,
) -> Result<u64> {
    sql("UPDATE interactions SET progress = $3 WHERE digest = $2 AND account_id = $1")
        .bind(account)
        .bind(handle)
        .bind(super::to_json(progress)?)
        .execute_in(tx)
        .await
}

/// Takes the interaction away, once it has been answered. Only one caller ever gets it.
pub async fn take(
    db: &Db,
    account: &AccountId,
    handle: Digest<InteractionHandle>,
    browser: Digest<BrowserCookie>,
) -> Result<bool> {
    let taken = sql("DELETE FROM interactions WHERE digest = $2 AND account_id = $1 AND browser_digest = $3")
        .bind(account)
        .bind(handle)
        .bind(browser)
        .execute(db)
        .await?;
    Ok(taken == 1)
}
