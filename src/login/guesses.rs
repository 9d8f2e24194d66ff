use std::net::IpAddr;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::base::id::Realm;
use crate::base::{Timestamp, hex};
use crate::config;
use crate::store::login_attempts::{self, Admission, Bucket, Forget, Policy};
use crate::store::{Db, Result, Tx};

/// A subject's guesses are forgotten two days after the last: an attacker gains nothing by waiting for that.
const SUBJECT_FORGET: Forget = Forget::AfterLast(Duration::from_hours(48));
/// Wrong ones in a row, however slowly they come; then one a day (SEC-088, NIST SP 800-63B-4 §3.2.2). Known browsers and
/// other factors go on.
pub(super) const CONSUMERS_MOST: u32 = 100;
/// Users and administrators log in from programs, too, which no cookie tells from a stranger's: nobody must be able to keep them out
/// (SEC-088).
pub(super) const PEOPLES_MOST: u32 = u32::MAX;
/// A source may stand for a whole company: its guesses are forgotten ten minutes after the first …
const SOURCE_FORGET: Forget = Forget::AfterFirst(Duration::from_mins(10));
/// … and it never waits longer than this.
const SOURCE_DELAY_MAX: Duration = Duration::from_mins(1);

/// A browser that somebody has signed in with before, by its mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device(String);

impl Device {
    /// The one with that mark: random, the same whenever it comes.
    pub fn marked(mark: &str) -> Self {
        Self(mark.to_owned())
    }
}

/// Counts guesses at passwords: per whoever is meant, whichever of their names is typed, and per source (SEC-087,
/// SEC-088).
#[derive(Debug)]
pub(super) struct Guesses {
    subject: Policy,
    source: Policy,
}

/// A guess at a password: the buckets that it counts in.
#[derive(Clone, Debug)]
pub struct Guess {
    realm: Realm,
    subject: Bucket,
    source: Option<Bucket>,
}

impl Guesses {
    pub(super) fn new(settings: &config::Login) -> Self {
        let (delay, delay_max) = (settings.delay.get(), settings.delay_max.get());
        Self {
            subject: Policy {
                attempts: settings.attempts,
                delay,
                delay_max,
                most: CONSUMERS_MOST,
                forget: SUBJECT_FORGET,
            },
            source: Policy {
                attempts: settings.source_attempts,
                delay,
                delay_max: delay_max.min(SOURCE_DELAY_MAX).max(delay),
                most: u32::MAX,
                forget: SOURCE_FORGET,
            },
        }
    }

    fn of_subject(&self, most: u32) -> Policy {
        Policy {
            most,
            ..self.subject.clone()
        }
    }

    /// A guess in a browser that is known: it counts there alone. So no stranger's guesses stand in the way of it, nor it of
    /// anybody else, whatever address they share (SEC-088).
    pub(super) fn guess_on(&self, realm: Realm, Device(mark): &Device, most: u32) -> Guess {
        Guess {
            realm,
            subject: Bucket {
                name: format!("dev:{mark}"),
                policy: self.of_subject(most),
            },
            source: None,
        }
    }

    /// A guess at whoever has that bucket, or, where nobody is known by it, at the name that was typed: unknown names are
    /// throttled like known ones, so that throttling tells nothing (SEC-085).
    pub(super) fn guess(
        &self,
        realm: Realm,
        known: Option<&str>,
        name: &str,
        ip: IpAddr,
        most: u32,
    ) -> Guess {
        let subject = known.map_or_else(|| unknown(name), str::to_owned);
        Guess {
            realm,
            subject: Bucket {
                name: subject,
                policy: self.of_subject(most),
            },
            source: (self.source.attempts > 0).then(|| Bucket {
                name: format!("ip:{}", network(ip)),
                policy: self.source.clone(),
            }),
        }
    }
}

impl Guess {
    /// Whom it is at, among all that are under way.
    pub(super) fn at(&self) -> String {
        format!("{} {}", self.realm, self.subject.name)
    }

    /// Counts it, before anything is computed.
    pub(super) async fn admit(&self, db: &Db, now: Timestamp) -> Result<Admission> {
        let buckets = self.source.iter().chain([&self.subject]).cloned().collect();
        login_attempts::admit(db, &self.realm, buckets, now).await
    }

    /// Whether it is whoever is meant that must wait, and not the source alone.
    pub(super) async fn is_locked(&self, db: &Db, now: Timestamp) -> Result<bool> {
        let found = login_attempts::find(db, &self.realm, &self.subject.name, now).await?;
        Ok(found.is_some_and(|attempts| attempts.blocked_until > now))
    }

    /// Takes back what it counted at its source, where whoever is meant must wait.
    pub(super) async fn waits(&self, db: &Db) -> Result<()> {
        let (realm, source) = (self.realm.clone(), self.source.clone());
        let Some(source) = source else { return Ok(()) };
        db.transaction(move |tx| {
            Box::pin(async move { login_attempts::take_back(tx, &realm, &source).await.map(|_| ()) })
        })
        .await
    }

    /// It was right: the guesses at whoever it was are forgotten, and the source has one fewer.
    pub async fn was_right(&self, tx: &mut Tx<'_>) -> Result<()> {
        if let Some(source) = &self.source {
            login_attempts::take_back(tx, &self.realm, source).await?;
        }
        login_attempts::delete(tx, &self.realm, &self.subject.name)
            .await
            .map(|_| ())
    }

    /// It was never made.
    pub(super) async fn was_not_made(self, db: &Db) -> Result<()> {
        db.transaction(move |tx| {
            Box::pin(async move {
                for bucket in self.source.iter().chain([&self.subject]) {
                    login_attempts::take_back(tx, &self.realm, bucket).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// The bucket of a name that nobody has: a digest, since people type passwords into the wrong field.
fn unknown(typed: &str) -> String {
    format!("id:{}", digest_of(typed))
}

/// What stands in a bucket's name for what was typed.
pub(super) fn digest_of(typed: &str) -> String {
    hex(&Sha256::digest(typed.as_bytes()))
}

/// The address itself, or of IPv6 the /64 that one customer of a provider has.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::from((v6.to_bits() >> 64 << 64).to_be_bytes()),
        v4 @ IpAddr::V4(_) => v4,
    }
}
