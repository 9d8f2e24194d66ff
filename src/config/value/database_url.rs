use std::fmt;
use std::path::Path;
use std::str::FromStr;

use url::Url;
use zeroize::Zeroizing;

use super::{InvalidValue, as_text};

const ALLOWED: &str = "\"sqlite://PATH\" or \"postgres://USER:PASSWORD@HOST:PORT/NAME\"";

/// A database's URL. It may hold a password: shown without it, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
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
