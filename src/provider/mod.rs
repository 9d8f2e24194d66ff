//! The identity provider's protocol: OpenID Connect and OAuth 2.
//!
//! The routes below are its table of contents, relative to an account's issuer.

mod authorize;
mod backchannel;
mod device;
mod introspection;
mod jwks;
mod logout;
mod metadata;
mod par;
mod public_key;
mod registration;
mod revocation;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use http::header::ALLOW;
use pages::ErrorKind;

use crate::context::Services;
use crate::http::{PageError, cors, visit};

/// The protocol's routes.
pub fn routes(services: &Arc<Services>) -> Router<Arc<Services>> {
    let with_pages = Router::new()
        .route(
            "/authorize",
            get(authorize::get).post(authorize::post).head(no_head),
        )
        .route("/authorize/resume", get(authorize::resume).head(no_head))
        .route(
            "/authorize/embedded",
            post(authorize::embedded::post).options(authorize::embedded::preflight),
        )
        .route(
            "/authorize/embedded/identity",
            post(authorize::embedded::identify).options(authorize::embedded::preflight),
        )
        .route("/end_session", get(logout::get).post(logout::post).head(no_head))
        .layer(from_fn_with_state(Arc::clone(services), visit::receive));
    Router::new()
        .route("/.well-known/openid-configuration", get(metadata::get))
        .route("/.well-known/oauth-authorization-server", get(metadata::get))
        .route("/jwks", get(jwks::get))
        .route("/par", post(par::post).options(cors::preflight))
        .route("/public-key", get(public_key::get))
        .route("/check_session", get(logout::check_session::get))
        .route("/register", post(registration::post))
        .route(
            "/register/{client_id}",
            get(registration::manage::get)
                .put(registration::manage::put)
                .delete(registration::manage::delete),
        )
        .route("/device_authorization", post(device::post))
        .route("/bc_authorize", post(backchannel::post))
        .route("/token", post(token::post).options(cors::preflight))
        .route("/introspect", post(introspection::post))
        .route("/revoke", post(revocation::post).options(cors::preflight))
        .route(
            "/userinfo",
            get(userinfo::get).post(userinfo::post).options(cors::preflight),
        )
        .merge(with_pages)
}

/// The metadata under RFC 8414's form of the path, for issuers that have a path of their own.
pub fn metadata_route() -> MethodRouter<Arc<Services>> {
    get(metadata::get)
}

/// `HEAD` is what previews and link checkers send. They must not begin an interaction, and still less end one (SEC-075).
async fn no_head() -> ([(http::HeaderName, &'static str); 1], PageError) {
    (
        [(ALLOW, "GET, POST")],
        PageError::new(ErrorKind::MethodNotAllowed),
    )
}
