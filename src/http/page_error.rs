//! Errors that people meet.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pages::ErrorKind;

use super::RetryAfter;

/// An error that a person meets: its kind is all they see, the detail goes to the log.
///
/// As an answer it is only a mark: [`super::visit`] makes the page of it, in the visitor's language.
#[derive(Clone, Debug)]
pub struct PageError {
    /// What kind.
    pub kind: ErrorKind,
    /// For the log alone.
    pub detail: String,
    /// When to try again, in seconds, where that helps.
    pub retry_after: Option<u64>,
}

impl PageError {
    /// An error without more to say.
    pub const fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            detail: String::new(),
            retry_after: match kind {
                ErrorKind::Busy | ErrorKind::RateLimited => Some(2),
                _ => None,
            },
        }
    }

    /// With something for the log.
    pub fn with_detail(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::new(kind)
        }
    }

    /// The store or the keys are away: try again.
    pub fn busy(detail: impl Into<String>) -> Self {
        Self::with_detail(ErrorKind::Busy, detail)
    }
}

impl From<crate::store::Error> for PageError {
    fn from(error: crate::store::Error) -> Self {
        let kind = match &error {
            crate::store::Error::Unavailable(_) => ErrorKind::Busy,
            _ => ErrorKind::Internal,
        };
        Self::with_detail(kind, error.to_string())
    }
}

impl From<RetryAfter> for PageError {
    fn from(wait: RetryAfter) -> Self {
        Self {
            retry_after: Some(wait.seconds()),
            ..Self::new(ErrorKind::RateLimited)
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
