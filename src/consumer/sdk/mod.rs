//! The helper that brands put on their own pages (docs/brand-page.md). Any site may load it: it is the same for everybody,
//! and what it is handed is decided where it asks (SEC-038).

mod files;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use crate::context::Context;

/// What stands in the path; the account is the context's.
#[derive(Deserialize)]
pub(super) struct Wanted {
    name: String,
}

/// `GET /sdk/{name}`: kept for five minutes, so that pages soon have what was mended.
pub(super) async fn get(_: Context, Path(wanted): Path<Wanted>, headers: HeaderMap) -> Response {
    let Some(file) = files::find(&wanted.name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == file.etag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.text.as_str().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if let Ok(tag) = HeaderValue::from_str(&file.etag) {
        answer.insert(ETAG, tag);
    }
    response
}
