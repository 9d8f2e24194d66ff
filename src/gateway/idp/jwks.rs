//! The keys with which the platform's tokens are verified.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use jose::{JwkSet, Signer};

use crate::context::Services;
use crate::gateway::Error;

/// `GET /idp/well-known/jwks`: of what consumers get. Beside what the contract says.
pub(super) async fn get(State(services): State<Arc<Services>>) -> Result<Response, Error> {
    Ok(published(services.platform_keys.consumers().await?))
}

/// A signer's public half as a JWK set.
pub(in crate::gateway) fn published(signer: &Signer) -> Response {
    let set = serde_json::to_string(&JwkSet::of([signer.public()])).unwrap_or_default();
    let mut response = set.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}
