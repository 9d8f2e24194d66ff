//! The platform's identity service for consumers (sections 4 and 5 of the platform contract): a brand's code or token, or
//! none at all, for a token of the platform's own.

mod anonymous;
mod authenticate;
mod claims;
mod connector;
mod cors;
mod jwks;
mod presented;
mod step_up;
mod visitor;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use http::StatusCode;

pub(in crate::gateway) use authenticate::version;
pub(in crate::gateway) use claims::consumer_id;
pub(in crate::gateway) use connector::{delegated, enabled};
pub(in crate::gateway) use jwks::published;
pub(in crate::gateway) use visitor::Visitor;

use crate::context::Services;

/// The service's routes: a window calls them from whatever page it stands on.
pub(super) fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route(
            "/api/account/{account_id}/authenticate",
            post(authenticate::by_auth_code),
        )
        .route(
            "/api/account/{account_id}/app/default/authenticate",
            post(authenticate::by_default),
        )
        .route(
            "/api/account/{account_id}/app/{connector_id}/authenticate",
            post(authenticate::by_connector),
        )
        .route(
            "/api/account/{account_id}/anonymous/authorize",
            post(anonymous::authorize),
        )
        .route("/api/account/{account_id}/signup", post(anonymous::sign_up))
        .route("/idp/well-known/jwks", get(jwks::get))
        // Before the layer, which answers browsers' questions in its place.
        .method_not_allowed_fallback(|| std::future::ready(StatusCode::METHOD_NOT_ALLOWED))
        .layer(from_fn(cors::open))
}
