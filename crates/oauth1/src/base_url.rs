//! The base string URI.

use std::fmt;

use crate::{Problem, Refusal};

/// Scheme, host, port and path of a request as signatures have them (RFC 5849 §3.4.1.2): scheme and host in lower case,
/// without a default port, query or fragment. The path stays as it is on the wire, since clients sign what they send.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Reads a URL; its query and fragment are left out.
    pub fn parse(url: &str) -> Result<Self, Refusal> {
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let (scheme, rest) = url.split_once("://").ok_or(NOT_A_URL)?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        Self::of(scheme, authority, path)
    }

    /// Puts one together: `authority` is host and port without user information, `path` begins with a slash.
    pub fn of(scheme: &str, authority: &str, path: &str) -> Result<Self, Refusal> {
        let scheme = scheme.to_ascii_lowercase();
        let authority = authority.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => ":80",
            "https" => ":443",
            _ => return Err(NOT_A_URL),
        };
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        let strange = |text: &str| text.contains(|c: char| c.is_whitespace() || c.is_control());
        if authority.is_empty() || authority.contains(['@', '/']) || strange(authority) {
            return Err(NOT_A_URL);
        }
        if !path.starts_with('/') || path.contains(['?', '#']) || strange(path) {
            return Err(NOT_A_URL);
        }
        Ok(Self(format!("{scheme}://{authority}{path}")))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const NOT_A_URL: Refusal = Refusal::new(Problem::ParameterRejected, "the URL is none that can be signed");

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}
