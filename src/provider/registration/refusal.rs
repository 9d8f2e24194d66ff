use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderValue, StatusCode};
use oauth::{Error, ErrorCode};
use serde_json::json;

use super::unknown_token;
use crate::context::Context;
use crate::directory::{self, Problem};
use crate::http::input::JSON;
use crate::http::oauth_error::OAuthError;
use crate::http::{PrivateDetail, figures};

/// Why nothing was registered (RFC 7591 §3.2.2).
pub(in crate::provider) enum Refusal {
    /// As other endpoints say it.
    OAuth(OAuthError),
    /// Something is wrong with what was told.
    Metadata {
        status: StatusCode,
        code: ErrorCode,
        /// Which member, and what is allowed: never what was found.
        description: String,
        /// For the log alone.
        detail: String,
    },
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl Refusal {
    /// The account lets nobody register.
    pub(super) fn closed() -> Self {
        Self::Metadata {
            status: StatusCode::FORBIDDEN,
            code: ErrorCode::AccessDenied,
            description: "Clients are registered by administrators here.".to_owned(),
            detail: String::new(),
        }
    }

    pub(super) fn media_type() -> Self {
        Self::Metadata {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            code: ErrorCode::InvalidRequest,
            description: "The request must be application/json.".to_owned(),
            detail: String::new(),
        }
    }

    pub(super) fn metadata(description: &str, detail: impl Into<String>) -> Self {
        Self::Metadata {
            status: StatusCode::BAD_REQUEST,
            code: ErrorCode::InvalidClientMetadata,
            description: description.to_owned(),
            detail: detail.into(),
        }
    }

    /// A member that must not stand in an update (RFC 7592 §2.2).
    pub(super) fn request(description: &str) -> Self {
        Self::Metadata {
            status: StatusCode::BAD_REQUEST,
            code: ErrorCode::InvalidRequest,
            description: description.to_owned(),
            detail: String::new(),
        }
    }

    pub(super) fn from_directory(context: &Context, error: directory::Error) -> Self {
        use directory::Error as E;
        match error {
            E::Invalid(problems) => Self::of_problems(&problems),
            E::NoInitialAccessToken | E::NoRegistrationToken => unknown_token(context).into(),
            E::Store(error) => OAuthError::from(error).into(),
            E::Changed => {
                OAuthError::from(Error::temporarily_unavailable().with_detail("changed meanwhile")).into()
            }
            other => OAuthError::from(Error::server_error().with_detail(other.to_string())).into(),
        }
    }

    fn of_problems(problems: &[Problem]) -> Self {
        let is_redirect = |problem: &&Problem| problem.key == "redirect_uris";
        let redirect = problems.iter().find(is_redirect);
        let told = redirect.or_else(|| problems.first());
        Self::Metadata {
            status: StatusCode::BAD_REQUEST,
            code: match redirect {
                Some(_) => ErrorCode::InvalidRedirectUri,
                None => ErrorCode::InvalidClientMetadata,
            },
            description: told.map(public).unwrap_or_default(),
            detail: problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; "),
        }
    }
}

/// A sentence within the bounds of `error_description` (RFC 6749 §5.2).
fn public(problem: &Problem) -> String {
    let text = format!("{}: allowed is {}", problem.key, problem.allowed);
    text.chars()
        .map(|character| match character {
            '"' => '\'',
            '\\' => '/',
            ' '..='~' => character,
            _ => '?',
        })
        .take(400)
        .collect()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, description, detail) = match self {
            Self::OAuth(error) => return error.into_response(),
            Self::Metadata {
                status,
                code,
                description,
                detail,
            } => (status, code, description, detail),
        };
        figures::oauth_error(code.as_str());
        let body = json!({"error": code.as_str(), "error_description": description});
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        let detail = if detail.is_empty() { description } else { detail };
        let told = PrivateDetail(format!("{code}: {detail}").into());
        response.extensions_mut().insert(told);
        response
    }
}
