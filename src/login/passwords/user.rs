//! Users of an account, who log in to the gateway.

use ::passwords::StoredHash;

use super::{Counted, Device, Entry, Named, Passwords, Proven, Source, Stored, Unproven};
use crate::base::id::AccountId;
use crate::login::guesses::PEOPLES_MOST;
use crate::model::{Identifier, User, UserId};
use crate::store;
use crate::store::login_attempts;
use crate::store::users::Login;

/// Why no user is logged in.
#[derive(Debug, thiserror::Error)]
pub enum UserRefusal {
    /// Unknown, wrong, without a password: one answer for all (SEC-085).
    #[error("username and password do not match")]
    NoMatch,
    /// Too many guesses at this user: wait so many seconds. Names that nobody has are locked alike.
    #[error("the user is locked for {0} s")]
    Locked(u64),
    /// Too many guesses from there: wait so many seconds.
    #[error("too many attempts; wait {0} s")]
    Throttled(u64),
    /// Too many hashes are being computed (SEC-166).
    #[error("too many logins at once")]
    Busy,
    /// The store can't be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A refusal, with whom it concerns.
#[derive(Debug)]
pub struct UserRefused {
    /// What the caller may be told.
    pub refusal: UserRefusal,
    /// Whom the name names, where the password was wrong: the record of changes tells of it.
    pub named: Option<Box<User>>,
}

impl<E: Into<UserRefusal>> From<E> for UserRefused {
    fn from(refusal: E) -> Self {
        Self {
            refusal: refusal.into(),
            named: None,
        }
    }
}

impl Passwords {
    /// The user of that login name and password, enabled or not: whether they may log in is said to them alone. `device` tells what a
    /// user knows the browser as.
    pub async fn authenticate_user(
        &self,
        account: &AccountId,
        name: &str,
        password: &str,
        source: Source,
        device: impl Fn(UserId) -> Option<Device> + Send,
    ) -> Result<User, UserRefused> {
        if self.is_unhashable(password) {
            told(account, None, source, "unhashable");
            return Err(UserRefusal::NoMatch.into());
        }
        let typed = name.trim();
        let identifier = Identifier::parse(typed).ok();
        let login = match &identifier {
            Some(identifier) => store::users::find_login(&self.db, account, identifier).await?,
            None => None,
        };
        let known = login.as_ref().map(|login| login.user.clone());
        let device = known.as_ref().and_then(|user| device(user.user_id));
        let is_device = device.is_some();
        let name = identifier.as_ref().map_or(typed, Identifier::as_str);
        let entry = Entry {
            realm: account.into(),
            name,
            password,
            source,
            most: PEOPLES_MOST,
        };
        match self.prove(login.map(|login| named(login, device)), entry).await {
            Ok(Proven {
                who, former, better, ..
            }) => {
                if let Some(better) = better {
                    self.replace_users(&who, &former, &better).await;
                }
                Ok(who)
            }
            Err(Unproven::NoMatch(reason)) => {
                told(account, known.as_ref(), source, reason);
                Err(UserRefused {
                    refusal: UserRefusal::NoMatch,
                    named: known.map(Box::new),
                })
            }
            Err(Unproven::Throttled(seconds)) => {
                told(account, known.as_ref(), source, "throttled");
                let bucket = known.as_ref().map(|user| login_attempts::of_user(user.user_id));
                let guess =
                    self.guesses
                        .guess(account.into(), bucket.as_deref(), name, source.ip, PEOPLES_MOST);
                let locked = is_device || guess.is_locked(&self.db, self.clock.now()).await?;
                Err(if locked {
                    UserRefusal::Locked(seconds)
                } else {
                    UserRefusal::Throttled(seconds)
                }
                .into())
            }
            Err(Unproven::Busy) => Err(UserRefusal::Busy.into()),
            Err(Unproven::Store(error)) => Err(error.into()),
        }
    }

    /// Replaces a weaker hash. The login doesn't hang on it: the next one tries again.
    async fn replace_users(&self, who: &User, former: &str, better: &StoredHash) {
        let (account, better) = (&who.account_id, better.to_string());
        let replaced = store::users::replace_password(&self.db, account, who.user_id, former, &better);
        if let Err(error) = replaced.await {
            tracing::warn!(account = %who.account_id, user = %who.user_id, %error, "weaker hash not replaced");
        }
    }
}

fn named(login: Login, device: Option<Device>) -> Named<User> {
    let Login { user, hash } = login;
    let hash = match hash {
        Some(text) if user.takes_a_password() => match StoredHash::parse(&text) {
            Ok(hash) => Ok(Stored { text, hash }),
            Err(why) => {
                tracing::error!(
                    target: "audit", event = "password.bad_hash", account = %user.account_id, user = %user.user_id, %why,
                    "stored hash refused"
                );
                Err("bad_hash")
            }
        },
        _ => Err("no_password"),
    };
    Named {
        counted: device.map_or_else(
            || Counted::Together(login_attempts::of_user(user.user_id)),
            Counted::On,
        ),
        who: user,
        hash,
        shows_more: false,
    }
}

fn told(account: &AccountId, known: Option<&User>, source: Source, reason: &'static str) {
    let user = known.map(|known| tracing::field::display(known.user_id));
    tracing::warn!(
        target: "audit", event = "user.login_failed", %account, user, ip = %source.ip, reason, "no user logged in"
    );
}
