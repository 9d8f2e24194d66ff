//! Ending what a consumer has, and ending the consumer.

use crate::base::Timestamp;
use crate::base::id::{AccountId, Subject};
use crate::model::queued_mail::Person;
use crate::store::{Result, Tx, challenges, logout_notices, mails, sessions, sql};

/// Ends a consumer's sessions and the links that were sent to them, and takes back all their tokens: after a disabling, or a
/// new password (SEC-072, SEC-091).
pub async fn end_all(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject, now: Timestamp) -> Result<()> {
    sessions::end_all(tx, account, sub, now).await?;
    challenges::delete_of_subject(tx, account, sub).await?;
    revoke_tokens(tx, account, sub, now).await
}

async fn revoke_tokens(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject, now: Timestamp) -> Result<()> {
    // No index serves this: it would cost every token that is issued, and consumers are seldom ended.
    sql("UPDATE tokens SET revoked_at = $3 WHERE account_id = $1 AND sub = $2 AND revoked_at IS NULL")
        .bind(account)
        .bind(sub)
        .bind(now)
        .execute_in(tx)
        .await
        .map(|_| ())
}

/// Holds a row as it was read until the transaction ends: nobody changes it meanwhile. None where its last change is another
/// one; how many it met.
pub async fn hold(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject, read: Timestamp) -> Result<u64> {
    sql("UPDATE consumers SET updated_at = updated_at WHERE account_id = $1 AND sub = $2 AND updated_at = $3")
        .bind(account)
        .bind(sub)
        .bind(read)
        .execute_in(tx)
        .await
}

/// Deletes a consumer: profile, identifiers, credentials, sessions and consents go, and tokens are taken back, to go when
/// they would have expired. The subject stays as a mark, so that it is never used again, and audit rows keep it as a
/// pseudonym (SEC-010, SEC-178). Tells whether there was one.
pub async fn delete(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject, now: Timestamp) -> Result<bool> {
    let marked = sql(
        "UPDATE consumers SET status = 'deleted', username = NULL, claims = '{}', customer_info = NULL,
                personal_info = NULL, updated_at = $3
         WHERE account_id = $1 AND sub = $2 AND status <> 'deleted'",
    )
    .bind(account)
    .bind(sub)
    .bind(now)
    .execute_in(tx)
    .await?;
    if marked == 0 {
        return Ok(false);
    }
    logout_notices::insert_of_subject(tx, account, sub, now).await?;
    revoke_tokens(tx, account, sub, now).await?;
    mails::delete_of(tx, account, &Person::Consumer(sub.clone())).await?;
    for statement in [
        sql("DELETE FROM consumer_identifiers WHERE account_id = $1 AND sub = $2"),
        sql("DELETE FROM consumer_credentials WHERE account_id = $1 AND sub = $2"),
        sql("DELETE FROM sessions WHERE account_id = $1 AND sub = $2"),
        sql("DELETE FROM grants WHERE account_id = $1 AND sub = $2"),
        sql("DELETE FROM challenges WHERE account_id = $1 AND sub = $2"),
    ] {
        statement.bind(account).bind(sub).execute_in(tx).await?;
    }
    Ok(true)
}
