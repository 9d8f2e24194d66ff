use std::time::Duration;

use crate::base::Timestamp;
use crate::base::id::{AccountId, AdministratorId, Realm};
use crate::model::UserId;
use crate::store::login_attempts::{self, Admission, Bucket, Forget, Policy};
use crate::store::{Db, Result, Tx};

/// Five, and from then on one for each delay, which doubles from five minutes to an hour: whoever guesses codes knows the
/// password (SEC-096).
const POLICY: Policy = Policy {
    attempts: 5,
    delay: Duration::from_mins(5),
    delay_max: Duration::from_hours(1),
    most: 100,
    forget: Forget::AfterLast(Duration::from_hours(24)),
};

/// A guess at somebody's second factor, by a code of it or by a recovery code: both count together.
#[derive(Debug)]
pub struct FactorGuess {
    realm: Realm,
    /// The bucket that it counts in.
    bucket: String,
    /// The one of guesses at their password.
    password: String,
}

impl FactorGuess {
    /// A guess at that user's.
    pub fn new(account: &AccountId, user: UserId) -> Self {
        Self {
            realm: account.into(),
            bucket: format!("factor:{user}"),
            password: login_attempts::of_user(user),
        }
    }

    /// A guess at that administrator's.
    pub fn of_administrator(id: &AdministratorId) -> Self {
        let password = login_attempts::of_administrator(id);
        Self {
            realm: Realm::Server,
            bucket: format!("factor:{password}"),
            password,
        }
    }

    /// Counts it, before anything is compared; else in how many seconds to try again. Whoever is locked for guesses at their
    /// password is so here, too (SEC-089).
    pub async fn admit(&self, db: &Db, now: Timestamp) -> Result<std::result::Result<(), u64>> {
        let locked = login_attempts::find(db, &self.realm, &self.password, now).await?;
        let locked = locked.filter(|attempts| attempts.blocked_until > now);
        match locked {
            Some(attempts) => Ok(Err(wait(attempts.blocked_until, now))),
            None => self.admit_proven(db, now).await,
        }
    }

    /// The same where the password was admitted and found right in this same request, and its guess may count yet; or in a browser
    /// that is known, where guesses of others don't count.
    pub async fn admit_proven(&self, db: &Db, now: Timestamp) -> Result<std::result::Result<(), u64>> {
        let admission = login_attempts::admit(db, &self.realm, vec![self.bucket()], now).await?;
        Ok(match admission {
            Admission::Admitted => Ok(()),
            Admission::Blocked(until) => Err(wait(until, now)),
        })
    }

    /// Forgets them all: whoever guessed was right.
    pub async fn forget(&self, tx: &mut Tx<'_>) -> Result<u64> {
        login_attempts::delete(tx, &self.realm, &self.bucket).await
    }

    fn bucket(&self) -> Bucket {
        Bucket {
            name: self.bucket.clone(),
            policy: POLICY,
        }
    }
}

fn wait(until: Timestamp, now: Timestamp) -> u64 {
    until.since(now).as_secs().saturating_add(1)
}
