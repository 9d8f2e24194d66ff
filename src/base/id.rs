//! Identifiers, a type for each, so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Builder;

use super::{Clock, Entropy};

/// What is wrong with an identifier that came from outside.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("an id has 1 to {max} characters of A-Z a-z 0-9 . _ ~ : / @ -, found {found:?}")]
pub struct InvalidId {
    max: usize,
    found: String,
}

/// A new identifier that sorts by the time of its making (UUID version 7, RFC 9562 §5.7). It tells when it was
/// made and is no secret: subjects and one-time values are made otherwise.
pub fn fresh(clock: &Clock, entropy: &Entropy) -> String {
    let millis = u64::try_from(clock.now().millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &entropy.bytes())
        .into_uuid()
        .to_string()
}

/// A new identifier that tells nothing (UUID version 4, RFC 9562 §5.4).
pub fn random(entropy: &Entropy) -> String {
    Builder::from_random_bytes(entropy.bytes())
        .into_uuid()
        .to_string()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $max:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Checks an identifier that came from outside.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let allowed: fn(u8) -> bool = $allowed;
                if text.is_empty() || text.len() > $max || !text.bytes().all(allowed) {
                    return Err(InvalidId { max: $max, found: text.chars().take(80).collect() });
                }
                Ok(Self(text.into()))
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }
        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

const fn visible(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b':' | b'/' | b'@' | b'-')
}

const fn subject(byte: u8) -> bool {
    word(byte) || matches!(byte, b'.' | b'~' | b':' | b'|')
}

id!(
    /// An account: one brand.
    AccountId, 64, word
);
id!(
    /// A client of an account (RFC 6749 §2.2).
    ClientId, 255, visible
);
id!(
    /// A consumer's subject identifier (OpenID Connect Core §2): opaque, stable, never an e-mail (SEC-010). Wide
    /// enough for what other products call their users (`auth0|5f7c8ec7c33c6c004bbafe82`), which an import keeps.
    Subject, 255, subject
);
id!(
    /// A signing key: its RFC 7638 thumbprint.
    KeyId, 64, word
);
id!(
    /// A consumer's session as tokens name it (`sid`); the cookie's value is another.
    SessionId, 64, word
);
id!(
    /// What a consumer has allowed a client.
    GrantId, 64, word
);
id!(
    /// A connector: the gateway's configuration of one authentication server.
    ConnectorId, 64, word
);

id!(
    /// A connection of users' single sign-on, by its full name.
    SsoName, 64, word
);

id!(
    /// An administrator of the server or of an account.
    AdministratorId, 64, word
);

id!(
    /// An API key of an account, as requests name it.
    AppKeyId, 64, word
);

impl AccountId {
    /// The account that is served at the public URL itself.
    pub fn default_account() -> Self {
        Self("default".into())
    }
}

/// Whose something is: an account's, or the server's own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Realm {
    /// No single account's. In text it is `*`, which is no account's id.
    Server,
    /// An account's.
    Account(AccountId),
}

impl Realm {
    /// Its text: the account's id, or `*`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Server => "*",
            Self::Account(account) => account.as_str(),
        }
    }

    /// The account, where it is one's.
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Server => None,
            Self::Account(account) => Some(account),
        }
    }
}

impl From<&AccountId> for Realm {
    fn from(account: &AccountId) -> Self {
        Self::Account(account.clone())
    }
}
impl From<&Self> for Realm {
    fn from(realm: &Self) -> Self {
        realm.clone()
    }
}
impl From<Option<&AccountId>> for Realm {
    fn from(account: Option<&AccountId>) -> Self {
        account.map_or(Self::Server, Self::from)
    }
}
impl std::str::FromStr for Realm {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text {
            "*" => Ok(Self::Server),
            id => AccountId::parse(id).map(Self::Account),
        }
    }
}
impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Subject {
    /// A new subject: 160 random bits, in lower-case hexadecimal.
    pub fn fresh(entropy: &Entropy) -> Self {
        Self(super::hex(&entropy.bytes::<20>()).into())
    }

    /// The subject that a digest is, likewise.
    pub fn of_digest(digest: &[u8]) -> Self {
        Self(super::hex(digest).into())
    }
}

impl AppKeyId {
    /// A new one: 128 random bits, in lower-case hexadecimal, as clients of the messaging platform expect.
    pub fn fresh(entropy: &Entropy) -> Self {
        Self(super::hex(&entropy.bytes::<16>()).into())
    }
}

macro_rules! fresh {
    ($($name:ident),*) => {$(
        impl $name {
            /// A new one, sorting by time.
            pub fn fresh(clock: &Clock, entropy: &Entropy) -> Self {
                Self(fresh(clock, entropy).into())
            }
        }
    )*};
}
fresh!(ClientId, SessionId, GrantId, ConnectorId, AdministratorId);
