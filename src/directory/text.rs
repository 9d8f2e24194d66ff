//! Rules for texts that people see, by the bounds that registered clients are held to (SEC-062).

use oauth::ClientMetadata;
use url::{Host, Url};

/// What [`is_name`] allows.
pub(super) const NAME: &str = "1 to 128 characters, none of them a control character";

/// A name for people: not empty, not too long, and without characters that make it look like another one.
pub(super) fn is_name(text: &str) -> bool {
    let metadata = ClientMetadata {
        client_name: Some(text.to_owned()),
        ..ClientMetadata::default()
    };
    metadata.check_limits(false).is_ok() && !text.trim().is_empty()
}

/// What [`is_web_url`] allows.
pub(super) const WEB_URL: &str = "an https URL; http only on a loopback address";

/// A URL that a page links to or a server calls: https, or http on this machine.
pub(super) fn is_web_url(text: &str) -> bool {
    let metadata = ClientMetadata {
        client_uri: Some(text.to_owned()),
        ..ClientMetadata::default()
    };
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    metadata.check_limits(is_loopback(&url)).is_ok() && url.fragment().is_none()
}

/// What [`is_origin`] allows.
pub(super) const ORIGIN: &str = "an origin as browsers send it, such as https://shop.example: no path, no closing slash; http only on a loopback \
     address";

/// An origin in the form that browsers send (RFC 6454 §6.2): https, or http on this machine.
pub(super) fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == text)
        && is_web_url(text)
}

/// Whether the URL's host is the loopback interface, or its name.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
