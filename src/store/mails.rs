//! Mails that are still to be sent: an outbox, which outlives restarts. Whoever takes one puts it off for a while first, so
//! that another node takes it again only if nothing came of it.

use super::query::FromRow;
use super::{Db, Result, Row, Tx, sql};
use crate::base::Timestamp;
use crate::base::id::AccountId;
use crate::model::queued_mail::{Person, QueuedMail};

impl FromRow for QueuedMail {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            account_id: row.parse("account_id")?,
            mail_id: row.get("mail_id")?,
            person: row.get("person")?,
            letter: row.get("letter")?,
            content: row.sealed("content")?,
            attempts: row.get("attempts")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}

/// A new one, due at once.
pub async fn insert(tx: &mut Tx<'_>, mail: &QueuedMail) -> Result<()> {
    sql(
        "INSERT INTO mails (account_id, mail_id, person, letter, content, attempts, created_at, due_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $6, $7)",
    )
    .bind(&mail.account_id)
    .bind(mail.mail_id.as_str())
    .bind(mail.person.as_str())
    .bind(mail.letter.as_str())
    .bind(mail.content.clone())
    .bind(mail.created_at)
    .bind(mail.expires_at)
    .execute_in(tx)
    .await
    .map(|_| ())
}

/// Whether any is due: asked often, and so without a write.
pub async fn any_due(db: &Db, now: Timestamp) -> Result<bool> {
    let due: Option<String> = sql("SELECT mail_id FROM mails WHERE due_at <= $1 LIMIT 1")
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(due.is_some())
}

/// Claims at most twenty that are due. Nobody else gets them before `until`.
pub async fn claim(db: &Db, now: Timestamp, until: Timestamp) -> Result<Vec<QueuedMail>> {
    db.transaction(move |tx| {
        Box::pin(async move {
            // The condition stands twice: a node that waited for another's row looks at it once more.
            sql("UPDATE mails SET due_at = $2, attempts = attempts + 1
                 WHERE due_at <= $1 AND (account_id, mail_id) IN
                 (SELECT account_id, mail_id FROM mails WHERE due_at <= $1 ORDER BY due_at LIMIT 20)
                 RETURNING account_id, mail_id, person, letter, content, attempts, created_at, expires_at")
            .bind(now)
            .bind(until)
            .fetch_all_in(tx)
            .await
        })
    })
    .await
}

/// Puts one off; how many it met.
pub async fn postpone(db: &Db, account: &AccountId, mail_id: &str, due_at: Timestamp) -> Result<u64> {
    sql("UPDATE mails SET due_at = $3 WHERE account_id = $1 AND mail_id = $2")
        .bind(account)
        .bind(mail_id)
        .bind(due_at)
        .execute(db)
        .await
}

/// Removes one that is done; how many it met.
pub async fn delete(db: &Db, account: &AccountId, mail_id: &str) -> Result<u64> {
    sql("DELETE FROM mails WHERE account_id = $1 AND mail_id = $2")
        .bind(account)
        .bind(mail_id)
        .execute(db)
        .await
}

/// Removes all about somebody; how many they were.
pub async fn delete_of(tx: &mut Tx<'_>, account: &AccountId, person: &Person) -> Result<u64> {
    sql("DELETE FROM mails WHERE account_id = $1 AND person = $2")
        .bind(account)
        .bind(person.to_string())
        .execute_in(tx)
        .await
}

/// Removes one kind of mail about somebody: what it told of counts no more; how many they were.
pub async fn delete_unsent(
    tx: &mut Tx<'_>,
    account: &AccountId,
    person: &Person,
    letter: &str,
) -> Result<u64> {
    sql("DELETE FROM mails WHERE account_id = $1 AND person = $2 AND letter = $3")
        .bind(account)
        .bind(person.to_string())
        .bind(letter)
        .execute_in(tx)
        .await
}
