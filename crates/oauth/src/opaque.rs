//! `state` and `nonce`: the client's own values, given back as they came.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// `state` (RFC 6749 §4.1.1), returned byte for byte in success and in error (SEC-025). Never empty.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct State(String);

/// `nonce` (OpenID Connect Core §3.1.2.1), which comes back inside the ID token. Never empty.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nonce(String);

/// A value that is empty or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpaqueError {
    /// No characters.
    #[error("the value is empty")]
    Empty,
    /// More bytes than its kind may have.
    #[error("the value is too long")]
    TooLong,
}

macro_rules! opaque {
    ($name:ident) => {
        impl $name {
            /// As it came.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = OpaqueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = OpaqueError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                match text.len() {
                    0 => Err(OpaqueError::Empty),
                    length if length > Self::MAX_BYTES => Err(OpaqueError::TooLong),
                    _ => Ok(Self(text)),
                }
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(
                    formatter,
                    concat!(stringify!($name), "({} bytes)"),
                    self.0.len()
                )
            }
        }
    };
}

impl State {
    /// Above this a request is refused; 8 KiB are promised to work (SEC-025).
    pub const MAX_BYTES: usize = 16 * 1024;
}

impl Nonce {
    /// It travels inside the ID token, often in a URL: so it is kept short.
    pub const MAX_BYTES: usize = 1024;
}

opaque!(State);
opaque!(Nonce);
