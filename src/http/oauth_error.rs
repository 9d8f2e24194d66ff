//! Errors of OAuth endpoints as JSON (RFC 6749 §5.2) and as challenges (RFC 6750 §3).

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use oauth::{Challenge, Error, ErrorCode};
use serde_json::json;

/// An error of an endpoint that answers in JSON.
#[derive(Debug)]
pub struct OAuthError {
    error: Error,
    status: u16,
    /// What `WWW-Authenticate` says, where it must.
    challenge: Option<Challenge>,
    /// The name that goes out instead of the registered one, for clients that know the old ones.
    legacy_name: Option<&'static str>,
}

impl OAuthError {
    /// The token endpoint's answer, and that of endpoints that authenticate clients alike.
    pub fn token(error: Error) -> Self {
        let status = error.token_endpoint_status();
        Self {
            error,
            status,
            challenge: None,
            legacy_name: None,
        }
    }

    /// The same, where the client had tried the `Authorization` header (RFC 6749 §5.2).
    #[must_use]
    pub fn with_basic_challenge(mut self, realm: &str) -> Self {
        if self.status == 401 {
            self.challenge = Some(Challenge::basic(realm));
        }
        self
    }

    /// A protected resource's answer. Without any credentials the challenge names no error (RFC 6750 §3.1).
    pub fn resource(realm: &str, error: Option<Error>) -> Self {
        match error {
            Some(error) => {
                let challenge = Challenge::bearer(realm).with_error(&error);
                Self {
                    status: error.resource_status(),
                    error,
                    challenge: Some(challenge),
                    legacy_name: None,
                }
            }
            None => Self {
                error: Error::invalid_token().with_detail("no credentials"),
                status: 401,
                challenge: Some(Challenge::bearer(realm)),
                legacy_name: None,
            },
        }
    }

    /// Goes out under an old name.
    #[must_use]
    pub const fn under_name(mut self, name: Option<&'static str>) -> Self {
        self.legacy_name = name;
        self
    }

    /// Its code.
    pub const fn code(&self) -> ErrorCode {
        self.error.code
    }
}

impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        Self::token(error)
    }
}

impl From<crate::store::Error> for OAuthError {
    fn from(error: crate::store::Error) -> Self {
        let public = match &error {
            crate::store::Error::Unavailable(_) => Error::temporarily_unavailable(),
            _ => Error::server_error(),
        };
        Self::token(public.with_detail(error.to_string()))
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let code = self.error.code.as_str();
        let detail = self.error.detail.as_str();
        if self.status >= 500 {
            tracing::error!(error = code, detail, "oauth error");
        } else {
            tracing::info!(error = code, detail, "oauth error");
        }
        metrics::counter!("signet_oauth_errors_total", "error" => code).increment(1);
        let body = json!({
            "error": self.legacy_name.unwrap_or(code),
            "error_description": self.error.description(),
        });
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        if let Some(challenge) = self
            .challenge
            .and_then(|it| HeaderValue::from_str(&it.to_string()).ok())
        {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if self.status == 503 {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
