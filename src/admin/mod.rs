//! The administrators' door: the console, and the admin API.
//!
//! A route is a row of [`ROUTES`], and there is no other way in: what isn't declared open is behind the guard, whether its
//! handler asks who is there or not (SEC-127). A page takes [`Administrator`] and, where it is about one account,
//! [`Chosen`]; so does a handler of the API. [`Visit::shell`] is the frame of the console around a page.

mod accounts;
mod api;
mod audit;
mod chosen;
mod connectors;
mod cookies;
mod csrf;
mod guard;
mod keys;
mod login;
mod logout;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

use crate::context::Services;

pub use chosen::Chosen;
pub use guard::Administrator;
pub use visit::Visit;

/// Who may come through a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody: it is where one shows who one is.
    Nobody,
    /// An administrator, who sees the accounts that are theirs.
    Administrator,
}

/// A route of this door.
#[derive(Clone, Copy)]
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// Who may come through.
    pub needs: Needs,
    handlers: fn() -> MethodRouter<Arc<Services>>,
}

const fn route(path: &'static str, needs: Needs, handlers: fn() -> MethodRouter<Arc<Services>>) -> Route {
    Route {
        path,
        needs,
        handlers,
    }
}

/// All routes of this door.
pub const ROUTES: &[Route] = &[
    route("/admin/login", Needs::Nobody, || {
        get(login::get).post(login::post)
    }),
    route("/admin/logout", Needs::Administrator, || post(logout::post)),
    route("/admin", Needs::Administrator, || get(accounts::home)),
    route("/admin/", Needs::Administrator, || get(accounts::get)),
    route("/admin/audit", Needs::Administrator, || get(audit::get)),
    route("/admin/keys", Needs::Administrator, || get(keys::get)),
    route("/admin/keys/generate", Needs::Administrator, || {
        post(keys::generate)
    }),
    route("/admin/keys/rotate", Needs::Administrator, || post(keys::rotate)),
    route("/admin/keys/retire", Needs::Administrator, || post(keys::retire)),
    route("/admin/keys/burn", Needs::Administrator, || {
        get(keys::burn_page).post(keys::burn)
    }),
    route("/admin/keys/cutover", Needs::Administrator, || {
        get(keys::cutover_page).post(keys::cutover)
    }),
    route("/admin/connectors", Needs::Administrator, || get(connectors::get)),
    route("/admin/connectors/show", Needs::Administrator, || {
        get(connectors::show)
    }),
    route("/admin/connectors/check", Needs::Administrator, || {
        post(connectors::check)
    }),
    route("/admin/connectors/edit", Needs::Administrator, || {
        get(connectors::form).post(connectors::save)
    }),
    route("/admin/connectors/delete", Needs::Administrator, || {
        post(connectors::delete)
    }),
    route("/admin/{*rest}", Needs::Administrator, || any(visit::not_found)),
    route("/admin/api/v1/login", Needs::Nobody, || post(api::login::post)),
    route("/admin/api/v1/logout", Needs::Administrator, || {
        post(api::login::out)
    }),
    route("/admin/api/v1/accounts", Needs::Administrator, || {
        get(api::accounts::get)
    }),
    route(
        "/admin/api/v1/accounts/{account_id}/connectors",
        Needs::Administrator,
        || get(api::connectors::list).post(api::connectors::create),
    ),
    route(
        "/admin/api/v1/accounts/{account_id}/connectors/{connector_id}",
        Needs::Administrator,
        || {
            get(api::connectors::get)
                .patch(api::connectors::update)
                .delete(api::connectors::delete)
        },
    ),
    route("/admin/api/v1/audit", Needs::Administrator, || {
        get(api::audit::get)
    }),
    route("/admin/api/v1/keys", Needs::Administrator, || {
        get(api::keys::list).post(api::keys::generate)
    }),
    route("/admin/api/v1/keys/rotate", Needs::Administrator, || {
        post(api::keys::rotate)
    }),
    route("/admin/api/v1/keys/cutover", Needs::Administrator, || {
        post(api::keys::cutover)
    }),
    route("/admin/api/v1/keys/{kid}/retire", Needs::Administrator, || {
        post(api::keys::retire)
    }),
    route("/admin/api/v1/keys/{kid}/signed", Needs::Administrator, || {
        get(api::keys::signed)
    }),
    route("/admin/api/v1/keys/{kid}/burn", Needs::Administrator, || {
        post(api::keys::burn)
    }),
    route("/admin/api/{*rest}", Needs::Administrator, || any(api::not_found)),
];

impl Route {
    /// Whether programs come through it, rather than people.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/admin/api/")
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.path, self.needs)
    }
}

/// The routes, relative to the server's public URL.
pub fn routes(services: &Arc<Services>) -> Router<Arc<Services>> {
    let (mut pages, mut api) = (Router::new(), Router::new());
    for route in ROUTES {
        let handlers = (route.handlers)();
        let guarded = match (route.needs, route.is_api()) {
            (Needs::Nobody, _) => handlers,
            (Needs::Administrator, true) => {
                handlers.layer(from_fn_with_state(Arc::clone(services), guard::bearer))
            }
            (Needs::Administrator, false) => {
                handlers.layer(from_fn_with_state(Arc::clone(services), guard::session))
            }
        };
        if route.is_api() {
            api = api.route(route.path, guarded);
        } else {
            pages = pages.route(route.path, guarded);
        }
    }
    pages
        .layer(from_fn_with_state(Arc::clone(services), visit::receive))
        .merge(api.layer(from_fn_with_state(Arc::clone(services), api::receive)))
}
