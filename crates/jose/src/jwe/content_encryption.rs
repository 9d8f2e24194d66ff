use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A JWE `enc` value: how the content is encrypted and kept from being altered (RFC 7518 §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ContentEncryption {
    /// AES-GCM with 256 bits (RFC 7518 §5.3).
    #[default]
    #[serde(rename = "A256GCM")]
    A256Gcm,
    /// AES-GCM with 128 bits.
    #[serde(rename = "A128GCM")]
    A128Gcm,
    /// AES-CBC with 128 bits, and HMAC with SHA-256 (RFC 7518 §5.2.3).
    #[serde(rename = "A128CBC-HS256")]
    A128CbcHs256,
    /// AES-CBC with 256 bits, and HMAC with SHA-512 (RFC 7518 §5.2.5).
    #[serde(rename = "A256CBC-HS512")]
    A256CbcHs512,
}

/// An `enc` value that names none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of A256GCM, A128GCM, A128CBC-HS256, A256CBC-HS512")]
pub struct UnknownContentEncryption;

impl ContentEncryption {
    /// Every one, the default first: what metadata lists.
    pub const ALL: [Self; 4] = [
        Self::A256Gcm,
        Self::A128Gcm,
        Self::A128CbcHs256,
        Self::A256CbcHs512,
    ];

    /// The `enc` value, e.g. `A256GCM`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A256Gcm => "A256GCM",
            Self::A128Gcm => "A128GCM",
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
        }
    }

    /// Length in bytes of the key: for CBC, of both halves together.
    pub(super) const fn key_len(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Length in bytes of the initialisation vector.
    pub(super) const fn iv_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A256Gcm => 12,
            Self::A128CbcHs256 | Self::A256CbcHs512 => 16,
        }
    }

    /// Length in bytes of the authentication tag. A shorter one is refused: it would be easier to guess.
    pub(super) const fn tag_len(self) -> usize {
        match self {
            Self::A128Gcm | Self::A256Gcm | Self::A128CbcHs256 => 16,
            Self::A256CbcHs512 => 32,
        }
    }
}

impl fmt::Display for ContentEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ContentEncryption {
    type Err = UnknownContentEncryption;

    /// Case-sensitive, as RFC 7516 §4.1.2 demands.
    fn from_str(name: &str) -> Result<Self, UnknownContentEncryption> {
        Self::ALL
            .into_iter()
            .find(|encryption| encryption.as_str() == name)
            .ok_or(UnknownContentEncryption)
    }
}
