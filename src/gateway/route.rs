//! What may come through which route. A route is a row of a service's table, and there is no other way in (SEC-127).

use std::fmt;
use std::sync::Arc;

use axum::routing::{MethodRouter, get, post};

use super::{connectors, delegation, domain, entities, idp, login, messaging, sentinel, users};
use crate::context::Services;
use crate::model::Area;
use crate::model::account_entity::EntityKind;

/// Who may come through a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody: it is public, or where one shows who one is.
    Nobody,
    /// A session of the Login Service, by its cookie and the CSRF token that goes with it: its handler asks for both.
    Session,
    /// A program, by the token that it got for itself: its handler asks for it, and refuses as the API for connectors does.
    Program,
    /// Whoever may read that area, for GET and HEAD, or change it, for all else.
    Area(Area),
}

/// A route of the gateway.
#[derive(Clone, Copy)]
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// Who may come through.
    pub needs: Needs,
    pub(super) handlers: fn() -> MethodRouter<Arc<Services>>,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?})", self.path, self.needs)
    }
}

const fn route(path: &'static str, needs: Needs, handlers: fn() -> MethodRouter<Arc<Services>>) -> Route {
    Route {
        path,
        needs,
        handlers,
    }
}

/// All routes that are declared so, service by service.
pub const ROUTES: &[Route] = &[
    // The Domain API (section 6).
    route(
        "/api/account/{account_id}/service/baseURI.json",
        Needs::Nobody,
        || get(domain::all),
    ),
    route(
        "/api/account/{account_id}/service/{service}/baseURI.json",
        Needs::Nobody,
        || get(domain::one),
    ),
    // The identity service for consumers (sections 4 and 5): a brand's code or token, or none, is what is shown.
    route(
        "/api/account/{account_id}/authenticate",
        Needs::Nobody,
        idp::by_auth_code,
    ),
    route(
        "/api/account/{account_id}/app/default/authenticate",
        Needs::Nobody,
        idp::by_default,
    ),
    route(
        "/api/account/{account_id}/app/{connector_id}/authenticate",
        Needs::Nobody,
        idp::by_connector,
    ),
    route(
        "/api/account/{account_id}/anonymous/authorize",
        Needs::Nobody,
        idp::anonymous,
    ),
    route("/api/account/{account_id}/signup", Needs::Nobody, idp::sign_up),
    route("/idp/well-known/jwks", Needs::Nobody, idp::keys),
    // The consumer's socket (sections 1.11 and 5.4), which the platform's token lets in after it is open.
    route(
        "/ws_api/account/{account_id}/messaging/consumer",
        Needs::Nobody,
        messaging::consumer,
    ),
    // Programs' tokens (section 5.6).
    route(
        "/sentinel/api/account/{account_id}/app/token",
        Needs::Nobody,
        sentinel::first,
    ),
    route(
        "/sentinel/api/v2/account/{account_id}/app/token",
        Needs::Nobody,
        sentinel::second,
    ),
    route("/sentinel/well-known/jwks", Needs::Nobody, sentinel::keys),
    route(
        "/api/account/{account_id}/consumer",
        Needs::Program,
        sentinel::consumer,
    ),
    // Consumer delegation (section 1.15): the browser goes by us and comes back with a state that serves once.
    route(
        "/api/account/{account_id}/app/{connector_id}/delegation",
        Needs::Program,
        delegation::begin,
    ),
    route(
        "/api/account/{account_id}/app/{connector_id}/delegation/{delegation_id}/tokens",
        Needs::Program,
        delegation::fetch,
    ),
    route("/callback/{account_id}/begin", Needs::Nobody, delegation::go),
    route(
        "/callback/{account_id}/redirectCode",
        Needs::Nobody,
        delegation::come_back,
    ),
    // The Login Service (section 7).
    route("/api/account/{account_id}/login", Needs::Nobody, || {
        post(login::log_in)
    }),
    // Single sign-on (section 7.5): a browser leaves, and comes back with a state that serves once.
    route(
        "/api/account/{account_id}/login/sso/{connection}",
        Needs::Nobody,
        || get(login::begin),
    ),
    route(
        "/api/account/{account_id}/login/callback",
        Needs::Nobody,
        login::come_back,
    ),
    route("/api/account/{account_id}/refresh", Needs::Session, || {
        post(login::refresh)
    }),
    route("/api/account/{account_id}/logout", Needs::Session, || {
        post(login::log_out)
    }),
    // Connectors (section 3.2).
    route(
        "/api/account/{account_id}/configuration/le-connectors/connectors",
        Needs::Area(Area::Connectors),
        || get(connectors::list).post(connectors::create),
    ),
    route(
        "/api/account/{account_id}/configuration/le-connectors/connectors/{connector_id}",
        Needs::Area(Area::Connectors),
        || {
            get(connectors::get)
                .put(connectors::replace)
                .delete(connectors::delete)
        },
    ),
    // The Users API (section 9).
    route(
        "/api/account/{account_id}/configuration/le-users/users",
        Needs::Area(Area::Users),
        || {
            get(users::all)
                .post(users::write_many)
                .put(users::write_many)
                .delete(users::write_many)
        },
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/users/{user_id}",
        Needs::Area(Area::Users),
        || {
            get(users::one)
                .post(users::write_one)
                .put(users::write_one)
                .delete(users::write_one)
        },
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/users/{user_id}/resetPassword",
        Needs::Area(Area::Users),
        || post(users::reset_password).put(users::reset_password),
    ),
    // Skills, agent groups and profiles (section 9.5).
    route(
        "/api/account/{account_id}/configuration/le-users/skills",
        Needs::Area(Area::Skills),
        || entities::all(EntityKind::Skill),
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/skills/{entity_id}",
        Needs::Area(Area::Skills),
        || entities::one(EntityKind::Skill),
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/agentGroups",
        Needs::Area(Area::AgentGroups),
        || entities::all(EntityKind::AgentGroup),
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/agentGroups/{entity_id}",
        Needs::Area(Area::AgentGroups),
        || entities::one(EntityKind::AgentGroup),
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/profiles",
        Needs::Area(Area::Profiles),
        || entities::all(EntityKind::Profile),
    ),
    route(
        "/api/account/{account_id}/configuration/le-users/profiles/{entity_id}",
        Needs::Area(Area::Profiles),
        || entities::one(EntityKind::Profile),
    ),
];
