//! The rooms put together: what is served where.

use std::sync::Arc;

use axum::routing::get;
use axum::{Extension, Router};
use pages::ErrorKind;

use super::openapi;
use crate::context::Services;
use crate::http::page::Pages;
use crate::http::{Caller, PageError, RateLimits};
use crate::{admin, consumer, gateway, provider};

/// Every route of the house, but for the administrators' door where that is elsewhere. An account's paths stand at the root
/// for the default account and for accounts with an issuer of their own, and below `/a/{account_id}` for all others.
pub fn router(services: Arc<Services>, limits: Arc<RateLimits>) -> Router {
    let admin = match services.settings.server.admin.listen {
        Some(_) => Router::new(),
        None => admin::routes(&services),
    };
    let issuer = Router::new()
        .merge(provider::routes(&services))
        .merge(consumer::routes(&services));
    let routes = Router::new()
        .merge(issuer.clone())
        .nest("/a/{account_id}", issuer)
        // RFC 8414 §3.1 puts the well-known part before an issuer's path.
        .route("/.well-known/oauth-authorization-server/a/{account_id}", provider::metadata_route())
        .merge(consumer::assets())
        .merge(admin)
        .route("/openapi.json", get(openapi::get))
        // The platform's services stand at the root for all accounts, which their paths name.
        .merge(gateway::routes(&services));
    finished(routes, services, limits)
}

/// The administrators' door alone, with what its pages need (SEC-136).
pub fn admin_router(services: Arc<Services>, limits: Arc<RateLimits>) -> Router {
    let routes = Router::new()
        .merge(admin::routes(&services))
        .merge(consumer::assets());
    finished(routes, services, limits)
}

/// What all that is served has in common.
fn finished(routes: Router<Arc<Services>>, services: Arc<Services>, limits: Arc<RateLimits>) -> Router {
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(Extension(limits))
        .with_state(services)
}

async fn not_found(caller: Caller) -> axum::response::Response {
    Pages::bare(&caller.request_id).error(&PageError::new(ErrorKind::NotFound))
}

async fn method_not_allowed(caller: Caller) -> axum::response::Response {
    Pages::bare(&caller.request_id).error(&PageError::new(ErrorKind::MethodNotAllowed))
}
