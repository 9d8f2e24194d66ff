use ::oauth1::Problem;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};

use crate::gateway::{Error, OfAccount};
use crate::http::input::FORM;
use crate::http::{Caller, PrivateDetail, Purpose, RateLimits};
use crate::store;

/// Why a signed request isn't let in.
#[derive(Debug)]
pub enum Refused {
    /// As clients of the protocol know it.
    Problem {
        /// What they are told.
        problem: Problem,
        /// 400, 401 or 403.
        status: StatusCode,
        /// For the log.
        reason: &'static str,
    },
    /// Something else: the store is away, or too many tried.
    Other(Box<Error>),
}

impl Refused {
    /// With the status that the problem has.
    pub(super) const fn new(problem: Problem, reason: &'static str) -> Self {
        let status = match problem {
            // What a client can never get right by other values (SEC-119, SEC-122).
            Problem::SignatureMethodRejected | Problem::VersionRejected | Problem::ParameterRejected => {
                StatusCode::BAD_REQUEST
            }
            Problem::PermissionDenied => StatusCode::FORBIDDEN,
            Problem::ParameterAbsent
            | Problem::TimestampRefused
            | Problem::NonceUsed
            | Problem::SignatureInvalid
            | Problem::ConsumerKeyUnknown
            | Problem::TokenRejected
            | Problem::TokenExpired => StatusCode::UNAUTHORIZED,
        };
        Self::Problem {
            problem,
            status,
            reason,
        }
    }

    /// The key is known, and may not do that (SEC-123).
    pub const fn denied(reason: &'static str) -> Self {
        Self::new(Problem::PermissionDenied, reason)
    }

    /// An API key was shown where it counts for nothing: the service takes a bearer alone (F-30).
    pub const fn not_here() -> Self {
        Self::new(Problem::TokenRejected, "this route takes no signed requests")
    }

    /// Writes it to the log, and counts it by its address: who fails too often is told to wait (SEC-165).
    pub(super) fn told(self, account: &OfAccount, limits: &RateLimits, caller: &Caller) -> Self {
        let Self::Problem { problem, reason, .. } = &self else {
            return self;
        };
        tracing::warn!(
            target: "audit", event = "apikey.rejected", request_id = %account.request_id, ip = %account.ip,
            account = %account.tenant.account.account_id, problem = problem.as_str(), reason,
            "a signed request was refused"
        );
        // What is told to whoever knows the secrets is no guess.
        let wait = match problem {
            Problem::SignatureInvalid => limits.check(Purpose::TokenFailure, caller).err(),
            _ => None,
        };
        match wait {
            None => self,
            Some(wait) => Self::Other(Box::new(wait.into())),
        }
    }
}

/// What people are told, the same for everybody who does it wrong; it never repeats what came.
const fn advice(problem: Problem) -> &'static str {
    match problem {
        Problem::VersionRejected => "the oauth_version must be 1.0",
        Problem::ParameterAbsent => "a required oauth parameter is missing",
        Problem::ParameterRejected => {
            "the oauth parameters must stand once, in one Authorization header, well encoded"
        }
        Problem::TimestampRefused => "the oauth_timestamp must be within 300 seconds of the server's time",
        Problem::NonceUsed => "the oauth_nonce has been used before",
        Problem::SignatureMethodRejected => {
            "the oauth_signature_method must be HMAC-SHA256, or HMAC-SHA1 where the key takes it"
        }
        Problem::SignatureInvalid => "the oauth_signature is invalid",
        Problem::ConsumerKeyUnknown => "the oauth_consumer_key is unknown",
        Problem::TokenRejected => "the oauth_token is unacceptable to the Service Provider",
        Problem::TokenExpired => "the oauth_token has expired",
        Problem::PermissionDenied => "the API key has no permission for this",
    }
}

/// Form-encoded text, as the platform writes it: with the spaces of its sentences (section 8.2).
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (problem, status, reason) = match self {
            Self::Problem {
                problem,
                status,
                reason,
            } => (problem, status, reason),
            Self::Other(error) => return error.into_response(),
        };
        let body = format!("oauth_problem={problem}&oauth_problem_advice={}", advice(problem));
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("OAuth"));
        }
        response.extensions_mut().insert(PrivateDetail(reason.into()));
        response
    }
}

impl From<::oauth1::Refusal> for Refused {
    fn from(refusal: ::oauth1::Refusal) -> Self {
        Self::new(refusal.problem, refusal.detail)
    }
}

impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        Self::Other(Box::new(error.into()))
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Other(Box::new(error))
    }
}
