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

use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get, post};

pub(in crate::gateway) use authenticate::version;
pub(in crate::gateway) use claims::{audience, consumer_id, own_audience};
pub(in crate::gateway) use connector::{delegated, enabled};
pub(in crate::gateway) use jwks::published;
pub(in crate::gateway) use visitor::Visitor;

use crate::context::Services;

/// A window calls them from whatever page it stands on.
fn open(handlers: MethodRouter<Arc<Services>>) -> MethodRouter<Arc<Services>> {
    handlers.options(cors::question).layer(from_fn(cors::open))
}

/// A code or a token, as the connector's type has it.
pub(super) fn by_auth_code() -> MethodRouter<Arc<Services>> {
    open(post(authenticate::by_auth_code))
}

/// What apps bring.
pub(super) fn by_default() -> MethodRouter<Arc<Services>> {
    open(post(authenticate::by_default))
}

/// Through the connector that is named.
pub(super) fn by_connector() -> MethodRouter<Arc<Services>> {
    open(post(authenticate::by_connector))
}

/// Consumers who don't log in.
pub(super) fn anonymous() -> MethodRouter<Arc<Services>> {
    open(post(anonymous::authorize))
}

/// The same in the old way.
pub(super) fn sign_up() -> MethodRouter<Arc<Services>> {
    open(post(anonymous::sign_up))
}

/// The keys that verify what consumers get.
pub(super) fn keys() -> MethodRouter<Arc<Services>> {
    open(get(jwks::get))
}
