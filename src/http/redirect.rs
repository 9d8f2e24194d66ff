//! Sending a browser on.

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use oauth::ValidRedirectUri;

/// `303 See Other`, so that a browser never repeats a posted password (SEC-036); nobody keeps it, and it tells nobody
/// where it came from. `None` for what can't stand in a header.
pub fn see_other(location: &str) -> Option<Response> {
    let location = HeaderValue::from_str(location).ok()?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Some(response)
}

/// Where a form may lead, for `form-action`: an origin, or an app's scheme. Browsers hold the redirects that follow a
/// form to it too.
pub fn destination(redirect_uri: &ValidRedirectUri) -> Option<String> {
    redirect_uri.origin().or_else(|| {
        redirect_uri
            .as_str()
            .split_once(':')
            .map(|(scheme, _)| format!("{scheme}:"))
    })
}
