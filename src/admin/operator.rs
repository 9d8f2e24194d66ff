//! Whoever works at the console: an administrator, or a user of an account.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use pages::console::Section;

use super::{Needs, cookies};
use crate::base::id::AccountId;
use crate::base::{Digest, Timestamp};
use crate::context::{Services, Tenant};
use crate::directory::user::{self, Changer};
use crate::directory::{By, Error, administrator};
use crate::http::stale_id::{self, Shown};
use crate::http::{Caller, PageError, Problem};
use crate::model;
use crate::model::administrator::{AdminSession, Credential};
use crate::model::user::{FRESH, LoginSession};
use crate::model::{Access, AccountStatus, Area, Privileges, User};
use crate::store;
use crate::store::login_sessions::Found;

/// Whoever is signed in.
#[derive(Clone, Debug)]
pub struct Operator {
    who: Who,
    /// What their session is known by.
    session: [u8; 32],
    /// When they signed in.
    auth_time: Timestamp,
    /// Whether they have shown more than a password.
    second_factor: bool,
    caller: Caller,
}

/// How somebody's sign-in stands to what needs a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They may.
    Good,
    /// They signed in too long ago.
    Stale,
    /// They have shown a password alone.
    NoFactor,
}

#[derive(Clone, Debug)]
enum Who {
    /// An administrator of the server or of an account, whom a command made.
    Administrator(Arc<model::Administrator>),
    /// A user of an account, who has shown a second factor.
    User {
        user: Arc<User>,
        privileges: Arc<Privileges>,
        session: Arc<LoginSession>,
    },
}

impl Operator {
    pub(super) fn administrator(
        session: &AdminSession,
        who: Arc<model::Administrator>,
        caller: Caller,
    ) -> Self {
        Self {
            who: Who::Administrator(who),
            session: *session.credential.as_bytes(),
            auth_time: session.auth_time,
            second_factor: session.second_factor,
            caller,
        }
    }

    pub(super) fn user(found: Found, privileges: Privileges, caller: Caller) -> Self {
        let Found { session, user } = found;
        Self {
            session: *session.digest.as_bytes(),
            auth_time: session.created_at,
            second_factor: session.second_factor,
            who: Who::User {
                user: Arc::new(user),
                privileges: Arc::new(privileges),
                session: Arc::new(session),
            },
            caller,
        }
    }

    /// What they are called.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Administrator(who) => &who.name,
            Who::User { user, .. } => &user.login_name,
        }
    }

    /// Their one account; none for administrators of the whole server.
    pub fn own_account(&self) -> Option<&AccountId> {
        match &self.who {
            Who::Administrator(who) => who.account_id.as_ref(),
            Who::User { user, .. } => Some(&user.account_id),
        }
    }

    /// Whether they are a user of their account, rather than an administrator.
    pub const fn is_user(&self) -> bool {
        matches!(self.who, Who::User { .. })
    }

    /// Whether it is they.
    pub fn is(&self, other: &User) -> bool {
        matches!(&self.who, Who::User { user, .. } if user.user_id == other.user_id && user.account_id == other.account_id)
    }

    /// What binds forms to their session.
    pub(super) const fn session_bytes(&self) -> &[u8] {
        self.session.as_slice()
    }

    /// Whether they may change what needs a sign-in of the last minutes, by a second factor where administrators must have one
    /// (SEC-130).
    pub fn standing(&self, services: &Services) -> Standing {
        if !self.second_factor && services.settings.login.admin_factor {
            return Standing::NoFactor;
        }
        self.freshness(services)
    }

    /// The same whatever they have shown: for setting up a second factor.
    pub(super) fn freshness(&self, services: &Services) -> Standing {
        if services.clock.now().since(self.auth_time) <= FRESH {
            Standing::Good
        } else {
            Standing::Stale
        }
    }

    /// As the record of changes names them.
    pub fn by(&self) -> By {
        let (id, ip) = (&self.caller.request_id, self.caller.ip);
        match &self.who {
            Who::Administrator(who) => By::administrator(who, id, ip),
            Who::User { user, .. } => By::user(user, id, ip),
        }
    }

    /// As whoever changes users: a user gives and takes what they have themselves (SEC-129).
    pub fn changer(&self) -> Changer {
        let unlimited = Changer::unlimited(self.by());
        match &self.who {
            Who::Administrator(_) => unlimited,
            Who::User { user, privileges, .. } => Changer {
                user: Some(user.user_id),
                limit: Some(Privileges::clone(privileges)),
                ..unlimited
            },
        }
    }

    /// Whether they may come through.
    pub(super) fn may(&self, needs: Needs) -> bool {
        match (needs, &self.who) {
            (Needs::Nobody | Needs::SignedIn, _) | (_, Who::Administrator(_)) => true,
            (Needs::Administrator, Who::User { .. }) => false,
            (Needs::Area(area), Who::User { privileges, .. }) => privileges.allow(area, Access::Write),
        }
    }

    /// The sections of an account that they may see.
    pub fn sections(&self) -> Vec<Section> {
        let needs = |section| match section {
            Section::Users => Needs::Area(Area::Users),
            Section::AppKeys => Needs::Area(Area::AppKeys),
            Section::Connectors => Needs::Area(Area::Connectors),
            _ => Needs::Administrator,
        };
        let all = Section::OF_ACCOUNT.iter().copied();
        all.filter(|section| self.may(needs(*section))).collect()
    }

    pub(super) fn denied(&self, needs: Needs) {
        tracing::warn!(
            target: "audit", event = "authz.denied", request_id = %self.caller.request_id, ip = %self.caller.ip,
            actor = self.by().actor, ?needs, "a page that is not theirs"
        );
    }

    /// An account of theirs; another's is not there (SEC-128, SEC-137).
    pub async fn account(
        &self,
        services: &Services,
        account: &AccountId,
    ) -> Result<Option<Arc<Tenant>>, store::Error> {
        if self.own_account().is_some_and(|own| own != account) {
            tracing::warn!(
                target: "audit", event = "authz.cross_account", request_id = %self.caller.request_id,
                actor = self.by().actor, %account, ip = %self.caller.ip, "an account that is not theirs"
            );
            return Ok(None);
        }
        let found = services.accounts.find(account).await;
        found.map_err(|error| store::Error::Unavailable(error.to_string()))
    }

    /// Ends their session.
    pub(super) async fn sign_out(&self, services: &Services) -> Result<(), Error> {
        let by = self.by();
        match &self.who {
            Who::Administrator(who) => {
                let credential =
                    Credential::Console(Digest::from_stored(&self.session).ok_or(Error::Changed)?);
                administrator::sign_out(services, &by, who, credential).await
            }
            Who::User { session, .. } => user::log_out(services, &by, session).await,
        }
    }
}

/// Whose session a browser has.
pub(super) enum There {
    /// An administrator's.
    Administrator(AdminSession, model::Administrator),
    /// A user's, with what they may do.
    User(Box<(Found, Privileges)>),
}

impl There {
    /// The living session of a browser.
    pub(super) async fn find(
        services: &Services,
        headers: &HeaderMap,
        caller: &Caller,
    ) -> Result<Option<Self>, PageError> {
        let Some(cookie) = cookies::session(&services.settings).read(headers) else {
            return Ok(None);
        };
        let shown = |account| Shown {
            request_id: &caller.request_id,
            ip: caller.ip,
            account,
        };
        let Some((account, cookie)) = cookies::of_user(cookie) else {
            let credential = Credential::Console(Digest::of(cookie));
            let found = services.admin_sessions.find(credential).await?;
            return Ok(match found {
                Ok((session, who)) => Some(Self::Administrator(session, who)),
                Err(none) => {
                    stale_id::tell(services, none, shown(None));
                    None
                }
            });
        };
        let tenant = services.accounts.find(&account).await;
        let tenant = tenant.map_err(|error| PageError::busy(error.to_string()))?;
        if tenant.is_none_or(|tenant| tenant.account.status != AccountStatus::Active) {
            return Ok(None);
        }
        let found = match services.user_sessions.find_at_console(&account, cookie).await? {
            Ok(found) => found,
            Err(none) => {
                stale_id::tell(services, none, shown(Some(&account)));
                return Ok(None);
            }
        };
        let (privileges, _) = user::privileges(services, &found.user)
            .await
            .map_err(super::fault)?;
        Ok(Some(Self::User(Box::new((found, privileges)))))
    }

    pub(super) fn operator(self, caller: Caller) -> Operator {
        match self {
            Self::Administrator(session, who) => Operator::administrator(&session, Arc::new(who), caller),
            Self::User(user) => Operator::user(user.0, user.1, caller),
        }
    }
}

impl AsRef<Self> for Operator {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let missing = || Problem::internal("a handler before the guard");
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}
