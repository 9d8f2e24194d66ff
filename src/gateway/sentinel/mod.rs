//! Tokens for programs (section 5.6 of the platform contract): a client of the account's gets one for itself, and with it
//! one for each consumer that it speaks for.

mod app_jwt;
mod app_token;
mod consumer;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};

pub(in crate::gateway) use app_jwt::{AppJwt, verified};

use super::Error;
use super::idp::published;
use crate::context::Services;

/// A program's own token, by the path's first version.
pub(super) fn first() -> MethodRouter<Arc<Services>> {
    post(app_token::first)
}

/// The same by its second.
pub(super) fn second() -> MethodRouter<Arc<Services>> {
    post(app_token::second)
}

/// A consumer's token, for a program.
pub(super) fn consumer() -> MethodRouter<Arc<Services>> {
    post(consumer::post)
}

/// The keys that verify what programs get.
pub(super) fn keys() -> MethodRouter<Arc<Services>> {
    get(jwks)
}

/// `GET /sentinel/well-known/jwks`: without a dot, as the contract has it.
async fn jwks(State(services): State<Arc<Services>>) -> Result<Response, Error> {
    Ok(published(services.platform_keys.apps().await?))
}
