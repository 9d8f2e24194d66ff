//! A URI cut at its delimiters (RFC 3986 §3), and nothing decoded or put right: what a URL library mends is
//! exactly what must be seen here.

/// The pieces of an absolute URI without a fragment, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    pub(super) scheme: &'a str,
    /// Between `//` and the path; none where the URI has no `//` after its scheme.
    pub(super) authority: Option<&'a str>,
    pub(super) path: &'a str,
    /// Without its `?`.
    pub(super) query: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// None where there is no scheme.
    pub(super) fn of(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once(':')?;
        let (hierarchy, query) = match rest.split_once('?') {
            Some((hierarchy, query)) => (hierarchy, Some(query)),
            None => (rest, None),
        };
        let (authority, path) = match hierarchy.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, hierarchy),
        };
        Some(Self {
            scheme,
            authority,
            path,
            query,
        })
    }

    /// The host as written, an IPv6 address in its brackets.
    pub(super) fn host(&self) -> Option<&'a str> {
        self.host_and_port().map(|(host, _)| host)
    }

    /// Host and port as written; the port without its `:`, none where there is no `:`.
    pub(super) fn host_and_port(&self) -> Option<(&'a str, Option<&'a str>)> {
        let authority = self.authority?;
        let after_address = authority.rfind(']').map_or(0, |end| end + 1);
        Some(match authority.split_at(after_address) {
            ("", name) => match name.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (name, None),
            },
            (address, "") => (address, None),
            // What stands between `]` and `:` stays with the port, which then isn't one.
            (address, rest) => (address, Some(rest.strip_prefix(':').unwrap_or(rest))),
        })
    }

    /// Whether the host is the loopback interface (RFC 8252 §7.3), or its name.
    pub(super) fn is_loopback(&self) -> bool {
        matches!(self.host(), Some("127.0.0.1" | "[::1]" | "localhost"))
    }
}

/// A port in decimal, from 1 to 65535, without leading zeros.
pub(super) fn is_port(text: &str) -> bool {
    !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}
