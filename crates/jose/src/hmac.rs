//! JWTs under a shared secret (RFC 7518 §3.2): for client assertions alone, in a type of their own, so that no secret can
//! ever be taken for a public key nor the other way round (SEC-001).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::verify::{Part, Policy, VerifyError};
use crate::{base64url, strict_json};

/// A symmetric JWS `alg` value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HmacAlgorithm {
    /// HMAC with SHA-256.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
}

/// An `alg` value that names none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of HS256, HS384, HS512")]
pub struct UnknownHmacAlgorithm;

impl HmacAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::HS256, Self::HS384, Self::HS512];

    /// The `alg` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    const fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::HS256 => hmac::HMAC_SHA256,
            Self::HS384 => hmac::HMAC_SHA384,
            Self::HS512 => hmac::HMAC_SHA512,
        }
    }
}

impl fmt::Display for HmacAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for HmacAlgorithm {
    type Err = UnknownHmacAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownHmacAlgorithm> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(UnknownHmacAlgorithm)
    }
}

/// A token that claims to be under a shared secret, taken apart within the limits of every other.
#[derive(Debug)]
pub struct HmacJwt<'a> {
    algorithm: HmacAlgorithm,
    typ: Option<String>,
    signing_input: &'a str,
    payload: &'a str,
    tag: &'a str,
}

impl<'a> HmacJwt<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// As for every other token: size, number of parts, encoding, header.
    pub fn parse(token: &'a str) -> Result<Self, VerifyError> {
        let parts = crate::verify::split(token)?;
        let json = base64url::decode(parts.header).ok_or(VerifyError::Base64url(Part::Header))?;
        let header =
            strict_json::parse_object(&json).map_err(|error| VerifyError::Json(Part::Header, error))?;
        crate::verify::refuse_extensions(&header)?;
        let algorithm = crate::verify::header_string(&header, "alg")?
            .ok_or(VerifyError::HeaderParameter("alg"))?
            .parse()
            .map_err(|_| VerifyError::UnknownAlgorithm)?;
        Ok(Self {
            algorithm,
            typ: crate::verify::header_string(&header, "typ")?,
            signing_input: parts.signing_input,
            payload: parts.payload,
            tag: parts.signature,
        })
    }

    /// Verifies it with whichever of `secrets` fits, by one of `algorithms`, and its claims as `policy` says.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify<S: AsRef<[u8]>>(
        self,
        secrets: &[S],
        algorithms: &[HmacAlgorithm],
        policy: &Policy<'_>,
    ) -> Result<Map<String, serde_json::Value>, VerifyError> {
        if !algorithms.contains(&self.algorithm) {
            return Err(VerifyError::UnknownAlgorithm);
        }
        policy.check_typ(self.typ.as_deref())?;
        let tag = base64url::decode(self.tag).ok_or(VerifyError::Base64url(Part::Signature))?;
        let fits = secrets.iter().any(|secret| {
            let key = hmac::Key::new(self.algorithm.hmac(), secret.as_ref());
            hmac::verify(&key, self.signing_input.as_bytes(), &tag).is_ok()
        });
        if !fits {
            return Err(VerifyError::Signature);
        }
        let payload = base64url::decode(self.payload).ok_or(VerifyError::Base64url(Part::Payload))?;
        let claims =
            strict_json::parse_object(&payload).map_err(|error| VerifyError::Json(Part::Payload, error))?;
        policy.check_claims(&claims)?;
        Ok(claims)
    }
}

/// A JWT under a shared secret, for those who test what verifies them.
pub fn sign_hmac(algorithm: HmacAlgorithm, secret: &[u8], payload: &[u8]) -> String {
    let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
    sign_hmac_compact(algorithm, secret, header.as_bytes(), payload)
}

/// The same with exactly this protected header, whatever it says.
pub fn sign_hmac_compact(algorithm: HmacAlgorithm, secret: &[u8], header: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let key = hmac::Key::new(algorithm.hmac(), secret);
    let tag = hmac::sign(&key, input.as_bytes());
    format!("{input}.{}", base64url::encode(tag.as_ref()))
}
