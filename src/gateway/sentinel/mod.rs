//! Tokens for programs (section 5.6 of the platform contract): a client of the account's gets one for itself, and with it
//! one for each consumer that it speaks for.

mod app_jwt;
mod app_token;
mod consumer;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

pub(in crate::gateway) use app_jwt::AppJwt;

use super::Error;
use super::idp::published;
use crate::context::Services;

/// The service's routes.
pub(super) fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route(
            "/sentinel/api/account/{account_id}/app/token",
            post(app_token::first),
        )
        .route(
            "/sentinel/api/v2/account/{account_id}/app/token",
            post(app_token::second),
        )
        .route("/sentinel/well-known/jwks", get(jwks))
        .route("/api/account/{account_id}/consumer", post(consumer::post))
}

/// `GET /sentinel/well-known/jwks`: without a dot, as the contract has it.
async fn jwks(State(services): State<Arc<Services>>) -> Result<Response, Error> {
    Ok(published(services.platform_keys.apps().await?))
}
