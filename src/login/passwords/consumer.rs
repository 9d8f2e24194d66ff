//! Consumers.

use ::passwords::StoredHash;

use super::{Counted, Device, Entry, LoginRefusal, Named, Passwords, Proven, Source, Stored, Unproven};
use crate::base::id::{AccountId, Subject};
use crate::login::guesses::CONSUMERS_MOST;
use crate::model::{ConsumerStatus, Identifier};
use crate::store;
use crate::store::consumers::Login;
use crate::store::login_attempts;

impl Passwords {
    /// Who logs in with that username (or e-mail address) and password.
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
        if self.is_unhashable(password) {
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
        let entry = Entry {
            realm: account.into(),
            name: identifier.as_ref().map_or(typed, Identifier::as_str),
            password,
            source,
            most: CONSUMERS_MOST,
        };
        let proven = self
            .prove(login.map(|login| named(account, login, device)), entry)
            .await;
        let Proven {
            who: sub,
            former,
            better,
            ..
        } = proven.inspect_err(|unproven| match unproven {
            Unproven::NoMatch(reason) => failure(account, sub.as_ref(), source, reason),
            Unproven::Throttled(_) => throttled(account, sub.as_ref(), source),
            Unproven::Busy | Unproven::Store(_) => {}
        })?;
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

fn named(account: &AccountId, login: Login, device: impl Fn(&Subject) -> Option<Device>) -> Named<Subject> {
    Named {
        counted: device(&login.sub).map_or_else(
            || Counted::Together(login_attempts::of_subject(&login.sub)),
            Counted::On,
        ),
        who: login.sub.clone(),
        hash: hash(account, login),
        shows_more: false,
    }
}

/// The hash of whoever may log in with a password.
fn hash(account: &AccountId, login: Login) -> Result<Stored, &'static str> {
    let Login { sub, status, hash } = login;
    if status != ConsumerStatus::Active {
        return Err("disabled");
    }
    let text = hash.ok_or("no_password")?;
    match StoredHash::parse(&text) {
        Ok(hash) => Ok(Stored { text, hash }),
        Err(why) => {
            tracing::error!(target: "audit", event = "password.bad_hash", %account, %sub, %why, "stored hash refused");
            Err("bad_hash")
        }
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
