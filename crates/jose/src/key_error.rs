//! Why a key is refused.

use crate::{Algorithm, KeyManagement, KeyType};

/// Why a key can't be made or read. No variant carries key material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the DER structure that was expected, or not a sound key inside it.
    #[error("the key is damaged, or isn't of the expected encoding")]
    Malformed,
    /// No PEM block, or one whose base64 is damaged.
    #[error("no readable PEM block")]
    Pem,
    /// A PEM block or a JWK without a private key.
    #[error("this isn't a private key")]
    NotPrivate,
    /// A private key under a pass phrase.
    #[error("the private key is encrypted; decrypt it first")]
    Encrypted,
    /// An RSA modulus below [`crate::PublicKey::MIN_RSA_BITS`] (SEC-018).
    #[error("RSA key of {bits} bits; at least 2048 are needed")]
    TooSmall {
        /// Length of the modulus.
        bits: usize,
    },
    /// An RSA modulus so long that using it would be a way to keep us busy.
    #[error("RSA key of {bits} bits is too long")]
    TooLarge {
        /// Length of the modulus.
        bits: usize,
    },
    /// A kind of key, or a curve, that we don't work with.
    #[error("not an RSA, P-256, P-384 or Ed25519 key")]
    UnsupportedKeyType,
    /// The algorithm that the key's record names works with another kind of key.
    #[error("{algorithm} doesn't work with a key of type {key_type}")]
    AlgorithmMismatch {
        /// The algorithm asked for.
        algorithm: Algorithm,
        /// What the key is.
        key_type: KeyType,
    },
    /// The way of managing keys works with another kind of key, or with none of this kind.
    #[error("nothing is encrypted to a key of type {key_type} with {management}")]
    KeyManagementMismatch {
        /// What was asked for.
        management: KeyManagement,
        /// What the key is.
        key_type: KeyType,
    },
    /// A kind of key that only signs.
    #[error("a key of type {0} signs; nothing can be encrypted to it")]
    NotForEncryption(KeyType),
    /// The operating system's randomness or the cryptographic library failed.
    #[error("the key could not be generated")]
    Generation,
    /// The library could not write a key that it holds.
    #[error("the key could not be written")]
    Encoding,
}

/// The key type that `algorithm` needs must be `key_type`.
pub(crate) fn require_match(algorithm: Algorithm, key_type: KeyType) -> Result<(), KeyError> {
    if algorithm.key_type() == key_type {
        Ok(())
    } else {
        Err(KeyError::AlgorithmMismatch { algorithm, key_type })
    }
}
