//! `redirect_uri`: what a client may register, and when a request's is one of them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

mod matching;
mod parts;
mod refusal;
mod registration;

pub use refusal::RedirectUriRefusal;
pub use registration::RegistrationRules;

use parts::Parts;

/// A redirect URI as a client registered it: absolute, printable ASCII, without fragment, user information or dot
/// segments, and so on (SEC-065). It is kept, compared and answered to as it was written, byte for byte.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// A redirect URI that belongs to a client: one that matched the registered ones, which alone can make it. Only
/// to such a one may a response go.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ValidRedirectUri(String);

impl RedirectUri {
    /// The longest that can be registered, in bytes (SEC-062).
    pub const MAX_BYTES: usize = 2048;

    /// Checks a URI that a client wants to register.
    pub fn register(uri: &str, rules: &RegistrationRules<'_>) -> Result<Self, RedirectUriRefusal> {
        registration::check(uri, rules)?;
        Ok(Self(uri.to_owned()))
    }

    /// Takes back from one's own storage what [`register`](Self::register) let in. What could do harm in a header is refused even so.
    pub fn rehydrate(stored: impl Into<String>) -> Result<Self, RedirectUriRefusal> {
        let stored = stored.into();
        registration::check_characters(&stored)?;
        Ok(Self(stored))
    }

    /// As it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ValidRedirectUri {
    /// Takes back from one's own storage a URI that had matched when it was put there, and never one from a request.
    /// What could do harm in a header is refused even so.
    pub fn rehydrate(stored: impl Into<String>) -> Result<Self, RedirectUriRefusal> {
        RedirectUri::rehydrate(stored).map(|uri| Self(uri.0))
    }

    /// [`rehydrate`](Self::rehydrate) for a field of a stored record: `#[serde(deserialize_with = "…")]`.
    pub fn deserialize_stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::rehydrate(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }

    /// As the request presented it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, without port; none where an app's own scheme has none.
    pub fn host(&self) -> Option<&str> {
        Parts::of(&self.0)
            .and_then(|parts| parts.host())
            .filter(|host| !host.is_empty())
    }

    /// What a consent page shows: the host with its port, or an app's scheme.
    pub fn shown(&self) -> &str {
        let Some(parts) = Parts::of(&self.0) else {
            return &self.0;
        };
        parts
            .authority
            .filter(|authority| !authority.is_empty())
            .unwrap_or(parts.scheme)
    }

    /// Its origin in the form that browsers send (RFC 6454 §6.2); none for an app's own scheme.
    pub fn origin(&self) -> Option<String> {
        let origin = url::Url::parse(&self.0).ok()?.origin();
        origin.is_tuple().then(|| origin.ascii_serialization())
    }

    /// Whether it leads to a program on the user's own device: a loopback address, or an app's own scheme (RFC 8252 §8.6).
    pub fn is_on_device(&self) -> bool {
        Parts::of(&self.0).is_some_and(|parts| match parts.scheme {
            "http" => parts.is_loopback(),
            "https" => false,
            _ => true,
        })
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for ValidRedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RedirectUri({:?})", self.0)
    }
}

impl fmt::Debug for ValidRedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ValidRedirectUri({:?})", self.0)
    }
}
