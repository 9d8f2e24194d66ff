//! How the API answers.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use http::header::{ETAG, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::asked::tag;
use crate::base::Timestamp;

/// The members of an answer that are kept for a repeat of its request (an extension of responses): none that is a secret or
/// tells of a person. Without it, all are.
#[derive(Clone)]
pub(super) struct Kept(pub(super) Arc<[&'static str]>);

/// A document that was last changed then.
pub(super) fn found(changed: Timestamp, document: Value) -> Response {
    with(Json(document).into_response(), ETAG, &tag(changed))
}

/// 201 with a new thing, and where it is. Of the document, `kept` is all that a repeat of the request is told.
pub(super) fn created(place: &str, changed: Timestamp, document: Value, kept: &[&'static str]) -> Response {
    let response = (StatusCode::CREATED, Json(document)).into_response();
    let response = with(response, ETAG, &tag(changed));
    keeping(with(response, LOCATION, place), kept)
}

/// Lets a repeat of the request be told of those members alone.
pub(super) fn keeping(mut response: Response, kept: &[&'static str]) -> Response {
    response.extensions_mut().insert(Kept(kept.into()));
    response
}

pub(super) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// A document with further members.
pub(super) fn joined(mut document: Value, members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    if let Value::Object(document) = &mut document {
        document.extend(members.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    document
}
