//! What may come through which route. A route is a row of a service's table, and there is no other way in (SEC-127).

use std::fmt;
use std::sync::Arc;

use axum::routing::{MethodRouter, get};

use super::domain;
use crate::context::Services;

/// Who may come through a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Anybody: it is public, or where one shows who one is.
    Nobody,
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
];
