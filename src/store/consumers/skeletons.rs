//! What identifiers look like, for rows that were written before that was kept.

use super::FromRow;
use crate::base::id::{AccountId, Subject};
use crate::model::Identifier;
use crate::store::{Db, Result, Row, Tx, sql};

/// Rows of one transaction.
const BATCH: usize = 1000;

struct Unread {
    account: AccountId,
    identifier: String,
    sub: Subject,
}

impl FromRow for Unread {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account: row.parse("account_id")?,
            identifier: row.get("identifier")?,
            sub: row.parse("sub")?,
        })
    }
}

/// Works out what they look like, a batch at a time, in the order of the identifiers: of two that look alike it is always
/// the same one that keeps the look, however often it was broken off. The migrations' lock is held meanwhile, so that no
/// other node is at it.
pub(in crate::store) async fn work_out(db: &Db) -> Result<()> {
    loop {
        let rows: Vec<Unread> = sql("SELECT account_id, identifier, sub FROM consumer_identifiers
             WHERE skeleton = '' ORDER BY account_id, identifier LIMIT 1000")
        .fetch_all(db)
        .await?;
        let last = rows.len() < BATCH;
        db.transaction(move |tx| {
            Box::pin(async move {
                for row in &rows {
                    set(tx, row).await?;
                }
                Ok(())
            })
        })
        .await?;
        if last {
            return Ok(());
        }
    }
}

/// Of two that look alike already, one keeps the look to itself: nobody is locked out, and the log says whom to ask.
async fn set(tx: &mut Tx<'_>, row: &Unread) -> Result<()> {
    let identifier = Identifier::parse(&row.identifier).ok();
    let skeleton = identifier.as_ref().and_then(Identifier::skeleton);
    let set = sql("UPDATE consumer_identifiers SET skeleton = $3
         WHERE account_id = $1 AND identifier = $2 AND skeleton = '' AND NOT EXISTS
               (SELECT 1 FROM consumer_identifiers AS other
                WHERE other.account_id = $1 AND other.skeleton = $3 AND other.skeleton <> '')")
    .bind(&row.account)
    .bind(&row.identifier)
    .bind(skeleton)
    .execute_in(tx)
    .await?;
    if set == 1 {
        return Ok(());
    }
    let cleared = sql("UPDATE consumer_identifiers SET skeleton = NULL
         WHERE account_id = $1 AND identifier = $2 AND skeleton = ''")
    .bind(&row.account)
    .bind(&row.identifier)
    .execute_in(tx)
    .await?;
    if cleared == 1 {
        tracing::warn!(account = %row.account, sub = %row.sub, "two consumers sign in with names that look alike");
    }
    Ok(())
}
