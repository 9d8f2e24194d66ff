//! A public key that belongs to one signature algorithm, in each form that somebody takes it in.

use std::fmt;

use jsonwebtoken::DecodingKey;

use crate::key_error::require_match;
use crate::raw_public_key::RawPublicKey;
use crate::{Algorithm, Jwk, JwkError, KeyError, KeyType, SpkiError, base64url, jwk, spki};

/// A public key with the one algorithm that its record pins to it (SEC-001) and the `kid` under which it is
/// published.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    kid: String,
    raw: RawPublicKey,
    verification: DecodingKey,
}

impl PublicKey {
    /// Shortest RSA modulus, in bits, of any key that we touch (SEC-018).
    pub const MIN_RSA_BITS: usize = 2048;
    /// Longest RSA modulus, in bits, of a key to verify with or to encrypt to.
    pub const MAX_RSA_BITS: usize = 8192;

    /// Reads DER of a SubjectPublicKeyInfo. The `kid` is the key's thumbprint.
    ///
    /// # Errors
    /// Names what the bytes are, if they are something else.
    pub fn from_spki_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, SpkiError> {
        Ok(Self::new(algorithm, RawPublicKey::from_spki_der(der)?)?)
    }

    /// Reads the platform's form of a key: base64 of the SPKI on one line, nothing around it (platform
    /// contract 1.9, F-02, F-03).
    ///
    /// # Errors
    /// A reason of its own for each way in which keys are known to be pasted wrongly.
    pub fn from_spki_line(algorithm: Algorithm, line: &str) -> Result<Self, SpkiError> {
        Self::from_spki_der(algorithm, &spki::decode_line(line)?)
    }

    /// Reads a JWK. `algorithm` is what our record of the key pins; without one it is the JWK's own `alg`,
    /// or else the usual one of its type ([`KeyType::default_algorithm`]). The `kid` is the JWK's, or else
    /// its thumbprint.
    ///
    /// # Errors
    /// Names the member at fault.
    pub fn from_jwk(jwk: &Jwk, algorithm: Option<Algorithm>) -> Result<Self, JwkError> {
        if jwk.key_use.as_deref().is_some_and(|key_use| key_use != "sig") {
            return Err(JwkError::Use);
        }
        if !jwk.allows(&["verify"]) {
            return Err(JwkError::KeyOps);
        }
        let key_type = jwk.parameters.key_type().ok_or(KeyError::UnsupportedKeyType)?;
        let algorithm = jwk::algorithm(jwk.alg.as_deref(), algorithm, key_type)?;
        let key = Self::new(algorithm, RawPublicKey::from_parameters(&jwk.parameters)?)?;
        Ok(match &jwk.kid {
            Some(kid) => key.with_kid(kid.as_str()),
            None => key,
        })
    }

    fn new(algorithm: Algorithm, raw: RawPublicKey) -> Result<Self, KeyError> {
        require_match(algorithm, raw.key_type())?;
        let bits = raw.bits()?;
        let verification = match raw.key_type() {
            KeyType::Rsa => DecodingKey::from_rsa_der(bits),
            KeyType::P256 | KeyType::P384 => DecodingKey::from_ec_der(bits),
            KeyType::Ed25519 => DecodingKey::from_ed_der(bits),
        };
        Ok(Self {
            algorithm,
            kid: raw.thumbprint().to_owned(),
            raw,
            verification,
        })
    }

    /// The same key under a `kid` of its own, e.g. that of an imported key.
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self {
            kid: kid.into(),
            ..self
        }
    }

    /// The algorithm that this key verifies, and no other.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id: its thumbprint, unless it came with one.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Length of the modulus in bits; nothing for a key that isn't RSA.
    pub fn rsa_bits(&self) -> Option<usize> {
        self.raw.rsa_bits()
    }

    /// SHA-256 thumbprint of RFC 7638, base64url.
    pub fn thumbprint(&self) -> String {
        self.raw.thumbprint().to_owned()
    }

    /// The JWK as published: `kty`, `use: sig`, `alg`, `kid`, and the public integers without leading zeros
    /// (SEC-015, F-19).
    pub fn to_jwk(&self) -> Jwk {
        Jwk {
            parameters: self.raw.parameters().clone(),
            key_use: Some("sig".to_owned()),
            key_ops: None,
            alg: Some(self.algorithm.as_str().to_owned()),
            kid: Some(self.kid.clone()),
        }
    }

    /// DER of the SubjectPublicKeyInfo.
    pub fn to_spki_der(&self) -> &[u8] {
        self.raw.spki_der()
    }

    /// Standard base64 of the SPKI on one line: what the platform's key field takes (platform contract 1.9,
    /// F-03).
    pub fn to_spki_line(&self) -> String {
        self.raw.spki_line()
    }

    /// The SPKI in PEM (`BEGIN PUBLIC KEY`), lines of 64, ending in a newline.
    pub fn to_spki_pem(&self) -> String {
        self.raw.spki_pem()
    }

    /// SHA-256 of the SPKI's DER, 64 hexadecimal digits: for people who compare two keys (F-01), as
    /// `openssl dgst -sha256` prints it.
    pub fn fingerprint(&self) -> String {
        self.raw.fingerprint()
    }

    /// Whether `signature` over `message` is this key's, by this key's algorithm.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verify_encoded(message, &base64url::encode(signature))
    }

    /// As [`PublicKey::verify`], with the signature in base64url as a JWS carries it.
    pub(crate) fn verify_encoded(&self, message: &[u8], signature: &str) -> bool {
        let algorithm = match self.algorithm {
            Algorithm::RS256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::PS256 => jsonwebtoken::Algorithm::PS256,
            Algorithm::ES256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::ES384 => jsonwebtoken::Algorithm::ES384,
            Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
        };
        jsonwebtoken::crypto::verify(signature, message, &self.verification, algorithm).unwrap_or(false)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.kid == other.kid && self.raw == other.raw
    }
}

impl Eq for PublicKey {}
