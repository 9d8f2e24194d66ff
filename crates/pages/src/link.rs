//! An address that a page may link to.

use std::fmt;

/// The address of a link, checked for schemes that run or read something when they are followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// Schemes that no link of a page ever has (SEC-065).
    const REFUSED: [&'static str; 6] = ["javascript", "data", "vbscript", "file", "blob", "about"];

    /// An address on the web, `https` or `http`: policy, terms, home page.
    pub fn web(address: &str) -> Option<Self> {
        let (scheme, rest) = split(address)?;
        let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        (web && rest.starts_with("//")).then(|| Self(address.to_owned()))
    }

    /// A redirect URI that was found valid for its client, with its answer attached; native apps have schemes of
    /// their own (RFC 8252 §7.1).
    pub fn redirect(address: &str) -> Option<Self> {
        let (scheme, _) = split(address)?;
        let refused = Self::REFUSED.iter().any(|name| scheme.eq_ignore_ascii_case(name));
        (!refused).then(|| Self(address.to_owned()))
    }

    /// A path below our own origin.
    pub fn local(path: &str) -> Option<Self> {
        let local =
            path.starts_with('/') && !path.starts_with("//") && printable(path) && !path.contains('\\');
        local.then(|| Self(path.to_owned()))
    }

    /// The value of `href`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Scheme and rest of an absolute address in printable ASCII (RFC 3986 §3.1).
fn split(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once(':')?;
    let mut bytes = scheme.bytes();
    let valid = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (valid && printable(address)).then_some((scheme, rest))
}

fn printable(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
