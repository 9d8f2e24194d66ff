//! What a page is sent: parameters in the query, or in a form.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use oauth::{Parameters, ParametersError};
use pages::ErrorKind;

use super::PageError;
use crate::context::Services;

/// The parameters of the query; none where there is no query.
#[derive(Clone, Debug)]
pub struct Query(pub Parameters);

/// The parameters of a form that was sent in the body.
#[derive(Clone, Debug)]
pub struct Form(pub Parameters);

impl From<ParametersError> for PageError {
    fn from(error: ParametersError) -> Self {
        Self::with_detail(ErrorKind::InvalidRequest, error.to_string())
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        Ok(Self(Parameters::parse(parts.uri.query().unwrap_or_default())?))
    }
}

impl FromRequest<Arc<Services>> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, services: &Arc<Services>) -> Result<Self, PageError> {
        if media_type(request.headers()) != FORM {
            return Err(PageError::new(ErrorKind::UnsupportedMediaType));
        }
        let body = Bytes::from_request(request, services)
            .await
            .map_err(|error| PageError::with_detail(ErrorKind::TooLarge, error.to_string()))?;
        Ok(Self(Parameters::parse(&body)?))
    }
}

/// A form, as browsers and OAuth clients send it.
pub const FORM: &str = "application/x-www-form-urlencoded";
/// JSON (RFC 8259 §11).
pub const JSON: &str = "application/json";

/// The media type of a body in lower case, without its parameters; empty where none is told.
pub fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .unwrap_or_default()
}
