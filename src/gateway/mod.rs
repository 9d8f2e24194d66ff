//! The gateway: the messaging platform's services, and how they learn who a consumer is.
//!
//! It knows a brand's identity provider by its connector alone and checks its tokens as a stranger would: over HTTP, by
//! the published key. Nothing of the provider's rooms, rings and caches is used here, even where both run in one process.
//!
//! Each service has its own `routes`, which [`routes`] puts together. All name an account's id `{account_id}` in their
//! paths, take [`OfAccount`] and refuse with [`Error`].

pub mod account;
pub mod authorisation;
pub mod body;
mod connectors;
pub mod consumer_identity;
mod delegation;
mod described;
mod domain;
mod entities;
pub mod error;
mod idp;
mod login;
mod messaging;
pub mod oauth1;
mod route;
mod sentinel;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use http::StatusCode;
use serde_json::{Map, Value};

pub use account::OfAccount;
pub use error::{Challenge, Error, InternalCode};
pub use route::{Needs, ROUTES, Route};

use crate::context::Services;
use crate::http::openapi::Verb;

/// What the gateway does, for the document that tells programs of it: path, method, object.
pub fn operations() -> impl Iterator<Item = (&'static str, Verb, Value)> {
    described::documents()
}

/// The schemas that those refer to.
pub fn schemas() -> Map<String, Value> {
    described::schemas()
}

/// The ways of showing who one is that those name.
pub fn security() -> Map<String, Value> {
    described::security()
}

/// The platform's services, relative to the server's public URL.
pub fn routes(services: &Arc<Services>) -> Router<Arc<Services>> {
    let declared = ROUTES.iter().fold(Router::new(), |router, route| {
        router.route(route.path, authorisation::guarded(services, route))
    });
    Router::new()
        .merge(declared)
        .method_not_allowed_fallback(|| std::future::ready(StatusCode::METHOD_NOT_ALLOWED))
        .layer(from_fn_with_state(Arc::clone(services), error::written))
        // How long a body may be is settled by `limits` before it gets here.
        .layer(DefaultBodyLimit::disable())
}
