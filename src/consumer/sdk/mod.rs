//! The helper that brands put on their own pages (docs/brand-page.md). Any site may load it: it is the same for everybody,
//! and what it is handed is decided where it asks (SEC-038).

mod accepted;
mod files;

use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use crate::context::Context;
use crate::http::conditional;

/// What stands in the path; the account is the context's.
#[derive(Deserialize)]
pub(super) struct Wanted {
    name: String,
}

/// `GET /sdk/{name}`: kept for five minutes, so that pages soon have what was mended; compressed for whoever takes that.
pub(super) async fn get(_: Context, Path(wanted): Path<Wanted>, headers: HeaderMap) -> Response {
    let Some(file) = files::find(&wanted.name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let gzip = file.gzip.as_ref();
    let gzip = gzip.filter(|_| accepted::gzip(&headers));
    let form = gzip.unwrap_or(&file.plain);
    let mut response = if conditional::knows(&headers, &form.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        form.bytes.as_slice().into_response()
    };
    let answer = response.headers_mut();
    if gzip.is_some() {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    // A cache in between mustn't hand the compressed form to whoever can't read it.
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if let Ok(tag) = HeaderValue::from_str(&form.etag) {
        answer.insert(ETAG, tag);
    }
    response
}
