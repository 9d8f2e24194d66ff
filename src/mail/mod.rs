//! Mail to consumers and users: written, sealed and queued in the transaction of what it tells of; the job
//! [`crate::jobs::mail`] sends it (SEC-086).
//!
//! Where no mail is set up nothing is queued, and nothing fails. The same where somebody has no address.

use std::time::{Duration, SystemTime};

use pages::{Brand, Locale};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::base::Timestamp;
use crate::base::id::{self, AccountId};
use crate::context::Services;
use crate::keys::Place;
use crate::model::queued_mail::{Person, QueuedMail};
use crate::model::{Account, Consumer, User};
use crate::store::{self, Tx};

pub use pages::mail::Letter;

/// How long a mail is tried to be sent.
pub const KEPT: Duration = Duration::from_hours(24);

/// Whom a mail is for.
#[derive(Clone, Debug)]
pub struct Recipient {
    person: Person,
    address: Option<smtp::Address>,
    locale: Option<Locale>,
}

impl Recipient {
    /// A consumer, at the address that is stored (SEC-092), in the language that is known of them.
    pub fn consumer(consumer: &Consumer) -> Self {
        let claim = |name: &str| consumer.claims.get(name).and_then(Value::as_str);
        Self {
            person: Person::Consumer(consumer.sub.clone()),
            address: claim("email").and_then(|email| email.parse().ok()),
            locale: claim("locale").and_then(Locale::from_tag),
        }
    }

    /// A user.
    pub fn user(user: &User) -> Self {
        Self {
            person: Person::User(user.user_id),
            address: user.profile.email.trim().parse().ok(),
            locale: None,
        }
    }

    /// The same in the language of the page that they are on.
    #[must_use]
    pub const fn reading(mut self, locale: Locale) -> Self {
        self.locale = Some(locale);
        self
    }

    /// Whether there is an address at all.
    pub const fn is_reached(&self) -> bool {
        self.address.is_some()
    }
}

/// Mails that are ready, to be queued in a transaction.
#[derive(Debug, Default)]
pub struct Mails(Vec<QueuedMail>);

impl Mails {
    /// Writes a mail, where mail is set up and they have an address.
    ///
    /// Do so before the transaction, and [`queue`](Self::queue) it within: nobody hears of what didn't happen.
    ///
    /// # Errors
    ///
    /// Where it can't be sealed.
    pub fn write(
        services: &Services,
        account: &Account,
        to: &Recipient,
        letter: Letter<'_>,
    ) -> store::Result<Self> {
        let mut mails = Self::default();
        mails.add(services, account, to, letter)?;
        Ok(mails)
    }

    /// Writes a further one.
    ///
    /// # Errors
    ///
    /// As those of [`write`](Self::write).
    pub fn add(
        &mut self,
        services: &Services,
        account: &Account,
        to: &Recipient,
        letter: Letter<'_>,
    ) -> store::Result<()> {
        let settings = &services.settings.mail;
        let (true, Some(from), Some(address)) = (settings.is_set_up(), &settings.from, &to.address) else {
            return Ok(());
        };
        let now = services.clock.now();
        let mail_id = id::fresh(&services.clock, &services.entropy);
        let brand = Brand::new(
            account.settings.display_name.as_str(),
            None,
            account
                .settings
                .colour
                .as_deref()
                .and_then(|colour| colour.parse().ok()),
        );
        let own = account.settings.locale.as_deref().and_then(Locale::from_tag);
        let written = pages::mail::Mail {
            brand: &brand,
            when: &for_people(now),
            letter,
        }
        .write(to.locale.or(own).unwrap_or_default());
        let message = smtp::Message::new(&smtp::Parts {
            name: brand.name(),
            from: from.get(),
            to: address,
            subject: &written.subject,
            text: &written.text,
            html: &written.html,
            date: instant(now),
            id: &mail_id,
        })
        .map_err(|error| store::Error::Fault(error.to_string()))?;
        let content = Zeroizing::new(
            serde_json::to_vec(&Content {
                to: address.to_string(),
                message: message.as_str().to_owned(),
            })
            .map_err(|error| store::Error::Fault(error.to_string()))?,
        );
        let content = services
            .sealer
            .seal(&place(&account.account_id, &mail_id), &content)
            .map_err(|_| store::Error::Fault("a mail can't be sealed".to_owned()))?;
        self.0.push(QueuedMail {
            account_id: account.account_id.clone(),
            mail_id,
            person: to.person.to_string(),
            letter: letter.name().to_owned(),
            content,
            attempts: 0,
            created_at: now,
            expires_at: now + KEPT,
        });
        Ok(())
    }

    /// Takes others along.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Queues them: they are sent once the transaction is.
    pub async fn queue(&self, tx: &mut Tx<'_>) -> store::Result<()> {
        for mail in &self.0 {
            store::mails::insert(tx, mail).await?;
        }
        Ok(())
    }
}

/// What of a mail is sealed.
#[derive(Serialize, Deserialize)]
struct Content {
    to: String,
    message: String,
}

/// A mail that was queued: its address, and itself. `None` where it can't be opened.
pub async fn open(services: &Services, mail: &QueuedMail) -> Option<(smtp::Address, smtp::Message)> {
    services.sealer.meet(&services.db, [&mail.content]).await;
    let place = place(&mail.account_id, &mail.mail_id);
    let content = services.sealer.open(&place, &mail.content).ok()?;
    let Content { to, message } = serde_json::from_slice(&content).ok()?;
    Some((to.parse().ok()?, smtp::Message::from_stored(message)))
}

const fn place<'a>(account: &'a AccountId, mail_id: &'a str) -> Place<'a> {
    Place {
        table: "mails",
        column: "content",
        row: mail_id,
        account: Some(account),
    }
}

fn instant(at: Timestamp) -> SystemTime {
    let millis = u64::try_from(at.millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

/// An instant as every language reads it: `2026-11-28 10:30 UTC`.
fn for_people(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let minutes = text.get(..16).unwrap_or(&text);
    format!("{} UTC", minutes.replace('T', " "))
}
