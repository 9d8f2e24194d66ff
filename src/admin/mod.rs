//! The administrators' door: the console, and the admin API.
//!
//! A route is a row of [`PAGES`], or of what the API does, and there is no other way in: what isn't declared open is behind
//! the guard, whether its handler asks who is there or not (SEC-127). A page takes [`Administrator`], or [`Operator`] where
//! users of an account come, too, and [`Chosen`] where it is about one account; so does a handler of the API.
//! [`Visit::shell`] is the frame of the console around a page.

mod accounts;
mod api;
mod app_keys;
mod audit;
mod chosen;
mod connectors;
mod cookies;
mod csrf;
mod deed;
mod guard;
mod keys;
mod login;
mod logout;
mod operator;
mod revision;
mod second_factor;
mod sso;
mod users;
mod visit;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use pages::ErrorKind;
use pages::console::Notice;
use serde_json::{Map, Value};

use crate::context::Services;
use crate::directory::Error;
use crate::http::PageError;
use crate::http::openapi::Verb;
use crate::model::Area;

pub use chosen::Chosen;
pub use guard::Administrator;
pub use operator::Operator;
pub use visit::Visit;

/// Who may come through a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody: it is where one shows who one is.
    Nobody,
    /// Anybody who is signed in.
    SignedIn,
    /// An administrator, who sees the accounts that are theirs.
    Administrator,
    /// An administrator, or a user of the account who may change what that is about.
    Area(Area),
}

/// A route of this door.
#[derive(Clone, Copy)]
pub struct Route {
    /// Its path.
    pub path: &'static str,
    /// Who may come through.
    pub needs: Needs,
}

/// A page of the console.
struct Page {
    path: &'static str,
    needs: Needs,
    handlers: fn() -> MethodRouter<Arc<Services>>,
}

const fn route(path: &'static str, needs: Needs, handlers: fn() -> MethodRouter<Arc<Services>>) -> Page {
    Page {
        path,
        needs,
        handlers,
    }
}

/// The routes of the console. Those of the API are made of what it does.
const PAGES: &[Page] = &[
    route("/admin/login", Needs::Nobody, || {
        get(login::get).post(login::post)
    }),
    route("/admin/login/user", Needs::Nobody, || {
        get(login::user::get).post(login::user::post)
    }),
    route("/admin/login/factor", Needs::Nobody, || {
        get(login::factor::get).post(login::factor::post)
    }),
    route("/admin/logout", Needs::SignedIn, || post(logout::post)),
    route("/admin", Needs::SignedIn, || get(accounts::home)),
    route("/admin/", Needs::SignedIn, || get(accounts::get)),
    route("/admin/users", Needs::Area(Area::Users), || get(users::get)),
    route("/admin/users/edit", Needs::Area(Area::Users), || {
        get(users::form).post(users::save)
    }),
    route("/admin/users/deed", Needs::Area(Area::Users), || {
        post(users::deed)
    }),
    route("/admin/app-keys", Needs::Area(Area::AppKeys), || {
        get(app_keys::get)
    }),
    route("/admin/app-keys/edit", Needs::Area(Area::AppKeys), || {
        get(app_keys::form).post(app_keys::save)
    }),
    route("/admin/app-keys/deed", Needs::Area(Area::AppKeys), || {
        post(app_keys::deed)
    }),
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
    route("/admin/connectors", Needs::Area(Area::Connectors), || {
        get(connectors::get)
    }),
    route("/admin/connectors/show", Needs::Area(Area::Connectors), || {
        get(connectors::show)
    }),
    route("/admin/connectors/check", Needs::Area(Area::Connectors), || {
        post(connectors::check)
    }),
    route("/admin/connectors/edit", Needs::Area(Area::Connectors), || {
        get(connectors::form).post(connectors::save)
    }),
    route("/admin/connectors/secret", Needs::Area(Area::Connectors), || {
        post(connectors::renew)
    }),
    route("/admin/connectors/delete", Needs::Area(Area::Connectors), || {
        post(connectors::delete)
    }),
    route("/admin/sso", Needs::Administrator, || get(sso::get)),
    route("/admin/sso/edit", Needs::Administrator, || {
        get(sso::form).post(sso::save)
    }),
    route("/admin/sso/delete", Needs::Administrator, || post(sso::delete)),
    route("/admin/second-factor", Needs::Administrator, || {
        get(second_factor::get).post(second_factor::post)
    }),
    route("/admin/{*rest}", Needs::SignedIn, || any(visit::not_found)),
];

impl Route {
    /// Whether programs come through it, rather than people.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/admin/api/")
    }
}

/// All routes of this door.
pub fn all() -> Vec<Route> {
    let mut all: Vec<Route> = PAGES
        .iter()
        .map(|page| Route {
            path: page.path,
            needs: page.needs,
        })
        .collect();
    let rest = (api::REST, Needs::Administrator);
    let operations = api::operations().map(|operation| (operation.told.path, operation.needs));
    for (path, needs) in operations.chain([rest]) {
        if all.iter().all(|known| known.path != path) {
            all.push(Route { path, needs });
        }
    }
    all
}

/// A thing that the API does, and what it asks of whoever has it done.
#[derive(Clone, Copy, Debug)]
pub struct Deed {
    /// Its name in the document.
    pub id: &'static str,
    /// Its method.
    pub verb: Verb,
    /// Its path.
    pub path: &'static str,
    /// Who may.
    pub needs: Needs,
    /// Whether only administrators of the whole server may.
    pub whole_server: bool,
    /// Whether they must have signed in lately (SEC-130).
    pub fresh: bool,
}

/// All that the API does.
pub fn deeds() -> impl Iterator<Item = Deed> {
    api::operations().map(|operation| Deed {
        id: operation.told.id,
        verb: operation.told.verb,
        path: operation.told.path,
        needs: operation.needs,
        whole_server: operation.whole_server,
        fresh: operation.fresh,
    })
}

/// What the API does, for the document that tells programs of it: path, method, object.
pub fn operations() -> impl Iterator<Item = (&'static str, Verb, Value)> {
    api::documents()
}

/// The schemas that those refer to.
pub fn schemas() -> Map<String, Value> {
    api::schemas()
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.path, self.needs)
    }
}

/// The routes, relative to the server's public URL.
pub fn routes(services: &Arc<Services>) -> Router<Arc<Services>> {
    let mut pages = Router::new();
    for page in PAGES {
        let handlers = (page.handlers)();
        let guarded = match page.needs {
            Needs::Nobody => handlers,
            needs => handlers.layer(from_fn_with_state(
                Arc::clone(services),
                move |state: State<Arc<Services>>, visit: Visit, request: Request, next: Next| {
                    guard::page(needs, state, visit, request, next)
                },
            )),
        };
        pages = pages.route(page.path, guarded);
    }
    pages
        .layer(from_fn_with_state(Arc::clone(services), visit::receive))
        .merge(api::routes(services))
}

/// What was done, or why not, on the page that stands around it.
const fn notice(good: bool, text: &str) -> Notice<'_> {
    Notice {
        good,
        text,
        lines: &[],
        force: None,
    }
}

/// What went wrong below, as people are told.
fn fault(error: Error) -> PageError {
    match error {
        Error::Store(error) => error.into(),
        Error::NotFound { .. } => PageError::new(ErrorKind::NotFound),
        Error::Busy(error) => PageError::busy(error.to_string()),
        error => PageError::with_detail(ErrorKind::Internal, error.to_string()),
    }
}
