//! The page that clients load into a frame, to be told when the session changes (OpenID Connect Session Management §3.2).

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue};
use pages::CheckSession;

use crate::context::Context;
use crate::http::cookies::Cookie;

/// The one page of ours that any site may frame: it shows nothing and does nothing but answer messages.
const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CACHE_CONTROL, "public, max-age=3600"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors *",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "cross-origin",
    ),
];

/// `GET /check_session`
pub(in crate::provider) async fn get(context: Context) -> Response {
    let cookie = Cookie::State.of(&context);
    let page = CheckSession {
        cookie: cookie.name(),
    };
    let headers: HeaderMap = HEADERS
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    (headers, page.render()).into_response()
}
