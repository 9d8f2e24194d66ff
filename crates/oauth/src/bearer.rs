//! Bearer tokens on their way to a protected resource.

use std::fmt;

use zeroize::ZeroizeOnDrop;

use crate::scheme;

/// An access token from an `Authorization: Bearer` header (RFC 6750 §2.1). A secret: Debug shows nothing of it.
#[derive(Clone, ZeroizeOnDrop)]
pub struct BearerToken(String);

/// Why a header or body has no bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// It has another scheme.
    #[error("the scheme is not Bearer")]
    OtherScheme,
    /// Not a `b64token`.
    #[error("the bearer token is malformed")]
    Malformed,
    /// Longer than [`BearerToken::MAX_BYTES`] (SEC-006).
    #[error("the bearer token is too long")]
    TooLong,
}

impl BearerToken {
    /// The longest token, in bytes (SEC-006).
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Reads the value of an `Authorization` header.
    pub fn from_header(header: &str) -> Result<Self, BearerError> {
        Self::from_value(scheme::credentials(header, "Bearer").ok_or(BearerError::OtherScheme)?)
    }

    /// Reads the value of an `Authorization` header whose token is bound to a key (RFC 9449 §7.1).
    pub fn from_dpop_header(header: &str) -> Result<Self, BearerError> {
        Self::from_value(scheme::credentials(header, "DPoP").ok_or(BearerError::OtherScheme)?)
    }

    /// Checks a token by itself, as one from the `access_token` parameter of a form body (RFC 6750 §2.2):
    /// `b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
    pub fn from_value(value: &str) -> Result<Self, BearerError> {
        if value.len() > Self::MAX_BYTES {
            return Err(BearerError::TooLong);
        }
        let body = value.trim_end_matches('=');
        let b64 = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
        };
        if body.is_empty() || !body.bytes().all(b64) {
            return Err(BearerError::Malformed);
        }
        Ok(Self(value.to_owned()))
    }

    /// The token.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BearerToken(…)")
    }
}
