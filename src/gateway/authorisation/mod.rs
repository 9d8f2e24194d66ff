//! Who asks, for which account, and what they may do: decided here alone, before any handler runs (SEC-127).
//!
//! A route says what it needs ([`super::Needs`]); the guard around it takes whatever proves who asks ([`Presented`] has a
//! variant for each kind), and a handler behind it takes [`Authorised`]. Whoever is denied leaves a row on the record.

mod denied;
mod guard;
mod presented;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use oauth::Scope;

pub(super) use guard::guarded;
pub use presented::Presented;

use super::Error;
use super::oauth1::SignedCaller;
use crate::base::Timestamp;
use crate::directory::By;
use crate::directory::user::Changer;
use crate::model::app_key::{Permission, Privilege};
use crate::model::user::LoginSession;
use crate::model::{Access, Area, Privilege as Given, Privileges, User};

/// Who asks, in the account that the path names, and what they may do.
#[derive(Clone, Debug)]
pub struct Authorised {
    /// Who.
    pub who: Who,
    /// What they may do.
    pub privileges: Privileges,
    by: By,
    /// Whether people must have shown a second factor for what makes others believed (`login.admin_factor`).
    demands_factor: bool,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Who {
    /// A user, by the bearer of a session of the Login Service.
    User {
        /// The user.
        user: Arc<User>,
        /// The session.
        session: Arc<LoginSession>,
    },
    /// A program, by a request that it has signed with an API key.
    Program(SignedCaller),
    /// A client, by a token that it got for itself with these scopes.
    Client(Scope),
}

impl Authorised {
    /// As the record of changes names them.
    pub const fn by(&self) -> &By {
        &self.by
    }

    /// As whoever changes users now, from that revision on.
    pub fn changer(&self, revision: Option<i64>, now: Timestamp) -> Changer {
        let (user, limit, is_fresh) = match &self.who {
            Who::User { user, session } => {
                (Some(user.user_id), self.privileges.clone(), session.is_fresh(now))
            }
            // What signs each request shows who it is by it.
            Who::Program(_) | Who::Client(_) => (None, self.given_by_a_program(), true),
        };
        Changer {
            by: self.by.clone(),
            user,
            limit: Some(limit),
            is_fresh,
            may_promote: self.has_shown_enough(now),
            revision,
        }
    }

    /// Whether they may change whom others believe (SEC-130): people have logged in just now, with a second factor; what logs a
    /// bot in, and what signs each request, has none to show.
    fn has_shown_enough(&self, now: Timestamp) -> bool {
        match &self.who {
            Who::User { session, .. } => {
                let is_program = session.app_key.is_some();
                session.is_fresh(now) && (is_program || !self.demands_factor || session.shows_a_factor())
            }
            Who::Program(_) | Who::Client(_) => true,
        }
    }

    /// Whether all that is changed there needs more than they have shown: whom connectors name is believed.
    pub(super) fn must_show_more(&self, area: Area, access: Access, now: Timestamp) -> bool {
        let is_about_trust = match area {
            Area::Connectors | Area::AppKeys => true,
            Area::Users | Area::Profiles | Area::Skills | Area::AgentGroups => false,
        };
        is_about_trust && access == Access::Write && !self.has_shown_enough(now)
    }

    /// What a program may give: what its key stands for, lest a key that may write users makes itself an administrator
    /// (SEC-123, SEC-129); and what agents, their managers and campaigns' work with, which changes nothing at an API.
    fn given_by_a_program(&self) -> Privileges {
        let reached = Given::ALL
            .iter()
            .filter(|given| of(**given).is_some_and(|(area, access)| self.may(area, access)));
        reached.chain(Given::WORKING).copied().collect()
    }

    /// Whether they may do that.
    pub fn may(&self, area: Area, access: Access) -> bool {
        match &self.who {
            Who::User { .. } => self.privileges.allow(area, access),
            Who::Program(caller) => permission(area, access).is_some_and(|wanted| caller.may(wanted)),
            Who::Client(scope) => area == Area::Users && scopes(access).iter().any(|one| scope.contains(one)),
        }
    }
}

/// What a user's privilege lets them do at the APIs that keys reach, too.
const fn of(privilege: Given) -> Option<(Area, Access)> {
    Some(match privilege {
        Given::ManageUsers => (Area::Users, Access::Write),
        Given::ManageProfiles => (Area::Profiles, Access::Write),
        Given::ManageSkills => (Area::Skills, Access::Write),
        Given::ManageAgentGroups => (Area::AgentGroups, Access::Write),
        Given::ManageConnectors => (Area::Connectors, Access::Write),
        Given::ManageAppKeys => (Area::AppKeys, Access::Write),
        Given::ViewUsers => (Area::Users, Access::Read),
        Given::ViewProfiles => (Area::Profiles, Access::Read),
        Given::ViewSkills => (Area::Skills, Access::Read),
        Given::ViewAgentGroups => (Area::AgentGroups, Access::Read),
        Given::ViewConnectors => (Area::Connectors, Access::Read),
        Given::ViewAppKeys => (Area::AppKeys, Access::Read),
        Given::ReadAudit | Given::Converse | Given::LeadAgents | Given::RunCampaigns => return None,
    })
}

/// The scopes of which a client's token needs one for users (section 8.3 of the platform contract).
const fn scopes(access: Access) -> &'static [&'static str] {
    match access {
        Access::Read => &["users.external", "users.write", "users.read"],
        Access::Write => &["users.external", "users.write"],
    }
}

/// What an API key needs for an area; none of them is enough for API keys themselves, so that no key can widen one (SEC-123).
const fn permission(area: Area, access: Access) -> Option<Permission> {
    let privilege = match area {
        Area::Users => Privilege::Users,
        Area::Profiles => Privilege::Profiles,
        Area::Skills => Privilege::Skills,
        Area::AgentGroups => Privilege::AgentGroups,
        Area::Connectors => Privilege::Connectors,
        Area::AppKeys => return None,
    };
    Some(match access {
        Access::Read => Permission::read(privilege),
        Access::Write => Permission::all(privilege),
    })
}

impl<S: Sync> FromRequestParts<S> for Authorised {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(|| Error::internal("a handler that isn't behind the guard"))
    }
}
