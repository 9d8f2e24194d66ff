//! The JWK set (RFC 7517 §5): public members only, serialised when a key changes (SEC-015).

use axum::response::{IntoResponse as _, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::context::Context;

/// How long a verifier may keep the set, in seconds. A key is published much longer than this before it signs.
const MAX_AGE: &str = "public, max-age=300";

/// `GET /jwks`
pub(super) async fn get(context: Context, headers: HeaderMap) -> Response {
    let ring = &context.tenant.ring;
    let mut response = if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == ring.etag.as_bytes())
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ring.jwks.to_vec().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(MAX_AGE));
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if let Ok(tag) = HeaderValue::from_str(&ring.etag) {
        answer.insert(ETAG, tag);
    }
    response
}
