use std::fmt;
use std::str::FromStr;

use super::{InvalidValue, as_text};

const ALLOWED: &str = "\"host\" (any port of it) or \"host:port\"";

/// A host that outbound calls may reach although its address is private: any port of it, or that one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AllowedHost {
    /// A name in lower case or an address; IPv6 in brackets.
    pub host: String,
    /// The one port, or any.
    pub port: Option<u16>,
}

impl FromStr for AllowedHost {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        // An IPv6 address holds colons of its own: the port's one stands behind the bracket.
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (text, None),
        };
        let port = port
            .map(str::parse::<u16>)
            .transpose()
            .map_err(|_| InvalidValue(ALLOWED))?;
        let host = url::Host::parse(host).map_err(|_| InvalidValue(ALLOWED))?;
        Ok(Self {
            host: host.to_string(),
            port,
        })
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

as_text!(AllowedHost);
