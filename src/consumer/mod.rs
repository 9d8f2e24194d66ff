//! The consumer's pages: signing in, allowing a client, signing out, and the assets that they show.

mod approve;
mod assets;
mod begin;
mod choice;
mod consent;
mod device;
mod error;
mod failed;
mod granting;
mod login;
mod logout;
mod me;
mod onward;
mod own;
mod recover;
mod register;
mod revoke;
mod sdk;
mod select_account;
mod switch;
mod turn;
mod verify_address;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::context::Services;
use crate::http::visit;

/// The pages' routes, relative to an account's issuer.
pub fn routes(services: &Arc<Services>) -> Router<Arc<Services>> {
    Router::new()
        .route("/login", get(login::get).post(login::post))
        .route("/register-account", get(register::get).post(register::post))
        .route(
            "/select-account",
            get(select_account::get).post(select_account::post),
        )
        .route("/consent", get(consent::get).post(consent::post))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/device", get(device::get).post(device::post))
        .route("/approve", get(approve::get).post(approve::post))
        .route("/me", get(me::get).post(me::post))
        .route("/recover", get(recover::get).post(recover::post))
        .route(
            "/verify-address",
            get(verify_address::get).post(verify_address::post),
        )
        .route("/error", get(error::get))
        .layer(from_fn_with_state(Arc::clone(services), visit::receive))
        .route("/sdk/{name}", get(sdk::get))
}

/// Style sheets, scripts and icons: the same for all accounts.
pub fn assets() -> Router<Arc<Services>> {
    Router::new().route("/assets/{name}", get(assets::get))
}
