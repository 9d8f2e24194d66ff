//! How requests are signed.

use aws_lc_rs::{digest, hmac};

/// `oauth_signature_method`. PLAINTEXT sends the secrets themselves, and RSA-SHA1 signs with a broken digest that nobody
/// has asked for here: neither exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SignatureMethod {
    /// `HMAC-SHA1` (RFC 5849 §3.4.2).
    HmacSha1,
    /// `HMAC-SHA256`: the same construction, as widely implemented.
    HmacSha256,
}

/// A signature method that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature method is not known")]
pub struct UnknownSignatureMethod;

impl SignatureMethod {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::HmacSha1, Self::HmacSha256];

    /// Its name on the wire; case matters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
        }
    }

    pub(crate) fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::HmacSha256 => hmac::HMAC_SHA256,
        }
    }

    pub(crate) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::HmacSha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::HmacSha256 => &digest::SHA256,
        }
    }
}

impl std::str::FromStr for SignatureMethod {
    type Err = UnknownSignatureMethod;

    fn from_str(text: &str) -> Result<Self, UnknownSignatureMethod> {
        Self::ALL
            .into_iter()
            .find(|method| method.as_str() == text)
            .ok_or(UnknownSignatureMethod)
    }
}

impl std::fmt::Display for SignatureMethod {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
