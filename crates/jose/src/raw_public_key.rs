//! What a public key is before it has a use: the numbers, and each form that somebody takes them in. Signature keys
//! and encryption keys are built on it.

use std::fmt::Write as _;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::jwk::{ec_point, exactly, integer};
use crate::rsa_key::PublicParts;
use crate::{
    JwkError, JwkParameters, KeyError, KeyType, PublicKey, SpkiError, base64url, hash, pem, rsa_key, spki,
    thumbprint,
};

/// A sound key of acceptable length, in its canonical encodings.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RawPublicKey {
    key_type: KeyType,
    parameters: JwkParameters,
    spki: Vec<u8>,
    thumbprint: String,
}

impl RawPublicKey {
    /// Reads DER of a SubjectPublicKeyInfo.
    pub(crate) fn from_spki_der(der: &[u8]) -> Result<Self, SpkiError> {
        let spki = spki::parse(der)?;
        Ok(match spki.key_type {
            KeyType::Rsa => {
                require_rsa_size(spki::modulus_bits(spki.key)?)?;
                Self::from_rsa_parts(&rsa_key::parts_from_spki(der)?)?
            }
            KeyType::P256 | KeyType::P384 => Self::from_ec_point(spki.key_type, spki.key)?,
            KeyType::Ed25519 => Self::from_ed25519(spki.key)?,
        })
    }

    /// Reads the members of a JWK.
    pub(crate) fn from_parameters(parameters: &JwkParameters) -> Result<Self, JwkError> {
        let key_type = parameters.key_type().ok_or(KeyError::UnsupportedKeyType)?;
        Ok(match parameters {
            JwkParameters::Rsa { n, e } => {
                let parts = PublicParts {
                    n: integer("n", n)?,
                    e: integer("e", e)?,
                };
                require_rsa_size(parts.bits())?;
                Self::from_rsa_parts(&parts)?
            }
            JwkParameters::Ec { x, y, .. } => Self::from_ec_point(key_type, &ec_point(key_type, x, y)?)?,
            JwkParameters::Okp { x, .. } => Self::from_ed25519(&exactly("x", x, 32)?)?,
            JwkParameters::Other { .. } => return Err(KeyError::UnsupportedKeyType.into()),
        })
    }

    fn from_rsa_parts(parts: &PublicParts) -> Result<Self, KeyError> {
        let parameters = JwkParameters::Rsa {
            n: base64url::encode(&parts.n),
            e: base64url::encode(&parts.e),
        };
        Self::assemble(KeyType::Rsa, parameters, rsa_key::spki_from_parts(parts)?)
    }

    /// `point` is uncompressed (SEC 1 §2.3.3): 4, x, y; it must lie on the curve.
    fn from_ec_point(key_type: KeyType, point: &[u8]) -> Result<Self, KeyError> {
        let (curve, coordinate): (&'static dyn VerificationAlgorithm, usize) = match key_type {
            KeyType::P256 => (&ECDSA_P256_SHA256_FIXED, 32),
            KeyType::P384 => (&ECDSA_P384_SHA384_FIXED, 48),
            KeyType::Rsa | KeyType::Ed25519 => return Err(KeyError::UnsupportedKeyType),
        };
        let (x, y) = match point.split_first() {
            Some((4, coordinates)) if coordinates.len() == 2 * coordinate => coordinates.split_at(coordinate),
            _ => return Err(KeyError::Malformed),
        };
        let parameters = JwkParameters::Ec {
            crv: key_type.as_str().to_owned(),
            x: base64url::encode(x),
            y: base64url::encode(y),
        };
        Self::assemble(key_type, parameters, spki_der(curve, key_type, point)?)
    }

    fn from_ed25519(key: &[u8]) -> Result<Self, KeyError> {
        if key.len() != 32 {
            return Err(KeyError::Malformed);
        }
        let parameters = JwkParameters::Okp {
            crv: KeyType::Ed25519.as_str().to_owned(),
            x: base64url::encode(key),
        };
        Self::assemble(
            KeyType::Ed25519,
            parameters,
            spki_der(&ED25519, KeyType::Ed25519, key)?,
        )
    }

    fn assemble(key_type: KeyType, parameters: JwkParameters, spki: Vec<u8>) -> Result<Self, KeyError> {
        let thumbprint = thumbprint::thumbprint(&parameters).ok_or(KeyError::UnsupportedKeyType)?;
        Ok(Self {
            key_type,
            parameters,
            spki,
            thumbprint,
        })
    }

    pub(crate) fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The members of its JWK.
    pub(crate) fn parameters(&self) -> &JwkParameters {
        &self.parameters
    }

    /// What the SPKI wraps: PKCS#1, an uncompressed point, or 32 bytes.
    pub(crate) fn bits(&self) -> Result<&[u8], KeyError> {
        spki::parse(&self.spki)
            .map(|spki| spki.key)
            .map_err(|_| KeyError::Malformed)
    }

    pub(crate) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    pub(crate) fn rsa_bits(&self) -> Option<usize> {
        match self.key_type {
            KeyType::Rsa => spki::modulus_bits(self.bits().ok()?).ok(),
            KeyType::P256 | KeyType::P384 | KeyType::Ed25519 => None,
        }
    }

    pub(crate) fn spki_der(&self) -> &[u8] {
        &self.spki
    }

    pub(crate) fn spki_line(&self) -> String {
        STANDARD.encode(&self.spki)
    }

    pub(crate) fn spki_pem(&self) -> String {
        pem::encode("PUBLIC KEY", &self.spki).to_string()
    }

    pub(crate) fn fingerprint(&self) -> String {
        hash::sha256(&self.spki)
            .iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                // Writing to a String can't fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
    }
}

fn require_rsa_size(bits: usize) -> Result<(), KeyError> {
    match bits {
        ..PublicKey::MIN_RSA_BITS => Err(KeyError::TooSmall { bits }),
        PublicKey::MIN_RSA_BITS..=PublicKey::MAX_RSA_BITS => Ok(()),
        _ => Err(KeyError::TooLarge { bits }),
    }
}

/// Parsing checks that a point is on its curve.
fn spki_der(
    algorithm: &'static dyn VerificationAlgorithm,
    key_type: KeyType,
    key: &[u8],
) -> Result<Vec<u8>, KeyError> {
    ParsedPublicKey::new(algorithm, key).map_err(|_| KeyError::Malformed)?;
    spki::of_bits(key_type, key).ok_or(KeyError::Encoding)
}
