use std::net::IpAddr;

use ::passwords::{Hasher, Password, StoredHash};
use zeroize::Zeroizing;

use super::guesses::{Device, Guess, Guesses};
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

/// Who may log in, with the hash of their password as it is stored, and as it is read.
struct Candidate {
    sub: Subject,
    text: String,
    hash: StoredHash,
}

/// Who has proven who they are.
struct Proven {
    sub: Subject,
    /// The hash that was stored.
    former: String,
    /// A hash of the same password under today's parameters, where the stored one is weaker (SEC-084).
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
        self.authenticate_on(account, username, password, source, |_| None)
            .await
    }

    /// The same in a browser that may be known: `device` tells what a consumer knows it as.
    pub async fn authenticate_on(
        &self,
        account: &AccountId,
        username: &str,
        password: &str,
        source: Source,
        device: impl Fn(&Subject) -> Option<Device> + Send,
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
        let guess = match sub.as_ref().and_then(device) {
            Some(device) => self.guesses.guess_on(&device),
            None => self
                .guesses
                .guess(sub.as_ref(), identifier.as_ref(), typed, source.ip),
        };
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
        let candidate = candidate(account, login);
        let (password, salt) = (Zeroizing::new(password.to_owned()), self.entropy.bytes());
        let checked = self
            .pool
            .run(move |hasher| verify(hasher, candidate, &password, salt))
            .await;
        let Ok(checked) = checked else {
            guess.was_not_made(&self.db, account).await?;
            return Err(LoginRefusal::Busy);
        };
        let Proven { sub, former, better } = match checked {
            Ok(proven) => proven,
            Err(reason) => {
                failure(account, named.as_ref(), source, reason);
                return Err(LoginRefusal::NoMatch);
            }
        };
        guess.was_right(&self.db, account).await?;
        if let Some(better) = better {
            self.replace(account, &sub, &former, &better).await;
        }
        tracing::info!(target: "audit", event = "login.success", %account, %sub, ip = %source.ip, amr = "pwd", "logged in");
        Ok(sub)
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

/// Who may log in with a password that matches; otherwise why nobody may, which only the log is told.
fn candidate(account: &AccountId, login: Option<Login>) -> Result<Candidate, &'static str> {
    let Login { sub, status, hash } = login.ok_or("unknown")?;
    if status != ConsumerStatus::Active {
        return Err("disabled");
    }
    let text = hash.ok_or("no_password")?;
    match StoredHash::parse(&text) {
        Ok(hash) => Ok(Candidate { sub, text, hash }),
        Err(why) => {
            tracing::error!(target: "audit", event = "password.bad_hash", %account, %sub, %why, "stored hash refused");
            Err("bad_hash")
        }
    }
}

/// Checks a password against a candidate's hash, or does the same work for nobody (SEC-085).
fn verify(
    hasher: &Hasher,
    candidate: Result<Candidate, &'static str>,
    password: &str,
    salt: [u8; 16],
) -> Result<Proven, &'static str> {
    let password = Password::new(password.as_bytes()).map_err(|_| "unhashable")?;
    let Candidate { sub, text, hash } = candidate.inspect_err(|_| {
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
        sub,
        former: text,
        better,
    })
}

fn failure(account: &AccountId, sub: Option<&Subject>, source: Source, reason: &'static str) {
    let sub = sub.map(tracing::field::display);
    tracing::warn!(target: "audit", event = "login.failure", %account, sub, ip = %source.ip, reason, "not logged in");
}

fn throttled(account: &AccountId, sub: Option<&Subject>, source: Source) {
    let sub = sub.map(tracing::field::display);
    tracing::warn!(target: "audit", event = "login.throttled", %account, sub, ip = %source.ip, "login must wait");
}
