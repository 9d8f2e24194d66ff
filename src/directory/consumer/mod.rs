//! Consumers: every way of writing one passes here, and so through the same checks: claims, engagement attributes, what
//! they log in with, the password's rules. Each is written whole, with its audit row, or not at all.

mod assign;
pub mod export;
pub mod import;
mod password;
mod prove;
mod recover;
mod sign_up;
mod view;

use serde_json::{Value, json};

pub use assign::{assign, merge};
pub(in crate::directory) use password::{Checked, check, hash};
pub use password::{NewPassword, weakness};
pub use prove::{ask_for_proof, prove};
pub use recover::{Forgotten, Unrecovered, ask_for_recovery, proven, recover};
pub use sign_up::sign_up;
pub use view::View;

use super::error::{held, overtaken, unchanged};
use super::{By, Error, Result, notice};
use crate::base::Timestamp;
use crate::base::id::{AccountId, Realm, Subject};
use crate::context::Services;
use crate::login::PasswordRules;
use crate::model::audit::AuditEvent;
use crate::model::draft::{Draft, Profile, Refusal};
use crate::model::{Account, Consumer, ConsumerStatus, Identifier};
use crate::store::consumers::{Clash, Written};
use crate::store::{self, Tx};

/// A consumer that was written, and what was remarked on the way.
#[derive(Debug)]
pub struct Saved {
    /// As it is now.
    pub consumer: Consumer,
    /// What was taken of the engagement attributes, but not without a remark.
    pub warnings: Vec<engagement::Warning>,
}

/// The consumer that `name` names: a subject, a username or an e-mail address. Deleted ones are none.
pub async fn find(services: &Services, account: &AccountId, name: &str) -> Result<Consumer> {
    let mut found = None;
    if let Ok(sub) = Subject::parse(name) {
        found = store::consumers::find(&services.db, account, &sub).await?;
    }
    if let (None, Ok(identifier)) = (&found, Identifier::parse(name)) {
        found = store::consumers::find_by_identifier(&services.db, account, &identifier).await?;
    }
    found
        .filter(|consumer| consumer.status != ConsumerStatus::Deleted)
        .ok_or_else(|| unknown(name))
}

/// The consumer of that subject. Deleted ones are none.
pub async fn find_by_subject(services: &Services, account: &AccountId, sub: &Subject) -> Result<Consumer> {
    store::consumers::find(&services.db, account, sub)
        .await?
        .filter(|consumer| consumer.status != ConsumerStatus::Deleted)
        .ok_or_else(|| unknown(sub.as_str()))
}

/// At most `limit` consumers of an account after `after`, by their subjects.
pub async fn list(
    services: &Services,
    account: &AccountId,
    after: Option<&Subject>,
    limit: i64,
) -> Result<Vec<Consumer>> {
    Ok(store::consumers::list(&services.db, account, after, limit).await?)
}

/// What is to be written, found good, with the hash of the password that goes with it.
async fn checked(
    services: &Services,
    account: &Account,
    draft: Draft,
    password: Option<NewPassword>,
) -> Result<(Profile, Option<String>)> {
    let of = Realm::from(&account.account_id);
    let (rules, account) = (PasswordRules::new(&services.settings.login), account.clone());
    let checked = tokio::task::spawn_blocking(move || check(&rules, &account, draft, password)).await;
    let Checked { profile, password } = checked
        .map_err(|error| store::Error::Fault(error.to_string()))?
        .map_err(Error::Refused)?;
    let hash = password::hash(services.passwords.pool(), &of, &services.entropy, password).await?;
    Ok((profile, hash))
}

/// Makes a consumer, under a subject of its own where none is given.
pub async fn create(
    services: &Services,
    by: &By,
    account: &Account,
    draft: Draft,
    password: Option<NewPassword>,
) -> Result<Saved> {
    let (profile, hash) = checked(services, account, draft, password).await?;
    let warnings = profile.warnings.clone();
    let sub = profile
        .sub
        .clone()
        .unwrap_or_else(|| Subject::fresh(&services.entropy));
    let consumer = profile.new_consumer(&account.account_id, sub, services.clock.now());
    let event = about(
        by,
        &consumer,
        "consumer.created",
        json!({"password": hash.is_some()}),
    );
    let (made, audit) = (consumer.clone(), audit(services, event));
    let written = services
        .db
        .transaction(move |tx| Box::pin(async move { insert(tx, &made, hash.as_deref(), &audit).await }))
        .await?;
    ended(&consumer, written)?;
    Ok(Saved { consumer, warnings })
}

/// With the password's hash and the audit row; or nothing of it.
async fn insert(
    tx: &mut Tx<'_>,
    made: &Consumer,
    hash: Option<&str>,
    audit: &Audit,
) -> store::Result<Written> {
    let written = store::consumers::insert(tx, made).await?;
    if written != Written::Done {
        return Ok(written);
    }
    if let Some(hash) = hash {
        store::consumers::set_password(tx, &made.account_id, &made.sub, hash, made.created_at).await?;
    }
    audit.write(tx).await?;
    Ok(Written::Done)
}

/// Changes a consumer: `edit` gets what is stored, and leaves what is to be. A new password, or being disabled, ends
/// their sessions and takes back their tokens (SEC-072). They are told of another password, address or telephone number at
/// the address that they had before (SEC-090).
pub async fn update<F>(
    services: &Services,
    by: &By,
    account: &Account,
    sub: &Subject,
    edit: F,
    password: Option<NewPassword>,
) -> Result<Saved>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    update_read(services, by, account, sub, None, edit, password).await
}

/// The same; with `read`, only while its last change is that one.
pub async fn update_read<F>(
    services: &Services,
    by: &By,
    account: &Account,
    sub: &Subject,
    read: Option<Timestamp>,
    edit: F,
    password: Option<NewPassword>,
) -> Result<Saved>
where
    F: FnOnce(&mut Draft) -> Result<()>,
{
    let before = find(services, &account.account_id, sub.as_str()).await?;
    unchanged(read, before.updated_at)?;
    let mut draft = Draft::of(&before);
    edit(&mut draft)?;
    let (profile, hash) = checked(services, account, draft, password).await?;
    let warnings = profile.warnings.clone();
    let mut after = profile.new_consumer(&account.account_id, before.sub.clone(), services.clock.now());
    after.created_at = before.created_at;
    after.updated_at = after
        .updated_at
        .max(Timestamp::from_millis(before.updated_at.millis() + 1));
    let ends =
        hash.is_some() || (before.status == ConsumerStatus::Active && after.status != ConsumerStatus::Active);
    let detail =
        json!({"changed": changed(&before, &after), "password": hash.is_some(), "sessions_ended": ends});
    let audit = audit(services, about(by, &after, "consumer.updated", detail));
    let notices = notice::of_consumer(services, account, &before, &after, hash.is_some())?;
    let (old, new) = (before, after.clone());
    let written = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                let written = store::consumers::update(tx, &old, &new).await?;
                if written != Written::Done {
                    return Ok(written);
                }
                if let Some(hash) = hash {
                    let (owner, sub) = (&new.account_id, &new.sub);
                    store::consumers::set_password(tx, owner, sub, &hash, new.updated_at).await?;
                    forget_guesses(tx, owner, sub).await?;
                }
                if ends {
                    store::consumers::end_all(tx, &new.account_id, &new.sub, new.updated_at).await?;
                }
                notices.queue(tx).await?;
                audit.write(tx).await?;
                Ok(Written::Done)
            })
        })
        .await?;
    ended(&after, written).map_err(overtaken(read))?;
    services.consumers.remove(&after.account_id, &after.sub);
    if ends {
        services.sessions.forget();
    }
    Ok(Saved {
        consumer: after,
        warnings,
    })
}

/// Deletes a consumer. Everything of them goes or ends at once; a mark keeps their subject from being used again
/// (SEC-010, SEC-178). They are told of it at the address that they had (SEC-090).
pub async fn delete(services: &Services, by: &By, account: &AccountId, sub: &Subject) -> Result<()> {
    delete_read(services, by, account, sub, None).await
}

/// The same; with `read`, only while their last change is that one.
pub async fn delete_read(
    services: &Services,
    by: &By,
    account: &AccountId,
    sub: &Subject,
    read: Option<Timestamp>,
) -> Result<()> {
    let consumer = find_by_subject(services, account, sub).await?;
    unchanged(read, consumer.updated_at)?;
    let notices = notice::of_end(services, account, &consumer).await?;
    let event = AuditEvent {
        sub: Some(sub.clone()),
        ..by.did(account, "consumer.deleted", None, json!({}))
    };
    let audit = audit(services, event);
    let (owner, id, now) = (account.clone(), sub.clone(), services.clock.now());
    let met = services
        .db
        .transaction(move |tx| {
            Box::pin(async move {
                if let Some(read) = read {
                    held(store::consumers::hold(tx, &owner, &id, read).await?)?;
                }
                let met = store::consumers::delete(tx, &owner, &id, now).await?;
                if met {
                    forget_guesses(tx, &owner, &id).await?;
                    notices.queue(tx).await?;
                    audit.write(tx).await?;
                }
                Ok(met)
            })
        })
        .await
        .map_err(|error| overtaken(read)(error.into()))?;
    services.consumers.remove(account, sub);
    services.sessions.forget();
    if met { Ok(()) } else { Err(unknown(sub.as_str())) }
}

/// Guesses at a former password say nothing of a new one.
async fn forget_guesses(tx: &mut Tx<'_>, account: &AccountId, sub: &Subject) -> store::Result<u64> {
    store::login_attempts::delete(tx, account, &store::login_attempts::of_subject(sub)).await
}

/// The keys that differ; the record of changes keeps no personal data (SEC-178).
fn changed(before: &Consumer, after: &Consumer) -> Vec<String> {
    let mut keys = Vec::new();
    let mut differ = |key: &str, differs: bool| {
        if differs {
            keys.push(key.to_owned());
        }
    };
    differ("status", before.status != after.status);
    differ("username", before.username != after.username);
    differ("customerInfo", before.customer_info != after.customer_info);
    differ("personalInfo", before.personal_info != after.personal_info);
    for claim in crate::model::claim::STANDARD {
        differ(
            claim.name,
            before.claims.get(claim.name) != after.claims.get(claim.name),
        );
    }
    keys
}

fn about(by: &By, consumer: &Consumer, event: &'static str, detail: Value) -> AuditEvent {
    AuditEvent {
        sub: Some(consumer.sub.clone()),
        ..by.did(&consumer.account_id, event, None, detail)
    }
}

fn unknown(name: &str) -> Error {
    Error::NotFound {
        what: "consumer",
        id: name.to_owned(),
    }
}

/// What a write's ending means to who asked for it.
fn ended(consumer: &Consumer, written: Written) -> Result<()> {
    match written {
        Written::Done => Ok(()),
        Written::Clash(clash) => Err(Error::InUse(taken(consumer, &clash))),
        Written::Changed => Err(Error::Changed),
    }
}

/// What a consumer can't have, since another has it.
fn taken(consumer: &Consumer, clash: &Clash) -> Refusal {
    match clash {
        Clash::Subject => Refusal::new("sub", "is, or was, another consumer's"),
        Clash::Identifier(identifier, _) => Refusal::new(
            consumer.key_of(identifier),
            "is another consumer's username or e-mail address",
        ),
        Clash::Lookalike(identifier) => Refusal::new(
            consumer.key_of(identifier),
            "looks like another consumer's username or e-mail address",
        ),
    }
}

/// An audit row that waits for its transaction.
struct Audit {
    event: AuditEvent,
    clock: crate::base::Clock,
    entropy: crate::base::Entropy,
}

fn audit(services: &Services, event: AuditEvent) -> Audit {
    Audit {
        event,
        clock: services.clock.clone(),
        entropy: services.entropy.clone(),
    }
}

impl Audit {
    async fn write(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        store::audit::insert(tx, &self.event, &self.clock, &self.entropy).await
    }
}
