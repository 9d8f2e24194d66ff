//! The consumer's pages: signing in, allowing a client, signing out, and the assets that they show.

mod assets;
mod consent;
mod login;
mod logout;
mod me;
mod pending;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::context::Services;

/// The pages' routes, relative to an account's issuer.
pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/login", get(login::get).post(login::post))
        .route("/consent", get(consent::get).post(consent::post))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/me", get(me::get))
}

/// Style sheets, scripts and icons: the same for all accounts.
pub fn assets() -> Router<Arc<Services>> {
    Router::new().route("/assets/{name}", get(assets::get))
}
