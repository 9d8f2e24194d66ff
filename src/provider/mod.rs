//! The identity provider's protocol: OpenID Connect and OAuth 2.
//!
//! The routes below are its table of contents, relative to an account's issuer.

mod authorize;
mod jwks;
mod metadata;
mod public_key;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, get, post};

use crate::context::Services;

/// The protocol's routes.
pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(metadata::get))
        .route("/.well-known/oauth-authorization-server", get(metadata::get))
        .route("/jwks", get(jwks::get))
        .route("/public-key", get(public_key::get))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/authorize/resume", get(authorize::resume))
        .route("/token", post(token::post))
        .route("/userinfo", get(userinfo::get).post(userinfo::post))
}

/// The metadata under RFC 8414's form of the path, for issuers that have a path of their own.
pub fn metadata_route() -> MethodRouter<Arc<Services>> {
    get(metadata::get)
}
