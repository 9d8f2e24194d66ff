use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Jwk, JwkError, KeyError, KeyType};

/// A JWE `alg` value: how the key of the content reaches the recipient (RFC 7518 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KeyManagement {
    /// RSAES-OAEP with SHA-256 and MGF1 with SHA-256 (RFC 7518 §4.3), the one that the messaging platform takes.
    #[serde(rename = "RSA-OAEP-256")]
    RsaOaep256,
    /// ECDH with an ephemeral key, whose result is the key of the content (RFC 7518 §4.6).
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
}

/// An `alg` value that names none of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of RSA-OAEP-256, ECDH-ES")]
pub struct UnknownKeyManagement;

/// Which half of a key pair.
#[derive(Clone, Copy)]
pub(super) enum Half {
    Public,
    Private,
}

impl KeyManagement {
    /// Every one, that of widest use first: what metadata lists.
    pub const ALL: [Self; 2] = [Self::RsaOaep256, Self::EcdhEs];

    /// The `alg` value, e.g. `RSA-OAEP-256`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
        }
    }

    /// The one for a kind of key.
    pub(super) const fn of(key_type: KeyType) -> Result<Self, KeyError> {
        match key_type {
            KeyType::Rsa => Ok(Self::RsaOaep256),
            KeyType::P256 | KeyType::P384 => Ok(Self::EcdhEs),
            KeyType::Ed25519 => Err(KeyError::NotForEncryption(key_type)),
        }
    }

    /// The one that a JWK is for: what it says of itself (`use`, `key_ops`, `alg`) must allow it.
    pub(super) fn of_jwk(jwk: &Jwk, key_type: KeyType, half: Half) -> Result<Self, JwkError> {
        if jwk.key_use.as_deref().is_some_and(|key_use| key_use != "enc") {
            return Err(JwkError::EncryptionUse);
        }
        let management = Self::of(key_type)?;
        if !management.allowed(jwk, half) {
            return Err(JwkError::KeyOps);
        }
        match jwk.alg.as_deref().map(str::parse) {
            None => Ok(management),
            Some(Ok(named)) if named == management => Ok(management),
            Some(Ok(management)) => Err(KeyError::KeyManagementMismatch { management, key_type }.into()),
            Some(Err(UnknownKeyManagement)) => Err(JwkError::UnknownKeyManagement),
        }
    }

    /// RFC 7517 §4.3. A public key to agree with allows nothing by itself (W3C Web Cryptography §24.4).
    fn allowed(self, jwk: &Jwk, half: Half) -> bool {
        match (self, half) {
            (Self::RsaOaep256, Half::Public) => jwk.allows(&["encrypt", "wrapKey"]),
            (Self::RsaOaep256, Half::Private) => jwk.allows(&["decrypt", "unwrapKey"]),
            (Self::EcdhEs, Half::Public) if jwk.key_ops.as_ref().is_some_and(Vec::is_empty) => true,
            (Self::EcdhEs, Half::Public | Half::Private) => jwk.allows(&["deriveKey", "deriveBits"]),
        }
    }
}

impl fmt::Display for KeyManagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyManagement {
    type Err = UnknownKeyManagement;

    /// Case-sensitive, as RFC 7516 §4.1.1 demands.
    fn from_str(name: &str) -> Result<Self, UnknownKeyManagement> {
        Self::ALL
            .into_iter()
            .find(|management| management.as_str() == name)
            .ok_or(UnknownKeyManagement)
    }
}
