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

/// An address that a client registered, with parameters of ours beside those of its own query, which stay as they are. One of a
/// name of ours is left out: a second `iss` would let the client choose which provider it believes.
pub fn with_ours(uri: &str, ours: &[(&str, &str)]) -> String {
    let (uri, fragment) = uri.find('#').map_or((uri, ""), |at| uri.split_at(at));
    let (address, query) = uri.split_once('?').unwrap_or((uri, ""));
    let is_ours = |pair: &str| {
        let mut named = form_urlencoded::parse(pair.as_bytes());
        named.any(|(name, _)| ours.iter().any(|(own, _)| name == *own))
    };
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !is_ours(pair));
    let added = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(ours)
        .finish();
    let query: Vec<&str> = kept.chain([added.as_str()]).collect();
    format!("{address}?{}{fragment}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::with_ours;

    #[test]
    fn the_registered_query_stays_as_it_is_and_ours_is_there_once() {
        for (registered, ours) in [
            (
                "https://a.test/login",
                "https://a.test/login?iss=https%3A%2F%2Fid.test%2Fa%2Fb&sid=s+1",
            ),
            (
                "https://a.test/login?",
                "https://a.test/login?iss=https%3A%2F%2Fid.test%2Fa%2Fb&sid=s+1",
            ),
            (
                "https://a.test?a=%20b+c&&d#sid=x",
                "https://a.test?a=%20b+c&d&iss=https%3A%2F%2Fid.test%2Fa%2Fb&sid=s+1#sid=x",
            ),
            (
                "https://a.test/?iss=x&a=iss&i%73s=y&iss&sid=z",
                "https://a.test/?a=iss&iss=https%3A%2F%2Fid.test%2Fa%2Fb&sid=s+1",
            ),
        ] {
            let pairs = [("iss", "https://id.test/a/b"), ("sid", "s 1")];
            assert_eq!(with_ours(registered, &pairs), ours);
        }
    }
}
