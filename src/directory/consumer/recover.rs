//! The way back in for a consumer who forgot the password (SEC-091).
//!
//! Whoever asks is told the same whether the name is anybody's, and has the same done (SEC-086): one transaction with a link,
//! for nobody where there is nobody to send it to, and a row in the record of changes.

use pages::{Link, Locale};
use secrecy::SecretString;
use serde_json::{Map, json};

use super::password::{NewPassword, hash, weakness};
use super::{Audit, about, audit, forget_guesses};
use crate::base::id::{AccountId, Realm, Subject};
use crate::base::{Digest, OneTime, Timestamp};
use crate::context::Services;
use crate::directory::{By, Error, Result};
use crate::login::{WeakPassword, recovery_requests};
use crate::mail::{Letter, Mails, Recipient};
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::challenge::{Challenge, ChallengeKind, Recovery};
use crate::model::queued_mail::Person;
use crate::model::{Account, Consumer, ConsumerStatus, Identifier};
use crate::store::challenges::Sent;
use crate::store::consumers::Written;
use crate::store::{self, Tx};

/// The letter that carries the link, as it is queued.
const RECOVER: &str = "recover";

/// What somebody typed who forgot their password.
#[derive(Clone, Copy, Debug)]
pub struct Forgotten<'a> {
    /// A username or an e-mail address, or what is taken for one.
    pub name: &'a str,
    /// The interaction that waits in their browser, by its handle: the link brings it back.
    pub interaction: Option<&'a str>,
    /// The language that they read.
    pub locale: Locale,
}

/// Why a new password was not set.
#[derive(Debug, thiserror::Error)]
pub enum Unrecovered {
    /// The link was used, is too old, or is void since something has changed.
    #[error("the link doesn't work any more")]
    Void,
    /// The password breaks a rule; the link still works.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// Something is in the way that the consumer can't mend.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<store::Error> for Unrecovered {
    fn from(error: store::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Sends a link to whoever has that name, to the address that they are known by. Nobody is told whether there is somebody.
pub async fn ask_for_recovery(
    services: &Services,
    by: &By,
    brand: &Account,
    forgotten: Forgotten<'_>,
) -> Result<()> {
    let (account, now) = (&brand.account_id, services.clock.now());
    let typed = forgotten.name.trim();
    let identifier = Identifier::parse(typed).ok();
    let found = match &identifier {
        Some(identifier) => store::consumers::find_by_identifier(&services.db, account, identifier).await?,
        None => None,
    };
    let name = identifier.as_ref().map_or(typed, Identifier::as_str);
    let sub = found.as_ref().map(|consumer| consumer.sub.clone());
    let admitted = recovery_requests::admit(&services.db, account, sub.as_ref(), name, now).await?;
    let whom = match &found {
        _ if !admitted => Err("throttled"),
        None => Err("unknown"),
        Some(consumer) => reached(consumer).map(|_| consumer),
    };

    // Where there is nobody to send it to, a mail is written and queued all the same, and taken out again.
    let (to, is_sent) = match &whom {
        Ok(consumer) => ((*consumer).clone(), true),
        Err(_) => (nobody(account, Subject::fresh(&services.entropy), now), false),
    };
    let link = OneTime::<Recovery>::fresh(&services.entropy);
    let challenge = Challenge {
        digest: link.digest(),
        account_id: account.clone(),
        sub: to.sub.clone(),
        address: to
            .address()
            .map(|address| address.as_str().to_owned())
            .unwrap_or_default(),
        expires_at: now + services.settings.login.recovery_ttl.get(),
    };
    let mails = write(services, brand, &to, &link, &forgotten)?;
    let outcome = if is_sent { Outcome::Done } else { Outcome::Refused };
    let detail = json!({"reason": whom.err()});
    let event = AuditEvent {
        sub,
        outcome,
        ..by.did(account, "consumer.recovery_asked", None, detail)
    };
    let (audit, owner, person) = (audit(services, event), account.clone(), Person::Consumer(to.sub));
    let asked = services.db.transaction(move |tx| {
        Box::pin(async move {
            store::challenges::upsert(tx, &challenge).await?;
            if is_sent {
                // The link in the one before is void.
                store::mails::delete_unsent(tx, &owner, &person, RECOVER).await?;
            }
            mails.queue(tx).await?;
            if !is_sent {
                store::mails::delete_unsent(tx, &owner, &person, RECOVER).await?;
            }
            audit.write(tx).await
        })
    });
    Ok(asked.await?)
}

/// Who stands for nobody, with an address that can't be (RFC 2606 §2).
fn nobody(account: &AccountId, sub: Subject, now: Timestamp) -> Consumer {
    let mut claims = Map::new();
    claims.insert("email".to_owned(), "nobody@example.invalid".into());
    Consumer {
        account_id: account.clone(),
        sub,
        status: ConsumerStatus::Active,
        username: None,
        claims,
        customer_info: None,
        personal_info: None,
        created_at: now,
        updated_at: now,
    }
}

/// Where a link is sent: to the stored address, never to what was typed (SEC-092).
pub(super) fn reached(consumer: &Consumer) -> std::result::Result<Identifier, &'static str> {
    if consumer.status != ConsumerStatus::Active {
        return Err("disabled");
    }
    consumer.address().ok_or("no_address")
}

/// The address of the page is the issuer's own, whatever host the request named (SEC-078).
fn write(
    services: &Services,
    account: &Account,
    to: &Consumer,
    link: &OneTime<Recovery>,
    forgotten: &Forgotten<'_>,
) -> store::Result<Mails> {
    let mut page = format!("{}/recover?token={}", account.issuer, link.expose());
    if let Some(interaction) = forgotten.interaction {
        page.push_str("&interaction=");
        page.push_str(interaction);
    }
    let link = &linked(&page)?;
    let seconds = services.settings.login.recovery_ttl.get().as_secs();
    let minutes = u32::try_from(seconds / 60).unwrap_or(u32::MAX);
    let to = Recipient::consumer(to).reading(forgotten.locale);
    Mails::write(services, account, &to, Letter::Recover { link, minutes })
}

/// A page of ours in a mail.
pub(super) fn linked(page: &str) -> store::Result<Link> {
    Link::web(page).ok_or_else(|| store::Error::Fault("the issuer can't be linked to".to_owned()))
}

/// The consumer for whom a link is, while it works. Nothing changes by looking (SEC-075).
pub async fn proven<K: ChallengeKind>(
    services: &Services,
    account: &Account,
    link: &OneTime<K>,
) -> Result<Option<Consumer>> {
    let (account, now) = (&account.account_id, services.clock.now());
    let Some(sent) = store::challenges::find(&services.db, account, link.digest(), now).await? else {
        return Ok(None);
    };
    let consumer = store::consumers::find(&services.db, account, &sent.sub).await?;
    Ok(consumer.filter(|consumer| is_still(consumer, &sent)))
}

/// Whether what was true when a link was sent still is.
fn is_still(consumer: &Consumer, sent: &Sent) -> bool {
    reached(consumer).is_ok_and(|address| address.as_str() == sent.address)
}

/// Sets a new password for whoever has the link, once. It signs nobody in: their sessions end, and what else a login demands it
/// still does. The address is proved by it.
pub async fn recover(
    services: &Services,
    by: &By,
    account: &Account,
    link: &OneTime<Recovery>,
    password: SecretString,
    locale: Locale,
) -> std::result::Result<(), Unrecovered> {
    let Some(consumer) = proven(services, account, link).await? else {
        return Err(Unrecovered::Void);
    };
    if let Some(weak) = weakness(services, account, &consumer, &password).await? {
        return Err(weak.into());
    }
    let of = Realm::from(&account.account_id);
    let plain = Some(NewPassword::Plain(password));
    let hashed = hash(services.passwords.pool(), &of, &services.entropy, plain).await;
    let Some(hash) = hashed.map_err(Error::from)? else {
        return Err(store::Error::Fault("the password can't be hashed".to_owned()).into());
    };
    let detail = json!({"sessions_ended": true, "email_verified": true});
    let to = Recipient::consumer(&consumer).reading(locale);
    let recovered = Recovered {
        digest: link.digest(),
        hash,
        audit: audit(
            services,
            about(by, &consumer, "consumer.password_recovered", detail),
        ),
        notice: Mails::write(services, account, &to, Letter::PasswordChanged)?,
        now: services.clock.now(),
    };
    let owner = account.account_id.clone();
    let done = services
        .db
        .transaction(move |tx| Box::pin(async move { recovered.write(tx, &owner).await }))
        .await?;
    services.consumers.remove(&account.account_id, &consumer.sub);
    services.sessions.forget();
    if done { Ok(()) } else { Err(Unrecovered::Void) }
}

/// A new password, ready to be written by whoever takes the link.
struct Recovered {
    digest: Digest<Recovery>,
    hash: String,
    audit: Audit,
    notice: Mails,
    now: Timestamp,
}

impl Recovered {
    /// `false` where somebody else has taken the link, or something has changed that voids it.
    async fn write(self, tx: &mut Tx<'_>, account: &AccountId) -> store::Result<bool> {
        let Some(sent) = store::challenges::take(tx, account, self.digest, self.now).await? else {
            return Ok(false);
        };
        let Some(consumer) = prove_in(tx, account, &sent, self.now).await? else {
            return Ok(false);
        };
        let sub = &consumer.sub;
        store::consumers::set_password(tx, account, sub, &self.hash, consumer.updated_at).await?;
        forget_guesses(tx, account, sub).await?;
        store::consumers::end_all(tx, account, sub, self.now).await?;
        self.notice.queue(tx).await?;
        self.audit.write(tx).await?;
        Ok(true)
    }
}

/// Notes that the address is theirs to which a link was sent; nothing where it is void.
pub(super) async fn prove_in(
    tx: &mut Tx<'_>,
    account: &AccountId,
    sent: &Sent,
    now: Timestamp,
) -> store::Result<Option<Consumer>> {
    let found = store::consumers::find_in(tx, account, &sent.sub).await?;
    let Some(before) = found.filter(|consumer| is_still(consumer, sent)) else {
        return Ok(None);
    };
    let mut after = before.clone();
    after.claims.insert("email_verified".to_owned(), true.into());
    after.updated_at = now.max(Timestamp::from_millis(before.updated_at.millis() + 1));
    match store::consumers::update(tx, &before, &after).await? {
        Written::Done => Ok(Some(after)),
        // Nothing of it is written, the link neither.
        Written::Changed | Written::Clash(_) => Err(store::Error::Stale),
    }
}
