//! Errors of OAuth endpoints as JSON (RFC 6749 §5.2) and as challenges (RFC 6750 §3).

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use oauth::{Challenge, Error, ErrorCode};
use serde_json::json;

use super::extract::NoContext;
use super::input::JSON;
use super::{PrivateDetail, RetryAfter, figures};
use crate::store;

/// What proofs of possession may be signed with, as a challenge lists it.
const DPOP_ALGORITHMS: &str = "RS256 PS256 ES256 ES384 EdDSA Ed25519";

/// An error of an endpoint that answers in JSON.
#[derive(Debug)]
pub struct OAuthError {
    error: Error,
    status: u16,
    /// What `WWW-Authenticate` says, where it must.
    challenge: Option<Box<Challenge>>,
    /// The name that goes out instead of the registered one, for clients that know the old ones.
    legacy_name: Option<&'static str>,
    /// When to try again, in seconds.
    retry_after: Option<u64>,
    /// What the next proof of possession must hold (RFC 9449 §8).
    dpop_nonce: Option<String>,
    guess: bool,
}

impl OAuthError {
    /// The token endpoint's answer, and that of endpoints that authenticate clients alike.
    pub fn token(error: Error) -> Self {
        let status = error.token_endpoint_status();
        Self {
            guess: error.code == ErrorCode::InvalidClient,
            retry_after: (status == 503).then_some(2),
            error,
            status,
            challenge: None,
            legacy_name: None,
            dpop_nonce: None,
        }
    }

    /// The same, where the client had tried the `Authorization` header (RFC 6749 §5.2).
    #[must_use]
    pub fn with_basic_challenge(mut self, realm: &str) -> Self {
        if self.status == 401 {
            self.challenge = Some(Box::new(Challenge::basic(realm)));
        }
        self
    }

    /// A protected resource's answer.
    pub fn resource(realm: &str, error: Error) -> Self {
        Self {
            guess: error.code == ErrorCode::InvalidToken,
            status: error.resource_status(),
            challenge: Some(Box::new(Challenge::bearer(realm).with_error(&error))),
            ..Self::token(error)
        }
    }

    /// The same where the token was shown as one that is bound to a key (RFC 9449 §7.1).
    pub fn dpop_resource(realm: &str, error: Error) -> Self {
        let challenge = Challenge::dpop(realm, DPOP_ALGORITHMS).with_error(&error);
        Self {
            challenge: Some(Box::new(challenge)),
            ..Self::resource(realm, error)
        }
    }

    /// An error of a proof as a protected resource tells it.
    #[must_use]
    pub fn at_dpop_resource(self, realm: &str) -> Self {
        Self {
            dpop_nonce: self.dpop_nonce,
            guess: self.guess,
            ..Self::dpop_resource(realm, self.error)
        }
    }

    /// With the nonce that the next proof must hold.
    #[must_use]
    pub fn with_dpop_nonce(mut self, nonce: String) -> Self {
        self.dpop_nonce = Some(nonce);
        self
    }

    /// The same for a request without any credentials: its challenge names no error (RFC 6750 §3.1).
    pub fn without_credentials(realm: &str) -> Self {
        Self {
            guess: false,
            challenge: Some(Box::new(Challenge::bearer(realm))),
            ..Self::resource(realm, Error::invalid_token().with_detail("no credentials"))
        }
    }

    /// The same where there is no account to ask.
    pub fn no_resource(refused: NoContext) -> Self {
        match refused {
            NoContext::Suspended(issuer) => {
                Self::resource(&issuer, Error::invalid_token().with_detail("account suspended"))
            }
            refused => refused.into(),
        }
    }

    /// Too many guesses came from there.
    pub fn too_many(wait: RetryAfter) -> Self {
        Self {
            status: 429,
            retry_after: Some(wait.seconds()),
            ..Self::token(Error::temporarily_unavailable().with_detail("too many guesses"))
        }
    }

    /// The same with one parameter more in its challenge.
    #[must_use]
    pub fn with_challenge(mut self, name: &'static str, value: &str) -> Self {
        self.challenge = self
            .challenge
            .map(|challenge| Box::new(challenge.with(name, value)));
        self
    }

    /// Goes out under an old name.
    #[must_use]
    pub const fn under_name(mut self, name: Option<&'static str>) -> Self {
        self.legacy_name = name;
        self
    }

    /// Somebody showed what was never handed out.
    #[must_use]
    pub const fn as_guess(mut self) -> Self {
        self.guess = true;
        self
    }

    /// Whether it counts as a guess.
    pub const fn is_guess(&self) -> bool {
        self.guess
    }

    /// What the log should say of it.
    pub fn detail(&self) -> &str {
        &self.error.detail
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

impl From<store::Error> for OAuthError {
    fn from(error: store::Error) -> Self {
        let public = match &error {
            store::Error::Unavailable(_) => Error::temporarily_unavailable(),
            _ => Error::server_error(),
        };
        Self::token(public.with_detail(error.to_string()))
    }
}

impl From<NoContext> for OAuthError {
    fn from(refused: NoContext) -> Self {
        match refused {
            NoContext::Unknown => Self {
                status: 404,
                ..Self::token(Error::invalid_request("There is no such account."))
            },
            NoContext::Suspended(_) => Self::token(Error::invalid_grant("The account is suspended.")),
            NoContext::Unavailable(detail) => {
                Self::token(Error::temporarily_unavailable().with_detail(detail))
            }
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let code = self.error.code.as_str();
        figures::oauth_error(code);
        let body = json!({
            "error": self.legacy_name.unwrap_or(code),
            "error_description": self.error.description(),
        });
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        if let Some(challenge) = self
            .challenge
            .and_then(|it| HeaderValue::from_str(&it.to_string()).ok())
        {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(nonce) = self.dpop_nonce.and_then(|it| HeaderValue::from_str(&it).ok()) {
            headers.insert("dpop-nonce", nonce);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        let detail = PrivateDetail(self.error.to_string().into());
        response.extensions_mut().insert(detail);
        response
    }
}
