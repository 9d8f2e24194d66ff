//! A public key that belongs to one algorithm, in each form that somebody takes it in.

use std::fmt::{self, Write as _};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::DecodingKey;

use crate::key_error::require_match;
use crate::rsa_key::PublicParts;
use crate::{
    Algorithm, Jwk, JwkError, JwkParameters, KeyError, KeyType, SpkiError, base64url, hash, jwk, pem,
    rsa_key, spki, thumbprint,
};

/// A public key with the one algorithm that its record pins to it (SEC-001) and the `kid` under which it is
/// published.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    kid: String,
    parameters: JwkParameters,
    spki: Vec<u8>,
    verification: DecodingKey,
}

impl PublicKey {
    /// Shortest RSA modulus, in bits, of any key that we touch (SEC-018).
    pub const MIN_RSA_BITS: usize = 2048;
    /// Longest RSA modulus, in bits, of a key to verify with.
    pub const MAX_RSA_BITS: usize = 8192;

    /// Reads DER of a SubjectPublicKeyInfo. The `kid` is the key's thumbprint.
    ///
    /// # Errors
    /// Names what the bytes are, if they are something else.
    pub fn from_spki_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, SpkiError> {
        let spki = spki::parse(der)?;
        require_match(algorithm, spki.key_type)?;
        Ok(match spki.key_type {
            KeyType::Rsa => {
                require_rsa_size(spki::modulus_bits(spki.key)?)?;
                Self::from_rsa_parts(algorithm, &rsa_key::parts_from_spki(der)?)?
            }
            KeyType::P256 | KeyType::P384 => Self::from_ec_point(algorithm, spki.key)?,
            KeyType::Ed25519 => Self::from_ed25519(spki.key)?,
        })
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
        jwk::to_public_key(jwk, algorithm)
    }

    pub(crate) fn from_rsa_parts(algorithm: Algorithm, parts: &PublicParts) -> Result<Self, KeyError> {
        let spki = rsa_key::spki_from_parts(parts)?;
        let parameters = JwkParameters::Rsa {
            n: base64url::encode(&parts.n),
            e: base64url::encode(&parts.e),
        };
        Self::assemble(
            algorithm,
            parameters,
            spki,
            DecodingKey::from_rsa_raw_components(&parts.n, &parts.e),
        )
    }

    /// `point` is uncompressed (SEC 1 §2.3.3): 4, x, y; it must lie on the algorithm's curve.
    pub(crate) fn from_ec_point(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let (curve, coordinate): (&'static dyn VerificationAlgorithm, usize) = match algorithm.key_type() {
            KeyType::P256 => (&ECDSA_P256_SHA256_FIXED, 32),
            KeyType::P384 => (&ECDSA_P384_SHA384_FIXED, 48),
            key_type @ (KeyType::Rsa | KeyType::Ed25519) => {
                return Err(KeyError::AlgorithmMismatch { algorithm, key_type });
            }
        };
        let (x, y) = match point.split_first() {
            Some((4, coordinates)) if coordinates.len() == 2 * coordinate => coordinates.split_at(coordinate),
            _ => return Err(KeyError::Malformed),
        };
        let crv = algorithm.key_type().as_str().to_owned();
        let parameters = JwkParameters::Ec {
            crv,
            x: base64url::encode(x),
            y: base64url::encode(y),
        };
        Self::assemble(
            algorithm,
            parameters,
            spki_der(curve, point)?,
            DecodingKey::from_ec_der(point),
        )
    }

    pub(crate) fn from_ed25519(key: &[u8]) -> Result<Self, KeyError> {
        if key.len() != 32 {
            return Err(KeyError::Malformed);
        }
        let crv = KeyType::Ed25519.as_str().to_owned();
        let parameters = JwkParameters::Okp {
            crv,
            x: base64url::encode(key),
        };
        Self::assemble(
            Algorithm::EdDSA,
            parameters,
            spki_der(&ED25519, key)?,
            DecodingKey::from_ed_der(key),
        )
    }

    fn assemble(
        algorithm: Algorithm,
        parameters: JwkParameters,
        spki: Vec<u8>,
        verification: DecodingKey,
    ) -> Result<Self, KeyError> {
        let kid = thumbprint::thumbprint(&parameters).ok_or(KeyError::UnsupportedKeyType)?;
        Ok(Self {
            algorithm,
            kid,
            parameters,
            spki,
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
        match &self.parameters {
            JwkParameters::Rsa { .. } => spki::parse(&self.spki)
                .ok()
                .and_then(|spki| spki::modulus_bits(spki.key).ok()),
            JwkParameters::Ec { .. } | JwkParameters::Okp { .. } | JwkParameters::Other { .. } => None,
        }
    }

    /// SHA-256 thumbprint of RFC 7638, base64url.
    pub fn thumbprint(&self) -> String {
        thumbprint::thumbprint(&self.parameters).unwrap_or_default()
    }

    /// The JWK as published: `kty`, `use: sig`, `alg`, `kid`, and the public integers without leading zeros
    /// (SEC-015, F-19).
    pub fn to_jwk(&self) -> Jwk {
        Jwk {
            parameters: self.parameters.clone(),
            key_use: Some("sig".to_owned()),
            alg: Some(self.algorithm.as_str().to_owned()),
            kid: Some(self.kid.clone()),
        }
    }

    /// DER of the SubjectPublicKeyInfo.
    pub fn to_spki_der(&self) -> &[u8] {
        &self.spki
    }

    /// Standard base64 of the SPKI on one line: what the platform's key field takes (platform contract 1.9,
    /// F-03).
    pub fn to_spki_line(&self) -> String {
        STANDARD.encode(&self.spki)
    }

    /// The SPKI in PEM (`BEGIN PUBLIC KEY`), lines of 64, ending in a newline.
    pub fn to_spki_pem(&self) -> String {
        pem::encode("PUBLIC KEY", &self.spki).to_string()
    }

    /// SHA-256 of the SPKI's DER, 64 hexadecimal digits: for people who compare two keys (F-01), as
    /// `openssl dgst -sha256` prints it.
    pub fn fingerprint(&self) -> String {
        hash::sha256(&self.spki)
            .iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                // Writing to a String can't fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
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
        self.algorithm == other.algorithm && self.kid == other.kid && self.spki == other.spki
    }
}

impl Eq for PublicKey {}

pub(crate) fn require_rsa_size(bits: usize) -> Result<(), KeyError> {
    match bits {
        ..PublicKey::MIN_RSA_BITS => Err(KeyError::TooSmall { bits }),
        PublicKey::MIN_RSA_BITS..=PublicKey::MAX_RSA_BITS => Ok(()),
        _ => Err(KeyError::TooLarge { bits }),
    }
}

/// Parsing checks that a point is on its curve; writing gives the canonical SPKI.
fn spki_der(algorithm: &'static dyn VerificationAlgorithm, key: &[u8]) -> Result<Vec<u8>, KeyError> {
    let parsed = ParsedPublicKey::new(algorithm, key).map_err(|_| KeyError::Malformed)?;
    let der: PublicKeyX509Der<'_> = parsed.as_der().map_err(|_| KeyError::Encoding)?;
    Ok(der.as_ref().to_vec())
}
