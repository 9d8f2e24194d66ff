use std::net::IpAddr;

use ::passwords::{Hasher, Password, StoredHash};
use zeroize::Zeroizing;

use super::guesses::{Guess, Guesses};
use super::hash_pool::HashPool;
use super::password_rules::PasswordRules;
use crate::base::id::{AccountId, Subject};
use crate::base::{Clock, Entropy};
use crate::config;
use crate::model::{ConsumerStatus, Identifier};
use crate::store::consumers::Login;
use crate::store::login_attempts::Admission;
use crate::store::{self, Db};

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
}

/// What the check of a password found.
struct Checked {
    matches: bool,
    /// The same password under today's parameters, where the stored hash is weaker (SEC-084).
    better: Option<StoredHash>,
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
        }
    }

    /// The pool, for whoever sets passwords while the server serves.
    pub const fn pool(&self) -> &HashPool {
        &self.pool
    }

    /// Who logs in with that username (or e-mail address) and password.
    ///
    /// What nobody could have as a password is refused before anything is done. Otherwise each case does the same: one
    /// read, the guess counted, one hash (SEC-085).
    pub async fn authenticate(
        &self,
        account: &AccountId,
        username: &str,
        password: &str,
        source: Source,
    ) -> Result<Subject, LoginRefusal> {
        if password.len() > self.rules.max_bytes() || Password::new(password.as_bytes()).is_err() {
            failure(account, None, source, "unhashable");
            return Err(LoginRefusal::NoMatch);
        }
        // A blank after the name is a telephone's doing, not the consumer's.
        let typed = username.trim();
        let identifier = Identifier::parse(typed).ok();
        let login = match &identifier {
            Some(identifier) => store::consumers::find_login(&self.db, account, identifier).await?,
            None => None,
        };
        let sub = login.as_ref().map(|login| login.sub.clone());
        let guess = self
            .guesses
            .guess(sub.as_ref(), identifier.as_ref(), typed, source.ip);
        let now = self.clock.now();
        if let Admission::Blocked(until) = guess.admit(&self.db, account, now).await? {
            let wait = until.since(now).as_millis().div_ceil(1000).max(1);
            throttled(account, sub.as_ref(), source);
            return Err(LoginRefusal::Throttled(u64::try_from(wait).unwrap_or(u64::MAX)));
        }
        self.check(account, login, guess, password, source).await
    }

    async fn check(
        &self,
        account: &AccountId,
        login: Option<Login>,
        guess: Guess,
        password: &str,
        source: Source,
    ) -> Result<Subject, LoginRefusal> {
        let named = login.as_ref().map(|login| login.sub.clone());
        let (known, reason) = known(account, login);
        let former = known.as_ref().map(|(_, text, _)| text.clone());
        let (sub, stored) = known.map(|(sub, _, stored)| (sub, stored)).unzip();
        let password = Zeroizing::new(password.to_owned());
        let salt = self.entropy.bytes();
        let checked = self
            .pool
            .run(move |hasher| verify(hasher, stored.as_ref(), &password, salt))
            .await;
        let Ok(checked) = checked else {
            guess.was_not_made(&self.db, account).await?;
            return Err(LoginRefusal::Busy);
        };
        let (Some(sub), true) = (&sub, checked.matches) else {
            failure(account, named.as_ref(), source, reason);
            return Err(LoginRefusal::NoMatch);
        };
        guess.was_right(&self.db, account).await?;
        if let (Some(better), Some(former)) = (checked.better, former) {
            self.replace(account, sub, &former, &better).await;
        }
        tracing::info!(target: "audit", event = "login.success", %account, %sub, ip = %source.ip, amr = "pwd", "logged in");
        Ok(sub.clone())
    }

    /// Replaces a weaker hash. The login doesn't hang on it: the next one tries again.
    async fn replace(&self, account: &AccountId, sub: &Subject, former: &str, better: &StoredHash) {
        let (better, now) = (better.to_string(), self.clock.now());
        match store::consumers::replace_password(&self.db, account, sub, former, &better, now).await {
            Ok(true) => {
                tracing::info!(target: "audit", event = "password.rehashed", %account, %sub, "weaker hash replaced");
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%account, %sub, %error, "weaker hash not replaced"),
        }
    }
}

/// The subject, the hash as it is stored, and the hash: of whoever may log in with a password. Otherwise why not, which
/// only the log is told.
fn known(account: &AccountId, login: Option<Login>) -> (Option<(Subject, String, StoredHash)>, &'static str) {
    let Some(login) = login else {
        return (None, "unknown");
    };
    match (login.status, login.hash) {
        (ConsumerStatus::Disabled | ConsumerStatus::Deleted, _) => (None, "disabled"),
        (ConsumerStatus::Active, None) => (None, "no_password"),
        (ConsumerStatus::Active, Some(text)) => match StoredHash::parse(&text) {
            Ok(hash) => (Some((login.sub, text, hash)), "wrong_password"),
            Err(why) => {
                let sub = &login.sub;
                tracing::error!(target: "audit", event = "password.bad_hash", %account, %sub, %why, "stored hash refused");
                (None, "bad_hash")
            }
        },
    }
}

/// Checks a password against a hash, or does the same work for nobody.
fn verify(hasher: &Hasher, stored: Option<&StoredHash>, password: &str, salt: [u8; 16]) -> Checked {
    let Ok(password) = Password::new(password.as_bytes()) else {
        return Checked {
            matches: false,
            better: None,
        };
    };
    let matches = match stored {
        Some(stored) => hasher.verify(stored, password),
        None => hasher.verify_nobody(password),
    };
    let weaker = matches && stored.is_some_and(|stored| hasher.needs_rehash(stored));
    Checked {
        matches,
        better: weaker.then(|| hasher.hash(password, salt).ok()).flatten(),
    }
}

fn failure(account: &AccountId, sub: Option<&Subject>, source: Source, reason: &'static str) {
    let sub = sub.map(tracing::field::display);
    tracing::warn!(target: "audit", event = "login.failure", %account, sub, ip = %source.ip, reason, "not logged in");
}

fn throttled(account: &AccountId, sub: Option<&Subject>, source: Source) {
    let sub = sub.map(tracing::field::display);
    tracing::warn!(target: "audit", event = "login.throttled", %account, sub, ip = %source.ip, "login must wait");
}
