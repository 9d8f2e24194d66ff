use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::http::conditional;

/// `GET /assets/{name}`: a name with its digest may be kept for ever.
pub(super) async fn get(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = pages::assets::find(&format!("/assets/{name}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = if conditional::knows(&headers, asset.etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.bytes.into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    let caching = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
    );
    if let Ok(tag) = HeaderValue::from_str(asset.etag) {
        answer.insert(ETAG, tag);
    }
    response
}
