use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

use super::{InvalidValue, as_text};

const ALLOWED: &str = "an https URL without query, fragment or closing slash, such as \"https://login.brand.example\"; http only for \
     localhost";

/// The URL that browsers and clients use: an https origin with an optional path, in its canonical form, without a
/// closing slash; http only on this machine (SEC-078, SEC-175).
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    url: Url,
}

impl PublicUrl {
    /// `http://localhost:PORT`.
    pub fn localhost(port: u16) -> Self {
        let text = format!("http://localhost:{port}");
        text.parse().unwrap_or_default()
    }

    /// The text, to which paths that begin with a slash are added.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host in lower case, without its port; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The port, the scheme's own where none is written.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// The host, with the port where that isn't 443: how the messaging platform's Domain API names places.
    pub fn host_and_port(&self) -> String {
        match self.port() {
            443 => self.host().to_owned(),
            port => format!("{}:{port}", self.host()),
        }
    }

    /// Scheme, host and port, as a browser's `Origin` header has them.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The path: empty, or beginning with a slash and not ending with one.
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }
}

impl Default for PublicUrl {
    #[expect(clippy::expect_used, reason = "a constant, parsed in each test run")]
    fn default() -> Self {
        let text = "http://localhost:8080".to_owned();
        let url = Url::parse(&text).expect("a constant URL");
        Self { text, url }
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let url = Url::parse(text).map_err(|_| InvalidValue(ALLOWED))?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        // What differs from the canonical form would differ from what clients compare with.
        let canonical = url.as_str().strip_suffix('/').unwrap_or(url.as_str()) == text;
        let public = Self {
            text: text.to_owned(),
            url,
        };
        let scheme = match public.url.scheme() {
            "https" => true,
            "http" => public.is_loopback(),
            _ => false,
        };
        let unspecified = matches!(
            public.url.host(),
            Some(Host::Ipv4(Ipv4Addr::UNSPECIFIED) | Host::Ipv6(Ipv6Addr::UNSPECIFIED))
        );
        (plain && canonical && scheme && !unspecified && !text.ends_with('/'))
            .then_some(public)
            .ok_or(InvalidValue(ALLOWED))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

as_text!(PublicUrl);
