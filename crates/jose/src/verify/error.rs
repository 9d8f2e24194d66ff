//! One variant per cause, so that whoever runs a gateway can be told which check failed.

use crate::{Algorithm, JsonError};

/// A part of the compact serialisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Before the first dot.
    Header,
    /// Between the dots.
    Payload,
    /// After the second dot.
    Signature,
}

/// Why a token is refused. No variant carries any of the token's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// More than [`crate::verify::MAX_TOKEN`] bytes (SEC-006).
    #[error("the token is longer than 16 KiB")]
    TooLong,
    /// Five parts: a JWE, which must be decrypted first.
    #[error("the token is encrypted")]
    Encrypted,
    /// Not exactly two dots (SEC-006).
    #[error("the token doesn't have three parts")]
    Parts,
    /// Padding, white space, another alphabet, or stray bits (SEC-005).
    #[error("{0} isn't base64url without padding")]
    Base64url(Part),
    /// The header or the payload isn't an object, names a member twice, or is nested too deeply (SEC-005).
    #[error("{0}: {1}")]
    Json(Part, JsonError),
    /// A header parameter is missing, or isn't a string.
    #[error("header parameter `{0}` is missing or isn't a string")]
    HeaderParameter(&'static str),
    /// `crit` demands an extension, and we know none (RFC 7515 §4.1.11).
    #[error("the header has critical parameters")]
    Critical,
    /// `b64: false` (RFC 7797): the payload would not be what it seems.
    #[error("the payload isn't base64url-encoded (`b64`)")]
    UnencodedPayload,
    /// `alg: none`: not signed at all.
    #[error("the token isn't signed (`alg: none`)")]
    Unsigned,
    /// `alg` is none of ours: a symmetric algorithm, SHA-1, or an unknown name (SEC-001).
    #[error("the signature algorithm isn't accepted")]
    UnknownAlgorithm,
    /// `alg` isn't the algorithm of the key that the token names (SEC-001).
    #[error("the token's `alg` isn't that of its key, {key}")]
    AlgorithmMismatch {
        /// What our record of the key says.
        key: Algorithm,
    },
    /// The key's algorithm isn't one that this use of it allows.
    #[error("{0} isn't allowed here")]
    AlgorithmNotAllowed(Algorithm),
    /// No key with the token's `kid`, or no `kid` where one is needed.
    #[error("no key is known under the token's `kid`")]
    UnknownKey,
    /// Another kind of token than the one expected (SEC-003).
    #[error("the token's `typ` isn't the one expected")]
    Typ,
    /// The signature isn't the key's.
    #[error("the signature doesn't match the key")]
    Signature,
    /// A required claim isn't there (SEC-004).
    #[error("claim `{0}` is missing")]
    Missing(&'static str),
    /// A claim that only another kind of token has (SEC-003).
    #[error("claim `{0}` belongs to another kind of token")]
    Forbidden(&'static str),
    /// A registered claim has a wrong type, or a value out of range: a time as a string or in milliseconds
    /// (SEC-004, F-04).
    #[error("claim `{0}` has a wrong type or value")]
    Malformed(&'static str),
    /// `iss` is somebody else; the comparison is exact (F-05).
    #[error("`iss` isn't the expected issuer")]
    Issuer,
    /// `aud` doesn't name us.
    #[error("`aud` doesn't contain the expected audience")]
    Audience,
    /// `exp` has passed.
    #[error("the token expired {seconds} s ago")]
    Expired {
        /// How long ago.
        seconds: i64,
    },
    /// `nbf` hasn't come yet.
    #[error("the token is valid in {seconds} s only (`nbf`)")]
    NotYetValid {
        /// How long it takes.
        seconds: i64,
    },
    /// `iat` hasn't come yet: two clocks differ by more than the leeway.
    #[error("the token was issued {seconds} s in the future (`iat`)")]
    IssuedInFuture {
        /// By how much.
        seconds: i64,
    },
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Header => "the header",
            Self::Payload => "the payload",
            Self::Signature => "the signature",
        })
    }
}
