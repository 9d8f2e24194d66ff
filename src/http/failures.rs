use std::sync::Arc;

use axum::Extension;
use axum::extract::FromRequestParts;
use http::request::Parts;

use super::oauth_error::OAuthError;
use super::{Caller, Problem, Purpose, RateLimits};

/// Counts, by their address, those who don't know the secret, code or token that they show (SEC-165).
#[derive(Clone, Debug)]
pub struct Failures {
    limits: Arc<RateLimits>,
    caller: Caller,
}

impl Failures {
    /// The error, or what takes its place where too many of its kind came from there.
    pub fn count(&self, error: OAuthError) -> OAuthError {
        if !error.is_guess() {
            return error;
        }
        match self.limits.check(Purpose::TokenFailure, &self.caller) {
            Ok(()) => error,
            Err(wait) => OAuthError::too_many(wait),
        }
    }
}

impl Failures {
    /// Counts one more of something else that this address may do so often; an error once it is one too many.
    pub fn spend(&self, purpose: Purpose) -> Result<(), OAuthError> {
        self.limits
            .check(purpose, &self.caller)
            .map_err(OAuthError::too_many)
    }

    /// The same by what it is done for.
    pub fn spend_of<K: std::hash::Hash>(&self, purpose: Purpose, key: &K) -> Result<(), OAuthError> {
        self.limits.check_key(purpose, key).map_err(OAuthError::too_many)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Failures {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(caller) = Caller::from_request_parts(parts, state).await;
        let Extension(limits) = Extension::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::internal("no rate limits"))?;
        Ok(Self { limits, caller })
    }
}
