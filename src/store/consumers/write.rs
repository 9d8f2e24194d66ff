//! Writing a consumer whole, or not at all.
//!
//! A value that is taken is told by name and leaves nothing behind, so that one transaction may hold many consumers
//! (an import) and still refuse each for itself.

use crate::base::id::{AccountId, Subject};
use crate::model::{Consumer, Identifier};
use crate::store::{Result, Tx, challenges, sql, to_json};

/// How a write ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is done.
    Done,
    /// Something is another's, and nothing was written.
    Clash(Clash),
    /// The consumer was changed or deleted since it was read, and nothing was written.
    Changed,
}

/// What a consumer can't have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// The subject: in use, or once used, in this account or another.
    Subject,
    /// A username or e-mail address, and whose it is.
    Identifier(Identifier, Subject),
    /// A username or e-mail address that looks like another's.
    Lookalike(Identifier),
}

/// A new consumer with what they log in with.
pub async fn insert(tx: &mut Tx<'_>, consumer: &Consumer) -> Result<Written> {
    let inserted = sql(
        "INSERT INTO consumers (account_id, sub, status, username, claims, customer_info, personal_info, created_at,
                                updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
    )
    .bind(&consumer.account_id)
    .bind(&consumer.sub)
    .bind(consumer.status.as_str())
    .bind(consumer.username.clone())
    .bind(to_json(&consumer.claims)?)
    .bind(consumer.customer_info.as_ref().map(to_json).transpose()?)
    .bind(consumer.personal_info.as_ref().map(to_json).transpose()?)
    .bind(consumer.created_at)
    .bind(consumer.updated_at)
    .execute_in(tx)
    .await?;
    if inserted == 0 {
        return Ok(Written::Clash(Clash::Subject));
    }
    let Some(clash) = insert_identifiers(tx, consumer, &consumer.identifiers()).await? else {
        return Ok(Written::Done);
    };
    sql("DELETE FROM consumers WHERE account_id = $1 AND sub = $2")
        .bind(&consumer.account_id)
        .bind(&consumer.sub)
        .execute_in(tx)
        .await?;
    Ok(Written::Clash(clash))
}

/// Writes all of a consumer that may change. `before` is what was read, `after` what is to be; `after.updated_at` must
/// be later.
pub async fn update(tx: &mut Tx<'_>, before: &Consumer, after: &Consumer) -> Result<Written> {
    if overwrite(tx, before, after).await? == 0 {
        return Ok(Written::Changed);
    }
    let identifiers = after.identifiers();
    let former = list_identifiers(tx, &before.account_id, &before.sub).await?;
    let added: Vec<Identifier> = identifiers
        .iter()
        .filter(|it| !former.iter().any(|other| other == it.as_str()))
        .cloned()
        .collect();
    if let Some(clash) = insert_identifiers(tx, before, &added).await? {
        overwrite(tx, after, before).await?;
        return Ok(Written::Clash(clash));
    }
    let gone: Vec<&String> = former
        .iter()
        .filter(|it| !identifiers.iter().any(|other| other.as_str() == **it))
        .collect();
    for identifier in &gone {
        delete_identifier(tx, &before.account_id, &before.sub, identifier).await?;
    }
    if !(added.is_empty() && gone.is_empty()) {
        // Links that were sent to the former address are void, even if it becomes theirs again (SEC-091).
        challenges::delete_of_subject(tx, &before.account_id, &before.sub).await?;
    }
    Ok(Written::Done)
}

/// Writes `after` over the row, if it is as `before` says; how many rows it met.
async fn overwrite(tx: &mut Tx<'_>, before: &Consumer, after: &Consumer) -> Result<u64> {
    sql(
        "UPDATE consumers SET status = $4, username = $5, claims = $6, customer_info = $7, personal_info = $8,
                updated_at = $9
         WHERE account_id = $1 AND sub = $2 AND updated_at = $3 AND status <> 'deleted'",
    )
    .bind(&before.account_id)
    .bind(&before.sub)
    .bind(before.updated_at)
    .bind(after.status.as_str())
    .bind(after.username.clone())
    .bind(to_json(&after.claims)?)
    .bind(after.customer_info.as_ref().map(to_json).transpose()?)
    .bind(after.personal_info.as_ref().map(to_json).transpose()?)
    .bind(after.updated_at)
    .execute_in(tx)
    .await
}

/// Inserts all, or none and tells which is another's.
async fn insert_identifiers(
    tx: &mut Tx<'_>,
    consumer: &Consumer,
    identifiers: &[Identifier],
) -> Result<Option<Clash>> {
    for (done, identifier) in identifiers.iter().enumerate() {
        if insert_identifier(tx, consumer, identifier).await? == 1 {
            continue;
        }
        let owner = find_owner(tx, &consumer.account_id, identifier).await?;
        for former in identifiers.iter().take(done) {
            delete_identifier(tx, &consumer.account_id, &consumer.sub, former.as_str()).await?;
        }
        return Ok(Some(match owner {
            Some(owner) => Clash::Identifier(identifier.clone(), owner),
            None => Clash::Lookalike(identifier.clone()),
        }));
    }
    Ok(None)
}

/// Unless somebody has it, or has what it looks like, or what looks like it; how many it inserted.
async fn insert_identifier(tx: &mut Tx<'_>, consumer: &Consumer, identifier: &Identifier) -> Result<u64> {
    let skeleton = identifier.skeleton();
    let looks_like = skeleton.as_deref().unwrap_or(identifier.as_str()).to_owned();
    sql(
        "INSERT INTO consumer_identifiers (account_id, identifier, sub, kind, skeleton)
         SELECT $1, $2, $3, $4, $5
         WHERE NOT EXISTS (SELECT 1 FROM consumer_identifiers AS other
                           WHERE other.account_id = $1 AND other.identifier = $6 AND other.sub <> $3)
           AND NOT EXISTS (SELECT 1 FROM consumer_identifiers AS other
                           WHERE other.account_id = $1 AND other.skeleton = $6 AND other.skeleton <> ''
                                 AND other.sub <> $3)
         ON CONFLICT DO NOTHING",
    )
    .bind(&consumer.account_id)
    .bind(identifier.as_str())
    .bind(&consumer.sub)
    .bind(identifier.kind().as_str())
    .bind(skeleton)
    .bind(looks_like)
    .execute_in(tx)
    .await
}

async fn find_owner(
    tx: &mut Tx<'_>,
    account: &AccountId,
    identifier: &Identifier,
) -> Result<Option<Subject>> {
    let sub: Option<String> =
        sql("SELECT sub FROM consumer_identifiers WHERE account_id = $1 AND identifier = $2")
            .bind(account)
            .bind(identifier.as_str())
            .fetch_optional_in(tx)
            .await?;
    sub.map(|sub| Subject::parse(&sub).map_err(|error| crate::store::Error::Corrupt(format!("sub: {error}"))))
        .transpose()
}

async fn list_identifiers(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject) -> Result<Vec<String>> {
    sql("SELECT identifier FROM consumer_identifiers WHERE account_id = $1 AND sub = $2")
        .bind(account)
        .bind(sub)
        .fetch_all_in(tx)
        .await
}

async fn delete_identifier(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sub: &Subject,
    identifier: &str,
) -> Result<u64> {
    sql("DELETE FROM consumer_identifiers WHERE account_id = $1 AND sub = $2 AND identifier = $3")
        .bind(account)
        .bind(sub)
        .bind(identifier)
        .execute_in(tx)
        .await
}
