//! One variant per cause for what is seen before decryption; a single one for all that happens in it, so that nobody
//! learns which step failed (RFC 7516 §11.5).

use std::fmt;

use crate::{JsonError, KeyManagement};

/// The library could not encrypt: no memory, or no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("encryption failed")]
pub struct EncryptError;

/// A part of the compact serialisation (RFC 7516 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The protected header.
    Header,
    /// The content's key, encrypted.
    EncryptedKey,
    /// The initialisation vector.
    Iv,
    /// The content, encrypted.
    Ciphertext,
    /// The authentication tag.
    Tag,
}

/// Why an encrypted token is refused. No variant carries any of the token's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// More than [`crate::verify::MAX_TOKEN`] bytes (SEC-006).
    #[error("the token is longer than 16 KiB")]
    TooLong,
    /// Three parts: a JWS, which nothing hides.
    #[error("the token isn't encrypted")]
    NotEncrypted,
    /// Not exactly four dots (SEC-006).
    #[error("the token doesn't have five parts")]
    Parts,
    /// Padding, white space, another alphabet, or stray bits (SEC-005).
    #[error("{0} isn't base64url without padding")]
    Base64url(Part),
    /// Of another length than the token's algorithms have.
    #[error("{0} doesn't have the length of the token's algorithms")]
    Length(Part),
    /// The header isn't an object, names a member twice, or is nested too deeply (SEC-005).
    #[error("the header: {0}")]
    Json(JsonError),
    /// A header parameter is missing, or isn't what it should be.
    #[error("header parameter `{0}` is missing or malformed")]
    HeaderParameter(&'static str),
    /// `crit` demands an extension, and we know none (RFC 7516 §4.1.13).
    #[error("the header has critical parameters")]
    Critical,
    /// `zip`: a small token could become an endless one (SEC-006).
    #[error("the token is compressed (`zip`)")]
    Compressed,
    /// `alg` is none of ours: RSA1_5, a password (PBES2), a shared key (`dir`), or an unknown name.
    #[error("the token's `alg` isn't accepted")]
    UnknownKeyManagement,
    /// `enc` is none of ours.
    #[error("the token's `enc` isn't accepted")]
    UnknownContentEncryption,
    /// The token was made for another kind of key.
    #[error("the token's `alg` isn't that of the key, {key}")]
    KeyManagementMismatch {
        /// What the key is for.
        key: KeyManagement,
    },
    /// `epk` isn't of the recipient's curve, or has a private member.
    #[error("the token's `epk` isn't a public key of the recipient's curve")]
    EphemeralKey,
    /// It isn't encrypted to this key, or was altered on its way.
    #[error("the token can't be decrypted: it is for another key, or was altered")]
    Failed,
    /// It holds something else than a signed token (RFC 7519 §5.2).
    #[error("the encrypted content isn't a JWT")]
    NotNested,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "the header",
            Self::EncryptedKey => "the encrypted key",
            Self::Iv => "the initialisation vector",
            Self::Ciphertext => "the ciphertext",
            Self::Tag => "the authentication tag",
        })
    }
}
