//! Proof Key for Code Exchange (RFC 7636), by S256 alone.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::ZeroizeOnDrop;

/// `code_challenge`: the base64url SHA-256 digest of a verifier, 43 characters. Not a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge(String);

/// `code_verifier`: 43 to 128 unreserved characters (RFC 7636 §4.1). A secret: Debug shows nothing of it.
#[derive(Clone, ZeroizeOnDrop)]
pub struct CodeVerifier(String);

/// What is wrong with the PKCE parameters of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// The challenge isn't 43 base64url characters (SEC-023).
    #[error("code_challenge must be 43 base64url characters")]
    Challenge,
    /// The method is absent (which means `plain`), `plain`, or unknown (SEC-023).
    #[error("code_challenge_method must be S256")]
    Method,
    /// There is a method, but no challenge.
    #[error("code_challenge_method needs a code_challenge")]
    MethodWithoutChallenge,
    /// The verifier isn't 43 to 128 unreserved characters (SEC-044).
    #[error("code_verifier must be 43 to 128 unreserved characters")]
    Verifier,
}

impl CodeChallenge {
    /// The only `code_challenge_method` there is.
    pub const METHOD: &str = "S256";

    /// Reads `code_challenge` and `code_challenge_method` of an authorization request; none of both is no PKCE.
    pub fn from_request(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, PkceError> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(PkceError::MethodWithoutChallenge),
            (Some(challenge), Some(Self::METHOD)) => challenge.parse().map(Some),
            (Some(_), _) => Err(PkceError::Method),
        }
    }

    /// The challenge of a verifier: `BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))` (RFC 7636 §4.2).
    pub fn of(verifier: &CodeVerifier) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.0.as_bytes())))
    }

    /// Whether this is the challenge of that verifier (RFC 7636 §4.6), in constant time.
    pub fn matches(&self, verifier: &CodeVerifier) -> bool {
        self.0.as_bytes().ct_eq(Self::of(verifier).0.as_bytes()).into()
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CodeChallenge {
    type Err = PkceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if text.len() == 43 && text.bytes().all(base64url) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PkceError::Challenge)
        }
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = PkceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.0
    }
}

impl CodeVerifier {
    /// As it goes to the token endpoint (RFC 7636 §4.5).
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for CodeVerifier {
    type Err = PkceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PkceError::Verifier)
        }
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CodeVerifier(…)")
    }
}
