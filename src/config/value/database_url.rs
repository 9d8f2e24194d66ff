use std::fmt;
use std::path::Path;
use std::str::FromStr;

use url::Url;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{InvalidValue, as_text};

const ALLOWED: &str = "\"sqlite://PATH\" or \"postgres://USER:PASSWORD@HOST:PORT/NAME\"";

/// A database's URL. It may hold a password: shown without it, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct DatabaseUrl(Zeroizing<String>);

impl DatabaseUrl {
    /// The whole URL, with its password.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The file, where it is SQLite's.
    pub fn sqlite_path(&self) -> Option<&Path> {
        let path = self.0.strip_prefix("sqlite://")?;
        Some(Path::new(path.split('?').next().unwrap_or(path)))
    }

    /// Whether its `sslmode` lets what crosses a network be read, or another server answer (SEC-153).
    pub(crate) fn is_open_to_a_network(&self) -> bool {
        let Some(url) = Url::parse(&self.0).ok().filter(|_| self.sqlite_path().is_none()) else {
            return false;
        };
        let parameter = |wanted: &str| {
            let last = url.query_pairs().filter(|(name, _)| name == wanted).last();
            last.map(|(_, value)| value.into_owned())
        };
        let host = parameter("host").or_else(|| url.host_str().map(str::to_owned));
        let mode = parameter("sslmode").or_else(|| parameter("ssl-mode"));
        !host.is_none_or(|host| is_local(&host)) && mode.is_some_and(|mode| mode != "verify-full")
    }
}

/// Whether a host, or the folder of a socket, is this machine's own.
pub(crate) fn is_local(host: &str) -> bool {
    host.is_empty() || host.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self(Zeroizing::new("sqlite://data/signet.db".to_owned()))
    }
}

impl FromStr for DatabaseUrl {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let url = Self(Zeroizing::new(text.trim().to_owned()));
        let known = match url.0.split_once("://") {
            Some(("sqlite", _)) => url.sqlite_path().is_some_and(|path| !path.as_os_str().is_empty()),
            Some(("postgres" | "postgresql", _)) => Url::parse(&url.0).is_ok(),
            _ => false,
        };
        known.then_some(url).ok_or(InvalidValue(ALLOWED))
    }
}

/// Without the password, in the authority or among the parameters.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sqlite_path().is_some() {
            return f.write_str(&self.0);
        }
        let Ok(mut url) = Url::parse(&self.0) else {
            return f.write_str("…");
        };
        if url.password().is_some() {
            let _ = url.set_password(Some("***"));
        }
        let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        if !parameters.is_empty() {
            url.query_pairs_mut()
                .clear()
                .extend_pairs(parameters.into_iter().map(|(name, value)| {
                    let value = if name.contains("password") {
                        "***".to_owned()
                    } else {
                        value
                    };
                    (name, value)
                }));
        }
        f.write_str(url.as_str())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

as_text!(DatabaseUrl);
