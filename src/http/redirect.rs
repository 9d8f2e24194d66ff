//! Sending a browser on.

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use oauth::ValidRedirectUri;
use pages::ErrorKind;
use url::{Host, Url};

use super::PageError;

/// `303 See Other`, so that a browser never repeats a posted password (SEC-036); nobody keeps it, and it tells nobody
/// where it came from.
pub fn see_other(location: &str) -> Result<Response, PageError> {
    let location = HeaderValue::from_str(location)
        .map_err(|_| PageError::with_detail(ErrorKind::Internal, "a location that is no header value"))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

/// Where a redirect URI leads, as a source of `form-action` (Content Security Policy 3 §2.3.1): its origin, where that
/// has a host that a policy can name. An app's own scheme, an IPv6 address, and every IPv4 address but 127.0.0.1 can
/// only be named by their scheme.
pub fn destination(redirect_uri: &ValidRedirectUri) -> String {
    let Ok(url) = Url::parse(redirect_uri.as_str()) else {
        return scheme(redirect_uri);
    };
    let nameable = match url.host() {
        Some(Host::Domain(_)) => url.origin().is_tuple(),
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(_)) | None => false,
    };
    if nameable {
        url.origin().ascii_serialization()
    } else {
        scheme(redirect_uri)
    }
}

/// The scheme of a redirect URI, as a source of `form-action`.
pub fn scheme(redirect_uri: &ValidRedirectUri) -> String {
    let uri = redirect_uri.as_str();
    uri.split_once(':')
        .map_or_else(String::new, |(scheme, _)| format!("{scheme}:"))
}
