//! Proving who one is by a password, the same way for all who have one.

mod administrator;
mod consumer;
mod user;

use std::net::IpAddr;
use std::time::Duration;

use ::passwords::{Hasher, Password, StoredHash};
use zeroize::Zeroizing;

use super::guesses::{Device, Guess, Guesses};
use super::hash_pool::HashPool;
use super::password_rules::PasswordRules;
use super::under_way::{Guessing, UnderWay};
use crate::base::id::Realm;
use crate::base::{Clock, Entropy, Stopwatch};
use crate::config;
use crate::store::login_attempts::Admission;
use crate::store::{self, Db};

pub use administrator::AdministratorRefusal;
pub use user::{UserRefusal, UserRefused};

/// Where a guess comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The caller's address.
    pub ip: IpAddr,
}

/// Why nobody is logged in.
#[derive(Debug, thiserror::Error)]
pub enum LoginRefusal {
    /// Unknown, wrong, locked, disabled: one answer for all (SEC-085).
    #[error("username and password do not match")]
    NoMatch,
    /// Too many guesses: wait so many seconds (SEC-087, SEC-088).
    #[error("too many attempts; wait {0} s")]
    Throttled(u64),
    /// Too many hashes are being computed (SEC-166).
    #[error("too many logins at once")]
    Busy,
    /// The store can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Checks passwords, in a bounded pool, with guesses counted before any hash is computed.
#[derive(Debug)]
pub struct Passwords {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    pool: HashPool,
    guesses: Guesses,
    rules: PasswordRules,
    under_way: UnderWay,
}

/// How long a login waits for others at the same moment.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What was typed.
struct Entry<'a> {
    realm: Realm,
    /// The name, in the form that unknown ones are counted by.
    name: &'a str,
    password: &'a str,
    source: Source,
    /// How many wrong ones in a row are too many, but for one a day.
    most: u32,
}

/// Whom a name names.
struct Named<Who> {
    who: Who,
    /// Where guesses at them are counted.
    counted: Counted,
    /// The hash of their password; otherwise why nobody may log in, which only the log is told.
    hash: Result<Stored, &'static str>,
    /// Whether they show a second factor next: until then their guess goes on counting as a wrong one does.
    shows_more: bool,
}

/// Where guesses at somebody are counted.
enum Counted {
    /// With those of everybody who guesses at them.
    Together(String),
    /// With those in a browser that they are known in.
    On(Device),
}

/// A hash as it is stored, and as it is read.
struct Stored {
    text: String,
    hash: StoredHash,
}

/// Who has proven who they are.
struct Proven<Who> {
    who: Who,
    /// The hash that was stored.
    former: String,
    /// A hash of the same password under today's parameters, where the stored one is weaker (SEC-084).
    better: Option<StoredHash>,
    /// The guess, where it goes on counting until a second factor is shown.
    open: Option<Guess>,
}

/// Why nobody has.
enum Unproven {
    /// It doesn't match, for a reason that only the log is told.
    NoMatch(&'static str),
    /// It was a guess too many: wait so many seconds.
    Throttled(u64),
    Busy,
    Store(store::Error),
}

impl From<store::Error> for Unproven {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Unproven> for LoginRefusal {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::NoMatch(_) => Self::NoMatch,
            Unproven::Throttled(seconds) => Self::Throttled(seconds),
            Unproven::Busy => Self::Busy,
            Unproven::Store(error) => Self::Store(error),
        }
    }
}

impl Passwords {
    /// With the limits that the operator chose.
    pub fn new(db: Db, clock: Clock, entropy: Entropy, settings: &config::Login) -> Self {
        Self {
            db,
            clock,
            entropy,
            pool: HashPool::new(settings),
            guesses: Guesses::new(settings),
            rules: PasswordRules::new(settings),
            under_way: UnderWay::default(),
        }
    }

    /// The pool, for whoever sets passwords while the server serves.
    pub const fn pool(&self) -> &HashPool {
        &self.pool
    }

    /// Whether nobody could have that password: then it is refused before anything is done.
    fn is_unhashable(&self, password: &str) -> bool {
        password.len() > self.rules.max_bytes() || Password::new(password.as_bytes()).is_err()
    }

    /// Whether `named` is who was typed. Each case does the same: the guess is counted, and one hash computed (SEC-085).
    async fn prove<Who: Send + 'static>(
        &self,
        named: Option<Named<Who>>,
        entry: Entry<'_>,
    ) -> Result<Proven<Who>, Unproven> {
        let Entry {
            realm,
            name,
            password,
            source,
            most,
        } = entry;
        let of = realm.clone();
        let guess = match named.as_ref().map(|named| &named.counted) {
            Some(Counted::On(device)) => self.guesses.guess_on(realm, device, most),
            Some(Counted::Together(bucket)) => self.guesses.guess(realm, Some(bucket), name, source.ip, most),
            None => self.guesses.guess(realm, None, name, source.ip, most),
        };
        let _guessing = self.admitted(&guess).await?;
        self.check(&of, named, guess, password).await
    }

    /// Counts a guess. Where there were too many, those that are being checked may be right, and then don't count.
    async fn admitted(&self, guess: &Guess) -> Result<Guessing, Unproven> {
        let (at, waited) = (guess.at(), Stopwatch::start());
        loop {
            let now = self.clock.now();
            let others = self.under_way.others(&at);
            let guessing = self.under_way.begin(&at);
            let blocked = match guess.admit(&self.db, now).await? {
                Admission::Admitted => return Ok(guessing.admitted()),
                Admission::Blocked(blocked) => blocked,
            };
            drop(guessing);
            let ended = match others {
                Some(mut others) => {
                    let left = LONGEST_WAIT.saturating_sub(waited.elapsed());
                    matches!(tokio::time::timeout(left, others.changed()).await, Ok(Ok(())))
                }
                None => false,
            };
            if !ended {
                let wait = blocked.since(now).as_millis().div_ceil(1000).max(1);
                return Err(Unproven::Throttled(u64::try_from(wait).unwrap_or(u64::MAX)));
            }
            // Its source counted it, and will count it again.
            if guess.is_locked(&self.db, now).await? {
                guess.waits(&self.db).await?;
            }
        }
    }

    async fn check<Who: Send + 'static>(
        &self,
        of: &Realm,
        named: Option<Named<Who>>,
        guess: Guess,
        password: &str,
    ) -> Result<Proven<Who>, Unproven> {
        let shows_more = named.as_ref().is_some_and(|named| named.shows_more);
        let candidate = match named {
            Some(Named { who, hash, .. }) => hash.map(|hash| (who, hash)),
            None => Err("unknown"),
        };
        let (password, salt) = (Zeroizing::new(password.to_owned()), self.entropy.bytes());
        let checked = self
            .pool
            .run(of, move |hasher| verify(hasher, candidate, &password, salt))
            .await;
        let Ok(checked) = checked else {
            guess.was_not_made(&self.db).await?;
            return Err(Unproven::Busy);
        };
        let proven = checked.map_err(Unproven::NoMatch)?;
        if shows_more {
            return Ok(Proven {
                open: Some(guess),
                ..proven
            });
        }
        self.db
            .transaction(move |tx| Box::pin(async move { guess.was_right(tx).await }))
            .await?;
        Ok(proven)
    }
}

/// Checks a password against a candidate's hash, or does the same work for nobody (SEC-085).
fn verify<Who>(
    hasher: &Hasher,
    candidate: Result<(Who, Stored), &'static str>,
    password: &str,
    salt: [u8; 16],
) -> Result<Proven<Who>, &'static str> {
    let password = Password::new(password.as_bytes()).map_err(|_| "unhashable")?;
    let (who, Stored { text, hash }) = candidate.inspect_err(|_| {
        hasher.verify_nobody(password);
    })?;
    if !hasher.verify(&hash, password) {
        return Err("wrong_password");
    }
    let better = if hasher.needs_rehash(&hash) {
        hasher.hash(password, salt).ok()
    } else {
        None
    };
    Ok(Proven {
        who,
        former: text,
        better,
        open: None,
    })
}
