//! Answers with the account's revision, which `ac-revision` and `ETag` both tell (section 9.4 of the platform contract).

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use crate::directory::Error as DirectoryError;
use crate::gateway::{Error, InternalCode};
use crate::http::input::JSON;

/// The header of the revision.
const REVISION: &str = "ac-revision";

/// A document at a revision.
pub(in crate::gateway) fn at(revision: i64, status: StatusCode, document: &Value) -> Response {
    body(revision, status, Body::from(document.to_string()))
}

/// A body of JSON at a revision.
pub(in crate::gateway) fn body(revision: i64, status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    with(revision, response)
}

/// Nothing has changed since that revision.
pub(in crate::gateway) fn unchanged(revision: i64) -> Response {
    with(revision, StatusCode::NOT_MODIFIED.into_response())
}

fn with(revision: i64, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(REVISION, HeaderValue::from(revision));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        headers.insert(ETAG, tag);
    }
    response
}

/// What went wrong below, with the revision where that is what went wrong.
pub(in crate::gateway) fn failed(error: DirectoryError) -> Response {
    let error = match error {
        DirectoryError::Revision(revision) => {
            let error = Error::new(
                StatusCode::PRECONDITION_FAILED,
                InternalCode::Malformed,
                "The account is at another revision than If-Match says; read again.",
            );
            return with(revision, error.into_response());
        }
        DirectoryError::Invalid(problems) => Error::invalid(&problems),
        DirectoryError::NotFound { .. } => Error::not_found(),
        DirectoryError::BeyondOwn => Error::forbidden(),
        DirectoryError::ReauthRequired => Error::reauth_required(),
        DirectoryError::LastAdministrator => Error::new(
            StatusCode::CONFLICT,
            InternalCode::Forbidden,
            "The account's last administrator stays.",
        ),
        DirectoryError::Changed => Error::new(
            StatusCode::CONFLICT,
            InternalCode::Failed,
            "It was changed at the same moment; nothing was written, try again.",
        ),
        DirectoryError::Busy(error) => Error::busy(error.to_string()),
        DirectoryError::Store(error) => error.into(),
        error => Error::internal(error.to_string()),
    };
    error.into_response()
}
