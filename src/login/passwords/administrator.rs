//! Administrators. Guesses at them are counted on the whole server, whosever administrators they are.

use ::passwords::StoredHash;

use super::{Counted, Device, Entry, LoginRefusal, Named, Passwords, Proven, Source, Stored, Unproven};
use crate::base::id::{AdministratorId, Realm};
use crate::login::guesses::{Guess, PEOPLES_MOST};
use crate::model::administrator::{Administrator, AdministratorStatus};
use crate::model::{AccountStatus, Identifier};
use crate::store;
use crate::store::administrators::Login;
use crate::store::login_attempts;

/// Why no administrator is signed in.
#[derive(Debug)]
pub struct AdministratorRefusal {
    /// What the caller may be told.
    pub refusal: LoginRefusal,
    /// Whom the name names, where the password was wrong or they may not sign in: the record of changes tells of it.
    pub named: Option<Box<Administrator>>,
}

impl From<store::Error> for AdministratorRefusal {
    fn from(error: store::Error) -> Self {
        Self {
            refusal: error.into(),
            named: None,
        }
    }
}

impl Passwords {
    /// The administrator of that name and password; `device` tells what they know the browser as. Where they have a second factor, with the guess that this was: it goes on
    /// counting as a wrong one does until the caller says that it [was right](Guess::was_right), so that nobody can tell a right
    /// password by being let guess on (SEC-094).
    pub async fn authenticate_administrator(
        &self,
        name: &str,
        password: &str,
        source: Source,
        device: impl Fn(&AdministratorId) -> Option<Device> + Send,
    ) -> Result<(Administrator, Option<Guess>), AdministratorRefusal> {
        if self.is_unhashable(password) {
            told("admin.login_failed", None, source, "unhashable");
            return Err(AdministratorRefusal {
                refusal: LoginRefusal::NoMatch,
                named: None,
            });
        }
        let typed = name.trim();
        let identifier = Identifier::parse(typed).ok();
        let login = match &identifier {
            Some(identifier) => store::administrators::find_login(&self.db, identifier).await?,
            None => None,
        };
        let known = login.as_ref().map(|login| login.administrator.clone());
        let entry = Entry {
            realm: Realm::Server,
            name: identifier.as_ref().map_or(typed, Identifier::as_str),
            password,
            source,
            most: PEOPLES_MOST,
        };
        match self.prove(login.map(|login| named(login, device)), entry).await {
            Ok(Proven {
                who,
                former,
                better,
                open,
            }) => {
                if let Some(better) = better {
                    self.replace_administrators(&who, &former, &better).await;
                }
                Ok((who, open))
            }
            Err(unproven) => {
                let named = match &unproven {
                    Unproven::NoMatch(reason) => {
                        told("admin.login_failed", known.as_ref(), source, reason);
                        known.map(Box::new)
                    }
                    Unproven::Throttled(_) => {
                        told("admin.login_throttled", known.as_ref(), source, "throttled");
                        None
                    }
                    Unproven::Busy | Unproven::Store(_) => None,
                };
                Err(AdministratorRefusal {
                    refusal: unproven.into(),
                    named,
                })
            }
        }
    }

    /// Replaces a weaker hash. The login doesn't hang on it: the next one tries again.
    async fn replace_administrators(&self, who: &Administrator, former: &str, better: &StoredHash) {
        let id = &who.administrator_id;
        if let Err(error) =
            store::administrators::replace_password(&self.db, id, former, &better.to_string()).await
        {
            tracing::warn!(administrator = %id, %error, "weaker hash not replaced");
        }
    }
}

fn named(login: Login, device: impl Fn(&AdministratorId) -> Option<Device>) -> Named<Administrator> {
    let Login {
        administrator,
        hash: text,
        account_status,
        has_factor,
    } = login;
    let hash = if administrator.status != AdministratorStatus::Active {
        Err("disabled")
    } else if account_status.is_some_and(|status| status != AccountStatus::Active) {
        Err("account_suspended")
    } else {
        match StoredHash::parse(&text) {
            Ok(hash) => Ok(Stored { text, hash }),
            Err(why) => {
                let id = &administrator.administrator_id;
                tracing::error!(target: "audit", event = "password.bad_hash", administrator = %id, %why, "stored hash refused");
                Err("bad_hash")
            }
        }
    };
    Named {
        counted: device(&administrator.administrator_id).map_or_else(
            || Counted::Together(login_attempts::of_administrator(&administrator.administrator_id)),
            Counted::On,
        ),
        who: administrator,
        hash,
        shows_more: has_factor,
    }
}

fn told(event: &'static str, known: Option<&Administrator>, source: Source, reason: &'static str) {
    let administrator = known.map(|known| tracing::field::display(&known.administrator_id));
    tracing::warn!(target: "audit", event, administrator, ip = %source.ip, reason, "no administrator signed in");
}
